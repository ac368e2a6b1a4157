"""The screen of a contact: what is recorded of it, how it is verified, its notes, its acts and its end."""

import pytest
from django.urls import reverse

from openmember.cases.interactions import queries
from openmember.cases.interactions.types import Outcome, Relay
from openmember.cases.queries import list_cases_of_member
from openmember.cases.testing import a_contact, a_worker
from openmember.cases.types import Channel
from openmember.coverage.testing import covered
from openmember.desk.tests.conftest import Desk
from openmember.desk.tests.reading import words
from openmember.letters.queries import list_letters
from openmember.members import models
from openmember.members.queries import actor_of
from openmember.members.services import add_member
from openmember.members.types import Address, Person, PersonName, Role
from openmember.payments.testing import TESTER, TODAY, a_bill, a_member, a_payment, an_account

pytestmark = pytest.mark.django_db

QUERIES_AT_MOST = 22


@pytest.fixture
def ana():
    home = Address("1 Main St", "", "Oakland", "CA", "94601")
    return add_member(
        person=Person(PersonName("Ana", "Ruiz"), TODAY.replace(year=1970), phone="510-555-0134",
                      address=home, region="california", language="es"),
        actor=TESTER,
    )  # fmt: skip


@pytest.fixture
def account(ana):
    return an_account(holder=ana)


@pytest.fixture
def rosa():
    return a_worker("billing", "member_services")


@pytest.fixture
def desk(client_of, rosa, account) -> Desk:
    desk = Desk(client_of(models.User.objects.get(id=rosa.id)))
    desk.open(account)
    return desk


def contact_of(desk, actor):
    return queries.get_interaction(interaction_id=desk.client.session["desk_contact"], actor=actor)


def post(desk, name, *, follow=True, headers=None, **fields):
    address = reverse(f"desk:{name}", args=[desk.client.session["desk_contact"]])
    return desk.client.post(address, fields, follow=follow, headers=headers or {})


def test_opening_an_account_for_a_caller_begins_a_contact_with_who_answers(
    desk, rosa, ana, account
):
    found = contact_of(desk, rosa)

    assert (found.member_id, found.account_number) == (ana.id, account.number)
    assert (found.representative_name, found.representative_location) == ("Rosa", "Oakland")
    assert found.channel is Channel.PHONE
    assert found.language == "es"


def test_the_same_caller_again_is_the_same_contact_and_another_one_is_another(desk, rosa):
    first = contact_of(desk, rosa)
    desk.open(desk.account)
    assert contact_of(desk, rosa).id == first.id

    desk.open(an_account(holder=a_member(first="Leo")), reason="in_person")
    second = contact_of(desk, rosa)
    assert second.id != first.id
    assert second.channel is Channel.IN_PERSON
    desk.open(desk.account, reason="review")  # Nobody is there: no contact, and none ends.
    assert contact_of(desk, rosa).id == second.id


def test_somebody_nobody_knows_yet_becomes_who_was_found(client_of, rosa, ana, account):
    desk = Desk(client_of(models.User.objects.get(id=rosa.id)))
    shown = words(
        desk.client.post(reverse("desk:contact_begin"), {"channel": "phone"}, follow=True)
    )
    begun = contact_of(desk, rosa)

    assert begun.member_id is None
    assert "Nobody is named yet" in shown
    desk.open(account)
    assert contact_of(desk, rosa) == queries.get_interaction(interaction_id=begun.id, actor=rosa)
    assert contact_of(desk, rosa).member_id == ana.id


def test_the_next_caller_is_shown_nothing_of_the_one_before(desk, rosa, account):
    shown = words(
        desk.client.post(reverse("desk:contact_begin"), {"channel": "phone"}, follow=True)
    )

    assert "Nobody is named yet" in shown
    assert "Ruiz" not in shown
    assert desk.get("account").url == "/desk/"  # None is open.
    assert contact_of(desk, rosa).member_id is None


