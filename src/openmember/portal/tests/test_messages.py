"""A member's messages: their own alone, nothing typed or sent along is lost, and 911 comes first."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from openmember.cases.queries import list_own_cases
from openmember.cases.testing import a_worker, seen
from openmember.documents.testing import PDF
from openmember.members import models
from openmember.members.queries import actor_of, get_member
from openmember.threads import queries
from openmember.threads.testing import a_message
from openmember.threads.types import Then


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.fixture
def member(holder):
    return get_member(member_id=holder.account.holder_id)


@pytest.fixture
def ana(member):
    return actor_of(models.User.objects.get(member_id=member.id))


def text(response) -> str:
    return " ".join(response.content.decode().split())


def pages(count):
    return [SimpleUploadedFile(f"page-{n}.pdf", PDF + b"%d" % n + b"\n%%EOF") for n in range(count)]


def write(holder, name="new_message", *args, key="k1", act="send", **fields):
    return holder.post(name, *args, key=key, act=act, **fields)


def own(member):
    return list_own_cases(member_ids=(member.id,))


def test_a_message_with_three_documents_gets_a_number_and_a_day(holder, member):
    told = write(holder, team="billing", body="Charged twice.", documents=pages(3))

    (case,) = own(member)
    page = text(holder.client.get(told["Location"]))
    assert case.number in page
    assert "We answer by" in page
    assert page.count(">page-") == 3
    assert "Sent, not read yet" in page
    assert case.number in text(holder.get("messages"))
    assert "page-0.pdf" in text(holder.get("case", case.number))


def test_chest_pain_is_stopped_with_911_first_and_may_be_sent_after(holder, member, ana):
    body = "I have chest pain since this morning"
    answer = write(holder, body=body, documents=pages(2))

    page = text(answer)
    assert answer.status_code == 422
    assert page.index("tel:911") < page.index(body)
    assert own(member) == ()
    (draft,) = queries.list_drafts(actor=ana)
    assert (draft.body, len(draft.files)) == (body, 2)
    assert "page-1.pdf" in page

    box = answer.context["form"]["body"].field.widget.get_context(
        "body", answer.context["form"]["body"].value(), {}
    )["watched"]
    write(holder, body=body, **{box["name"]: box["codes"]})
    (case,) = own(member)
    (message,) = queries.list_messages(case=case, actor=ana)
    assert (len(message.attachments), bool(message.flags)) == (2, True)


def test_a_dangerous_subject_is_stopped_too(holder, member):
    answer = write(holder, subject="I want to kill myself", body="Hello")

    assert answer.status_code == 422
    assert "tel:988" in text(answer)
    assert own(member) == ()


def test_what_a_nurse_should_hear_is_sent_with_her_line(holder):
    told = write(holder, body="My ankle is swollen. Shall I come in?")

    assert "1-800-813-2000" in text(holder.client.get(told["Location"]))


def test_an_empty_message_is_asked_about_and_its_documents_are_kept(holder, member):
    answer = write(holder, body=" ", documents=pages(1))

    assert answer.status_code == 422
    assert "page-0.pdf" in text(answer)
    assert own(member) == ()


def test_pressing_twice_sends_once_and_another_form_sends_again(holder, member):
    write(holder, body="Hello")
    write(holder, body="Hello")
    write(holder, body="Hello", key="k2")

    assert len(own(member)) == 2


def test_a_draft_is_kept_opened_changed_and_discarded(holder, ana, member):
    write(holder, act="keep", team="claims", subject="A claim", body="It was", documents=pages(1))
    (draft,) = queries.list_drafts(actor=ana)
    page = text(holder.get("new_message_draft", draft.reference))
    assert "It was" in page
    assert "page-0.pdf" in page
    assert own(member) == ()

    key = {"key": draft.key, "body": "It was", "act": ""}
    holder.client.post(reverse("portal:new_message"), {**key, "drop": str(draft.files[0].id)})
    assert queries.get_draft(draft_id=draft.id, actor=ana).files == ()
    holder.post("message_discard", draft.reference)
    assert queries.list_drafts(actor=ana) == ()
    assert holder.get("new_message_draft", draft.reference).status_code == 404


def test_a_draft_is_kept_while_it_is_written(holder, ana):
    first = holder.post("message_keep", key="k1", body="Dear", version="0")
    second = holder.post("message_keep", key="k1", body="Dear team", version="1")
    stale = holder.post("message_keep", key="k1", body="Lost?", version="1")

    assert "Draft kept at" in text(first)
    assert 'value="2"' in text(second)
    assert "another window" in text(stale)
    assert queries.list_drafts(actor=ana)[0].body == "Dear team"


def test_an_answer_is_new_until_it_is_read_and_then_the_team_sees_it(holder, member, ana):
    rosa = a_worker("billing")
    case = a_message(ana, member, now=timezone.now())
    a_message(rosa, member, "Yes, in parts.", case=seen(case, rosa), now=timezone.now())
    assert "New" in text(holder.get("messages"))

    page = text(holder.get("thread", case.number))

    assert "Rosa of Billing" in page
    assert "We answered." in page
    assert queries.list_messages(case=case, actor=rosa)[1].read_at is not None
    assert ">New<" not in text(holder.get("messages"))


def test_a_settled_thread_says_so_and_writing_opens_it_again(holder, member, ana):
    rosa = a_worker("billing")
    case = a_message(ana, member, now=timezone.now())
    a_message(rosa, member, "Done.", case=seen(case, rosa), then=Then.SETTLED, now=timezone.now())
    assert "This is settled." in text(holder.get("thread", case.number))

    write(holder, "thread", case.number, body="It is not.")

    assert own(member)[0].is_open


@pytest.mark.parametrize("name", ["thread", "thread_paper", "thread_keep"])
def test_another_members_thread_is_not_found(holder, holder_of, member, ana, name):
    case = a_message(ana, member)
    stranger = holder_of()
    address = reverse(f"portal:{name}", args=[case.number])

    method = stranger.client.post if name == "thread_keep" else stranger.client.get

    assert method(address).status_code == 404
    assert stranger.post("thread", case.number, key="x", body="x", act="send").status_code == 404


def test_a_strangers_draft_is_neither_shown_nor_discarded(holder, holder_of, ana):
    write(holder, act="keep", body="Mine")
    (draft,) = queries.list_drafts(actor=ana)
    stranger = holder_of()

    assert stranger.get("new_message_draft", draft.reference).status_code == 404
    stranger.post("message_discard", draft.reference)
    stranger.post("message_keep", key=draft.key, body="Theirs", version="0")

    assert [one.body for one in queries.list_drafts(actor=ana)] == ["Mine"]


def test_messages_are_looked_for_by_words_that_no_address_holds(holder, member, ana):
    case = a_message(ana, member, "The receipt of the pharmacy")

    assert case.number in text(holder.post("messages", q="receipts"))
    assert "No message has these words" in text(holder.post("messages", q="banana"))


def test_what_there_is_not_yet_is_said(holder):
    assert "No messages yet" in text(holder.get("messages"))


def test_a_thread_is_printed_whole_with_its_documents_named(holder, member, ana):
    write(holder, body="Two things.", documents=pages(2))
    (case,) = own(member)

    page = text(holder.get("thread_paper", case.number))

    assert "Two things." in page
    assert "page-0.pdf, page-1.pdf" in page
    assert member.name in page
    assert "<form" not in page


def test_how_one_is_told_is_chosen(holder_of):
    holder = holder_of(region="northwest", phone="510-555-0134")
    assert "0134" in text(holder.get("telling"))

    holder.post("telling", by_text="on")

    user_id = models.User.objects.get(member_id=holder.account.holder_id).pk
    wishes = queries.find_wishes(user_id=user_id)
    assert (wishes.by_email, wishes.by_text) == (False, True)


def test_the_pages_ask_the_database_a_bounded_number_of_times(
    holder, member, ana, django_assert_max_num_queries
):
    rosa = a_worker("billing")
    case = a_message(ana, member)
    for count in range(12):
        at = timezone.now() + timedelta(seconds=count)
        a_message(ana, member, f"Number {count}", now=at)
        a_message(rosa, member, f"Answer {count}", case=seen(case, rosa), now=at)

    with django_assert_max_num_queries(14):
        holder.get("messages")
    with django_assert_max_num_queries(22):
        holder.get("thread", case.number)
