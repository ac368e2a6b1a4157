"""A member's questions: their own alone, in plain words, and nothing that is only ours."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from openmember.cases import dossier
from openmember.cases.documents.services import add_documents, list_documents
from openmember.cases.queries import list_own_cases
from openmember.cases.services import moving, notes, owning
from openmember.cases.services.opening import open_case
from openmember.cases.testing import a_case, a_worker, the_member
from openmember.cases.types import CaseRefused, Channel, NewCase, Status
from openmember.documents.testing import PDF, a_file
from openmember.members.queries import get_member
from openmember.payments.testing import an_account


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


def own(holder, **facts):
    member = get_member(member_id=holder.account.holder_id)
    return a_case(member, now=timezone.now(), **facts)


def text(response) -> str:
    return response.content.decode()


def ask(holder, category="bill_question", **fields):
    page = holder.get("ask", category)
    key = page.context["form"]["key"].value()
    return holder.post("ask", category, **{"key": key, "need": "Why twice?", **fields})


def test_a_question_gets_a_number_and_is_listed_with_its_documents(holder):
    files = [SimpleUploadedFile(f"page-{n}.pdf", PDF + b"%d" % n + b"\n%%EOF") for n in range(2)]
    told = ask(
        holder, fact_bill="October 8", documents=[*files, SimpleUploadedFile("x.pdf", b"MZ")]
    )

    (case,) = list_own_cases(member_ids=(holder.account.holder_id,))
    page = text(holder.client.get(told["Location"]))
    assert case.number in page
    assert "x.pdf was not taken" in page
    assert {one.name for one in list_documents(case=case)} == {"page-0.pdf", "page-1.pdf"}
    assert case.number in text(holder.get("cases"))


def test_what_is_required_is_asked_for_and_nothing_typed_is_lost(holder):
    answer = ask(holder, fact_amount="40")

    assert answer.status_code == 422
    assert "Why twice?" in text(answer)
    assert list_own_cases(member_ids=(holder.account.holder_id,)) == ()


def test_sending_a_form_twice_asks_once(holder):
    page = holder.get("ask", "general_question")
    fields = {"key": page.context["form"]["key"].value(), "need": "Hello"}

    holder.post("ask", "general_question", **fields)
    holder.post("ask", "general_question", **fields)

    assert len(list_own_cases(member_ids=(holder.account.holder_id,))) == 1


def test_a_question_that_failed_on_its_way_is_sent_again(holder, monkeypatch):
    page = holder.get("ask", "general_question")
    fields = {"key": page.context["form"]["key"].value(), "need": "Hello"}

    def breaks(*_given, **_named):
        raise OperationalError("the connection was lost")

    with monkeypatch.context() as broken:
        # The last thing an opening does, within its transaction.
        broken.setattr("openmember.cases.services.opening.clock", breaks)
        with pytest.raises(OperationalError):
            holder.post("ask", "general_question", **fields)
    assert list_own_cases(member_ids=(holder.account.holder_id,)) == ()
    holder.post("ask", "general_question", **fields)

    assert len(list_own_cases(member_ids=(holder.account.holder_id,))) == 1


@pytest.mark.django_db
def test_two_presses_at_once_open_one_case():
    member = get_member(member_id=an_account().holder_id)
    me = the_member(member)
    new = NewCase("general_question", member.id, Channel.PORTAL, need="Hello", sent_as="k1")
    open_case(new=new, now=timezone.now(), actor=me)

    with pytest.raises(CaseRefused, match="sent already"):
        open_case(new=new, now=timezone.now(), actor=me)

    assert len(list_own_cases(member_ids=(member.id,))) == 1


def test_a_question_that_sounds_like_an_emergency_comes_with_911_first(holder):
    answer = ask(holder, "general_question", need="I have chest pain now")

    assert answer.status_code == 422
    assert "tel:911" in text(answer)
    assert list_own_cases(member_ids=(holder.account.holder_id,)) == ()


@pytest.mark.parametrize("category", ["nurse_follow_up", "no_such_thing"])
def test_what_nobody_asks_online_is_not_found(holder, category):
    assert holder.get("ask", category).status_code == 404


def test_another_members_question_is_not_found(holder, holder_of):
    case = own(holder)
    stranger = holder_of()

    for name in ("case", "case_add", "case_reopen", "case_rate"):
        address = reverse(f"portal:{name}", args=[case.number])
        method = stranger.client.get if name == "case" else stranger.client.post
        assert method(address, {"note": "x"}).status_code == 404


def test_a_member_reads_neither_our_notes_nor_our_documents_nor_why(holder):
    case, worker = own(holder), a_worker("member_services")
    now = timezone.now()
    notes.add_note(case=case, body="only between us", is_visible=False, now=now, actor=worker)
    add_documents(
        case=case, uploads=[a_file("internal.pdf")], is_visible=False, now=now, actor=worker
    )
    notes.add_note(case=case, body="We looked at it", is_visible=True, now=now, actor=worker)
    moving.move(
        case=case, to=Status.RESOLVED, now=now, actor=worker, answer="All is well.", why="skipped"
    )

    page = text(holder.get("case", case.number))

    assert "We looked at it" in page
    assert "All is well." in page
    for secret in ("only between us", "internal.pdf", "skipped"):
        assert secret not in page


def test_what_we_need_stands_out_and_answering_it_moves_the_case_on(holder):
    case, worker = own(holder), a_worker("member_services")
    moving.move(
        case=case,
        to=Status.WAITING_ON_MEMBER,
        now=timezone.now(),
        actor=worker,
        why="Send the card.",
    )
    assert "What we need from you" in text(holder.get("case", case.number))

    holder.post("case_add", case.number, note="Here")

    (case,) = list_own_cases(member_ids=(holder.account.holder_id,))
    assert case.status is Status.OPEN
    assert "What we need from you" not in text(holder.get("case", case.number))


def test_an_empty_answer_is_asked_about(holder):
    case = own(holder)

    assert holder.post("case_add", case.number, note=" ").status_code == 422


def test_an_answer_is_rated_once_and_can_be_reopened(holder):
    case, worker = own(holder), a_worker("member_services")
    moving.move(
        case=case, to=Status.RESOLVED, now=timezone.now(), actor=worker, answer="Done.", why="-"
    )
    assert "How did we do?" in text(holder.get("case", case.number))

    holder.post("case_rate", case.number, score="4", words="Fine")
    assert "How did we do?" not in text(holder.get("case", case.number))
    assert [one.score for one in dossier.list_satisfaction(case=case)] == [4]
    holder.post("case_reopen", case.number, why="It came back")

    assert list_own_cases(member_ids=(holder.account.holder_id,))[0].status is Status.REOPENED


def test_times_are_the_members_own_and_who_takes_care_is_named(holder_of):
    holder = holder_of(region="hawaii")
    case = own(holder, region="hawaii")
    owning.take(case=case, now=timezone.now(), actor=a_worker("member_services"))

    page = text(holder.get("case", case.number))

    assert "HST" in page
    assert "Rosa of Member Services" in page


def test_the_pages_ask_the_database_a_bounded_number_of_times(
    holder, django_assert_max_num_queries
):
    worker = a_worker("member_services")
    cases = [own(holder) for _ in range(12)]
    for count in range(12):
        notes.add_note(
            case=cases[0], body=f"note {count}", is_visible=True,
            now=timezone.now() + timedelta(seconds=count), actor=worker,
        )  # fmt: skip

    with django_assert_max_num_queries(14):
        holder.get("cases")
    with django_assert_max_num_queries(32):
        holder.get("case", cases[0].number)