def test_everything_stands_on_one_screen_in_few_queries(desk, django_assert_max_num_queries):
    a_bill(desk.account, 30_00)
    identity = str(desk.client.session["desk_contact"])
    desk.get("contact_of", identity)

    with django_assert_max_num_queries(QUERIES_AT_MOST):
        shown = words(desk.get("contact_of", identity))

    for fact in (
        "Not verified: ask before you say anything of theirs", "Spanish", "$30.00", "Send a payment link",
        "Ask about a bill", "Send an ID card", "Timeline", "Open cases", "Calls we promised", "Keep the notes",
        "End the contact", "Rosa, Oakland",
    ):  # fmt: skip
        assert fact in shown, fact


def test_a_proof_is_written_into_the_contact(desk, rosa, ana):
    desk.send("verify", birth_on_month=TODAY.month, birth_on_day=TODAY.day, birth_on_year=1970,
              zip_code="94601", phone="0134")  # fmt: skip

    found = contact_of(desk, rosa)
    assert found.is_verified
    assert found.verified_factors == ("questions",)
    assert "Not verified" not in words(desk.get("contact_of", str(found.id)))


def test_a_case_opened_in_a_contact_is_about_it_and_its_number_is_to_be_told(desk, rosa, ana):
    desk.send("new_case", "bill_question", who=ana.id, need="Charged twice", fact_bill="The visit")

    (case,) = list_cases_of_member(member_id=ana.id, actor=rosa)
    shown = words(desk.get("contact_of", str(contact_of(desk, rosa).id)))
    assert queries.list_case_numbers(interaction=contact_of(desk, rosa)) == (case.number,)
    assert contact_of(desk, rosa).topic == "bill_question"
    assert "Tell them the case number:" in shown
    assert f"Hand over {case.number}" in shown


def test_notes_are_kept_as_they_are_written_and_by_a_button(desk, rosa):
    part = post(
        desk, "contact_notes", body="She was charged", version=0, headers={"HX-Request": "true"}
    )
    post(desk, "contact_notes", body="She was charged twice", version=1)

    assert "Kept at" in words(part)
    assert 'name="version" value="1"' in words(part)
    assert contact_of(desk, rosa).notes == "She was charged twice"


def test_two_who_write_at_once_see_both_texts_and_lose_nothing(desk, rosa, client_of):
    leo = a_worker("billing", first_name="Leo")
    identity = desk.client.session["desk_contact"]
    other = client_of(models.User.objects.get(id=leo.id))
    assert "Rosa has this open too" not in words(
        other.get(reverse("desk:contact_of", args=[identity]))
    )
    post(desk, "contact_notes", body="Rosa wrote this", version=0)
    address = reverse("desk:contact_notes", args=[identity])

    part = other.post(
        address, {"body": "Leo wrote that", "version": 0}, headers={"HX-Request": "true"}
    )
    clash = words(other.post(address, {"body": "Leo wrote that too", "version": 0}))

    assert "Yours are kept beside theirs" in words(part)
    assert 'name="version" value="0"' in words(part)
    assert "Rosa wrote this" in clash
    assert "Leo wrote that too" in clash
    assert "Leo is writing here" in words(desk.get("contact_present", str(identity)))
    assert "Leo wrote that too" in words(other.get(reverse("desk:contact_merge", args=[identity])))
    other.post(address, {"body": "Both", "version": 1})
    saved = queries.list_saved_notes(interaction=contact_of(desk, rosa))
    assert [(one.body, one.is_kept) for one in saved] == [
        ("Both", True), ("Leo wrote that too", False), ("Leo wrote that", False), ("Rosa wrote this", True),
    ]  # fmt: skip


