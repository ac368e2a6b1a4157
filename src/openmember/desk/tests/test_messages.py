"""Messages at the desk: one's teams' alone, answered with a canned answer or without it, never with a gap."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from openmember.cases.testing import a_worker, seen
from openmember.cases.types import Status
from openmember.desk.tests.conftest import Desk
from openmember.documents.testing import PDF
from openmember.members import models
from openmember.members.queries import get_member
from openmember.members.types import Role
from openmember.payments.testing import a_member, an_account
from openmember.threads import queries
from openmember.threads.testing import a_message, a_writer


@pytest.fixture(autouse=True)
def settings_of_tests(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def rosa(db):
    return a_worker("billing")


@pytest.fixture
def desk(client_of, rosa) -> Desk:
    return Desk(client_of(models.User.objects.get(id=rosa.id)))


@pytest.fixture
def account(db):
    return an_account(holder=a_member(region="california", language="es"))


@pytest.fixture
def member(account):
    return get_member(member_id=account.holder_id)


@pytest.fixture
def ana(member):
    return a_writer(member)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def answer(desk, case, act="send", **fields):
    given = {"key": "k1", "then": "goes_on", "act": act, **fields}
    return desk.client.post(reverse("desk:thread", args=[case.number]), given, follow=True)


def test_who_waits_is_listed_with_the_promise_and_another_teams_is_not(desk, member, ana):
    mine = a_message(ana, member, "Charged twice")
    theirs = a_message(ana, member, "A claim", team="claims")

    page = text(desk.get("messages"))

    assert "Charged twice" in page
    assert theirs.subject not in page
    assert desk.get("thread", mine.number).status_code == 200
    assert desk.get("thread", theirs.number).status_code in {200, 404}


@pytest.mark.parametrize(
    ("role", "status"), [(Role.CASHIER, 403), (Role.FINANCE, 403), (Role.SUPERVISOR, 200)]
)
def test_who_works_no_cases_is_kept_out(desk_of, role, status):
    assert desk_of(role).get("messages").status_code == status


def test_an_answer_with_documents_reaches_the_member(desk, member, ana):
    case = a_message(ana, member, now=timezone.now())
    paper = SimpleUploadedFile("plan.pdf", PDF + b"1\n%%EOF")

    answer(desk, case, body="Sí, en tres partes.", documents=paper)

    last = queries.list_messages(case=case, actor=ana)[-1]
    assert (last.body, last.author_name) == ("Sí, en tres partes.", "Rosa")
    assert [one.name for one in last.attachments] == ["plan.pdf"]
    assert "Nothing waits" in text(desk.get("messages"))


def test_a_canned_answer_is_put_in_in_the_members_language_and_edited(desk, rosa, member, ana):
    case = a_message(ana, member)

    page = text(answer(desk, case, act="insert", answer="charged_twice", body="Buenos días."))

    assert "Buenos días." in page
    assert "Hola, Ana:" in page
    (draft,) = queries.list_drafts(actor=rosa)
    assert "Anulamos el segundo cargo" in draft.body


def test_a_gap_of_a_canned_answer_is_never_sent(desk, member, ana):
    case = a_message(ana, member)

    page = answer(desk, case, body="Falta: [cuál].")

    assert page.status_code == 422
    assert "[cuál]" in text(page)
    assert len(queries.list_messages(case=case, actor=ana)) == 1


def test_settling_and_asking_move_the_case(desk, rosa, member, ana):
    case = a_message(ana, member)
    answer(desk, case, body="Envíe la factura.", then="waits")
    assert seen(case, rosa).status is Status.WAITING_ON_MEMBER

    answer(desk, case, body="Listo.", then="settled", key="k2")

    assert seen(case, rosa).status is Status.RESOLVED


def test_a_draft_is_kept_while_it_is_written_and_discarded(desk, rosa, member, ana):
    case = a_message(ana, member)
    address = reverse("desk:thread_keep", args=[case.number])
    kept = desk.client.post(address, {"key": "k1", "body": "Querida", "version": "0"})
    assert "Draft kept at" in text(kept)
    assert "Querida" in text(desk.get("thread", case.number))
    assert case.number in text(desk.get("messages"))

    (draft,) = queries.list_drafts(actor=rosa)
    desk.client.post(reverse("desk:message_discard", args=[draft.reference]))

    assert queries.list_drafts(actor=rosa) == ()


def test_what_the_member_set_aside_is_pointed_out(desk, member, ana):
    case = a_message(ana, member, flags=["chest_pain"])

    page = text(desk.get("thread", case.number))

    assert "sounded like an emergency" in page
    assert "Urgent" in text(desk.get("messages"))


def test_words_are_looked_for_among_ones_teams(desk, member, ana):
    a_message(ana, member, "The receipt of the pharmacy")
    address = reverse("desk:messages")

    assert "The receipt" in text(desk.client.post(address, {"q": "receipts"}))
    assert "Nothing found" in text(desk.client.post(address, {"q": "banana"}))


def test_a_member_is_written_to_first_from_their_account(desk, account, member, ana):
    desk.open(account)

    desk.send(
        "new_message", key="k1", who=str(member.id), team="billing", subject="Your address",
        body="Please tell us your new address.",
    )  # fmt: skip

    (thread,) = queries.list_threads(member_ids=(member.id,), actor=ana)
    assert (thread.case.subject, thread.unread) == ("Your address", 1)


def test_a_visible_note_on_the_case_is_a_message_too(desk, rosa, member, ana):
    case = a_message(ana, member, now=timezone.now())

    desk.client.post(
        reverse("desk:case", args=[case.number]),
        {"act": "note", "body": "We called the clinic.", "is_visible": "on"},
    )

    assert queries.list_messages(case=case, actor=ana)[-1].is_new
    assert queries.find_thread_due(case=case) is None


def test_the_thread_is_printed(desk, member, ana):
    case = a_message(ana, member, "On paper")

    assert "On paper" in text(desk.get("thread_paper", case.number))


def test_the_pages_ask_the_database_a_bounded_number_of_times(
    desk, member, ana, django_assert_max_num_queries
):
    case = a_message(ana, member)
    for count in range(12):
        a_message(ana, member, f"Number {count}")

    with django_assert_max_num_queries(28):
        desk.get("messages")
    with django_assert_max_num_queries(28):
        desk.get("thread", case.number)
