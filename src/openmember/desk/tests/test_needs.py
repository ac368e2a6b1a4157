"""Needs, recorded once: at the desk and by the member, and shown wherever somebody meets them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases.interactions import queries
from openmember.cases.interactions.types import Relay
from openmember.cases.testing import a_worker
from openmember.cases.walkins.services import check_in
from openmember.cases.walkins.types import NewWalkin
from openmember.desk.tests.conftest import Desk
from openmember.desk.tests.reading import words
from openmember.members import models
from openmember.members.needs.queries import get_needs
from openmember.members.needs.services import set_needs
from openmember.members.needs.types import Accommodation, InterpreterMode, Needs
from openmember.members.testing import TESTER
from openmember.payments.testing import a_member, an_account
from openmember.phone import models as phone
from openmember.registrations.services.deciding import accept
from openmember.registrations.testing import a_registration, some_facts

pytestmark = pytest.mark.django_db

SAID = Needs(
    "vi", InterpreterMode.VIDEO, Relay.VIDEO_RELAY, frozenset({Accommodation.STEP_FREE}), "Left ear"
)
SHOWN = ("Vietnamese", "Video relay", "A way without steps", "Left ear")


@pytest.fixture
def ana():
    return a_member(first="Ana", last="Ruiz", region="california")


@pytest.fixture
def account(ana):
    return an_account(holder=ana)


@pytest.fixture
def desk(client_of, account) -> Desk:
    desk = Desk(client_of(models.User.objects.get(id=a_worker("member_services").id)))
    desk.open(account)
    return desk


@pytest.fixture
def said(ana):
    return set_needs(member_id=ana.id, needs=SAID, now=timezone.now(), actor=TESTER)


def contact_of(desk):
    known = desk.client.session["desk_contact"]
    return queries.get_interaction(interaction_id=known, actor=TESTER)


def test_needs_are_kept_from_the_desk_and_shown_on_the_account_and_the_contact(desk, ana):
    answer = desk.send(
        "needs", person=ana.id, version=0, interpreter_language="vi", interpreter_mode="video",
        relay="video_relay", accommodations=["step_free"], note="Left ear",
    )  # fmt: skip

    assert "It is kept" in words(answer)
    assert get_needs(member_id=ana.id).relay is Relay.VIDEO_RELAY
    contact = desk.client.get(reverse("desk:contact_of", args=[contact_of(desk).id]))
    for page in (words(desk.get("account")), words(contact)):
        assert [one for one in SHOWN if one not in page] == []


def test_what_somebody_else_changed_meanwhile_is_not_lost(desk, ana, said):
    answer = desk.send("needs", person=ana.id, version=0, relay="tty")

    assert answer.status_code == 422
    assert "Somebody else changed this meanwhile." in words(answer)
    assert get_needs(member_id=ana.id).relay is Relay.VIDEO_RELAY


def test_somebody_not_on_the_account_is_not_found(desk):
    assert desk.send("needs", person=a_member(first="Leo").id, version=0).status_code == 404


def test_who_is_handed_over_by_the_telephone_line_need_not_say_it_again(desk, account, said):
    call = phone.Call.objects.create(digest="d", caller="c", language="en")
    one = phone.Handover.objects.create(
        call=call, account_number=account.number, language="en", asked_from="due",
        taken_at=timezone.now(), taken_by=f"staff:{desk.client.session['_auth_user_id']}",
    )  # fmt: skip

    page = words(desk.get("caller", one.pk))

    assert "What Ana Ruiz needs" in page
    assert [words_ for words_ in SHOWN if words_ not in page] == []


@pytest.mark.parametrize("typed", ["number", "mrn"])
def test_who_types_their_number_at_the_kiosk_need_not_say_it_again(desk, account, ana, said, typed):
    number = account.number if typed == "number" else ana.mrn
    new = NewWalkin("oakland", "en", "billing", typed=number)
    ticket = check_in(new=new, now=timezone.now(), actor=a_worker("billing"))
    desk.client.post(reverse("desk:walkin_desk"), {"desk": "1"})
    before = words(desk.get("walkins"))
    desk.client.post(reverse("desk:walkin_act", args=[ticket.reference, "call"]))

    page = words(desk.get("walkins"))

    assert [one for one in SHOWN if one in before] == []
    found = queries.get_interaction(interaction_id=ticket.interaction_id, actor=TESTER)
    assert (found.member_id, found.is_verified) == (ana.id, False)
    assert [one for one in SHOWN if one not in page] == []


def test_a_name_or_a_number_nobody_has_names_nobody(desk, ana):
    for typed in ("Ana Ruiz", "12345", "999999999999"):
        new = NewWalkin("oakland", "en", "billing", typed=typed)
        ticket = check_in(new=new, now=timezone.now(), actor=a_worker("billing"))
        found = queries.get_interaction(interaction_id=ticket.interaction_id, actor=TESTER)
        assert found.member_id is None


def test_a_new_patient_keeps_the_interpreter_of_their_application():
    facts = some_facts()
    found = a_registration(
        type(facts)(facts.person, facts.coverage, interpreter_language="ko"), is_identified=True
    )

    done = accept(
        registration_id=found.id, expected_version=found.version, now=timezone.now(), actor=TESTER
    )

    assert get_needs(member_id=done.member_id).interpreter_language == "ko"


def test_a_relay_on_a_contact_is_set_and_taken_back(desk):
    address = reverse("desk:contact_describe", args=[contact_of(desk).id])
    for relay, kept in (("video_relay", Relay.VIDEO_RELAY), ("", None)):
        desk.client.post(address, {"relay": relay, "interpreter_mode": "phone"})
        assert contact_of(desk).relay is kept