def test_danger_in_the_notes_is_shown_and_the_notes_are_kept(desk, rosa):
    shown = words(post(desk, "contact_notes", body="He has chest pain and cannot breathe", version=0,
                       headers={"HX-Request": "true"}))  # fmt: skip

    assert "911" in shown
    assert contact_of(desk, rosa).notes.startswith("He has chest pain")


def test_what_it_is_about_and_how_we_talk_is_written_down(desk, rosa):
    post(desk, "contact_describe", topic="bill_question", need="Charged twice", interpreter_language="vi",
         interpreter_mode="video", relay="tty")  # fmt: skip

    found = contact_of(desk, rosa)
    assert (found.topic, found.interpreter_language, found.relay) == (
        "bill_question",
        "vi",
        Relay.TTY,
    )
    assert "Vietnamese" in words(desk.get("account"))


def test_a_contact_ends_once_and_the_member_is_sent_what_was_said(desk, rosa, account):
    found = contact_of(desk, rosa)
    address = reverse("desk:contact_end", args=[found.id])

    shown = words(
        post(desk, "contact_end", outcome="answered", sends="on", said="Le cobramos dos veces.")
    )
    again = words(desk.client.post(address, {"outcome": "answered"}))

    assert "The summary is on its way" in shown
    (letter,) = list_letters(numbers=account.numbers)
    assert (letter.kind, letter.language) == ("contact_summary", "es")
    assert queries.get_interaction(interaction_id=found.id, actor=rosa).outcome is Outcome.ANSWERED
    assert "desk_contact" not in desk.client.session
    assert "There is a problem" in again or "ended" in again.lower()


def test_a_summary_without_words_is_not_sent_and_nothing_ends(desk, rosa, account):
    shown = words(post(desk, "contact_end", outcome="answered", sends="on", said=" "))

    assert "Write what was said, or send no summary" in shown
    assert contact_of(desk, rosa).ended_at is None
    assert list_letters(numbers=account.numbers) == ()


def test_an_id_card_is_asked_for_once_to_the_address_on_file(desk, ana, account):
    covered(account, (ana, "18"))

    asked = words(desk.ask("ask_card", who=ana.id))
    done = words(desk.do("ask_card", who=ana.id))
    again = words(desk.do("ask_card", key="key-2", who=ana.id))

    assert "1 Main St" in asked
    assert "is asked for" in done
    assert "a card was asked for not long ago" in again.lower()


def test_who_answers_nobody_has_no_contacts(desk_of, account):
    desk = desk_of(Role.FINANCE, account=account)

    assert "desk_contact" not in desk.client.session
    assert desk.get("contact").status_code == 403


def test_a_contact_that_runs_is_found_again(desk, rosa, client_of):
    fresh = client_of(models.User.objects.get(id=rosa.id))

    assert f"/desk/contacts/{desk.client.session['desk_contact']}/" in words(
        fresh.get(reverse("desk:contact"))
    )
    assert fresh.get(reverse("desk:contact_of", args=[10**6])).status_code == 404


def test_the_timeline_has_everything_of_the_account_page_by_page(desk, rosa, ana, account):
    bill = a_bill(account, 30_00, title="Visit of May")
    payment = a_payment(account, 10_00)
    desk.send("new_case", "bill_question", who=ana.id, need="Charged twice", fact_bill="The visit")
    post(desk, "contact_end", outcome="answered", sends="on", said="Le cobramos dos veces.")
    for _ in range(30):
        a_contact(ana, actor_of(models.User.objects.get(id=rosa.id)))

    first = desk.get("timeline")
    older = desk.client.get(
        reverse("desk:timeline")
        + first.content.decode().split('rel="next" href="')[1].split('"')[0]
    )

    both = words(first) + words(older)
    for fact in ("Visit of May", payment.reference, bill.reference, "By phone, Rosa", "CA-"):
        assert fact in both, fact
    only = words(desk.get("timeline", kind="payment"))
    assert payment.reference in only
    assert "Visit of May" not in only
    assert account.number not in first.request["QUERY_STRING"]
