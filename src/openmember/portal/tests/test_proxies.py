"""A proxy reads and writes a member's messages as far as was allowed, and no further."""

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases.testing import a_case, a_worker, seen
from openmember.documents.testing import a_file
from openmember.kernel.sql import fetch_all
from openmember.members import models
from openmember.members.proxies.queries import list_helped
from openmember.members.proxies.services import allow, end
from openmember.members.proxies.types import Basis, For
from openmember.members.queries import actor_of, get_member
from openmember.members.testing import TESTER
from openmember.threads import queries
from openmember.threads.testing import a_message


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.fixture
def mother(holder):
    return get_member(member_id=holder.account.holder_id)


@pytest.fixture
def ana(mother):
    return actor_of(models.User.objects.get(member_id=mother.id))


@pytest.fixture
def son(holder_of):
    return holder_of()


def let(mother, son, may=For.WRITE_MESSAGES) -> int:
    return allow(
        member_id=mother.id, proxy_id=son.account.holder_id, may=frozenset({may}),
        basis=Basis.AUTHORIZATION, until=None, now=timezone.now(), actor=TESTER,
    )  # fmt: skip


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_who_is_no_proxy_sees_nothing_and_is_asked_for_whom_never(son, mother, ana):
    case = a_message(ana, mother)

    assert son.get("thread", case.number).status_code == 404
    assert "For whom" not in text(son.get("new_message"))


def test_a_proxy_reads_the_messages_and_their_documents(son, mother, ana):
    case = a_message(ana, mother, "About my bill", files=[a_file("page.pdf")])
    let(mother, son, For.READ_MESSAGES)

    page = text(son.get("thread", case.number))

    assert "You act here for" in page
    assert "Ana wrote" in page
    assert "Write back" not in page
    assert case.number in text(son.get("messages"))
    (message,) = queries.list_messages(case=case, actor=ana)
    reference = message.attachments[0].reference
    assert son.get("thread_document", case.number, reference).status_code == 200
    assert son.get("thread_paper", case.number).status_code == 200


def test_a_proxy_reaches_no_case_that_is_no_thread(son, holder, mother):
    asked = a_case(mother, now=timezone.now())
    let(mother, son)

    assert holder.get("thread", asked.number).status_code == 200
    assert son.get("thread", asked.number).status_code == 404
    assert son.get("thread_paper", asked.number).status_code == 404
    sent = son.client.post(
        reverse("portal:thread", args=[asked.number]), {"key": "k", "body": "Hi", "act": "send"}
    )
    assert sent.status_code == 404


def test_a_proxy_who_may_read_does_not_write(son, mother, ana):
    case = a_message(ana, mother)
    let(mother, son, For.READ_MESSAGES)

    sent = son.post("thread", case.number, key="k", body="For her", act="send")
    kept = son.post("thread_keep", case.number, key="k", body="For her", version="0")

    assert (sent.status_code, kept.status_code) == (403, 403)
    assert len(queries.list_messages(case=case, actor=ana)) == 1


def test_a_proxy_who_may_write_does_and_it_is_said_who_wrote(son, mother, ana):
    let(mother, son)
    assert "For whom" in text(son.get("new_message"))

    told = son.post(
        "new_message", key="k", who=str(mother.id), team="billing", body="For my mother", act="send"
    )

    assert "You wrote" in text(son.client.get(told["Location"]))
    (thread,) = queries.list_threads(member_ids=(mother.id,), actor=ana)
    assert thread.case.member_id == mother.id
    (message,) = queries.list_messages(case=thread.case, actor=ana)
    assert message.author_id != ana.id


def test_nobody_writes_for_whom_they_chose_themselves(son, mother, ana):
    son.post("new_message", key="k", who=str(mother.id), team="billing", body="Hi", act="send")

    assert queries.list_threads(member_ids=(mother.id,), actor=ana) == ()


def test_a_proxy_is_told_of_an_answer_and_after_the_end_of_nothing(son, mother, ana):
    proxy = let(mother, son)
    rosa = a_worker("billing")
    case = a_message(ana, mother, now=timezone.now())
    a_message(rosa, mother, "Yes.", case=seen(case, rosa), now=timezone.now())
    assert len(fetch_all("SELECT id FROM threads_notice")) == 2

    end(proxy=proxy, now=timezone.now(), actor=ana)

    assert son.get("thread", case.number).status_code == 404
    a_message(rosa, mother, "And.", case=seen(case, rosa), now=timezone.now())
    assert len(fetch_all("SELECT id FROM threads_notice")) == 2


def test_who_helps_is_listed_and_ended_by_the_member(holder, son, mother):
    proxy = let(mother, son)
    assert "Read and write messages" in text(holder.get("helpers"))
    assert "For whom you act" in text(son.get("helpers"))

    holder.post("helper_end", proxy=str(proxy))

    assert "Nobody acts for you" in text(holder.get("helpers"))
    assert list_helped(proxy_id=son.account.holder_id, at=timezone.now()) == ()


def test_a_stranger_ends_no_ones_help(holder_of, son, mother):
    proxy = let(mother, son)
    stranger = holder_of()

    address = reverse("portal:helper_end")
    assert stranger.client.post(address, {"proxy": proxy}).status_code == 403
    assert stranger.client.post(address, {"proxy": "9" * 30}).status_code == 303
