"""Contacts: who answered, what was said, and what comes again and again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from openmember.cases.callbacks.queries import list_windows
from openmember.cases.callbacks.services import promise
from openmember.cases.interactions import queries
from openmember.cases.interactions.services import contacts, notes
from openmember.cases.interactions.services.summary import send_summary
from openmember.cases.interactions.types import (
    Description,
    InterpreterMode,
    NewInteraction,
    Outcome,
    Relay,
)
from openmember.cases.repeats import services as repeats
from openmember.cases.repeats.queries import find_contact_point, list_proposed
from openmember.cases.repeats.types import Kind
from openmember.cases.testing import (
    NOW,
    a_case,
    a_contact,
    a_supervisor,
    a_worker,
    seen,
    the_member,
)
from openmember.cases.types import CaseRefused, Channel, EditedMeanwhile
from openmember.kernel.sql import fetch_all
from openmember.letters.services import read_sheet
from openmember.members import models
from openmember.members.testing import TESTER
from openmember.members.types import NotAllowed
from openmember.payments.testing import a_member, an_account

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_who_answers_is_kept_as_they_were():
    rep = a_worker("billing")
    call = a_contact(a_member(), rep)
    models.User.objects.filter(id=rep.id).update(first_name="Rosalia", location="Denver")

    kept = queries.get_interaction(interaction_id=call.id, actor=rep)

    assert (kept.representative_name, kept.representative_location) == ("Rosa", "Oakland")
    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all("UPDATE cases_interaction SET representative_name = 'Eve'")


def test_how_long_somebody_waited_is_known():
    rep = a_worker("billing")
    waiting = contacts.begin(
        new=NewInteraction(Channel.PHONE, team="billing"), now=NOW, actor=TESTER
    )

    answered = contacts.answer(interaction_id=waiting.id, now=NOW + 3 * MINUTE, actor=rep)

    assert (waiting.wait_seconds, answered.wait_seconds) == (None, 180)
    with pytest.raises(CaseRefused):
        contacts.answer(interaction_id=waiting.id, now=NOW, actor=a_worker("billing"))


def test_a_contact_is_nobodys_until_it_is_said_and_stays_who_was_verified():
    rep = a_worker("billing")
    member, other = a_member(language="es"), a_member()
    call = a_contact(None, rep)
    with pytest.raises(CaseRefused):
        contacts.verify(interaction_id=call.id, factors=["birth_on"], now=NOW, actor=rep)

    contacts.identify(interaction_id=call.id, member_id=member.id, now=NOW, actor=rep)
    proved = contacts.verify(
        interaction_id=call.id, factors=["birth_on", "zip"], now=NOW, actor=rep
    )

    assert (proved.is_verified, proved.verified_factors, proved.language) == (
        True, ("birth_on", "zip"), "es",
    )  # fmt: skip
    with pytest.raises(CaseRefused):
        contacts.identify(interaction_id=call.id, member_id=other.id, now=NOW, actor=rep)


def test_an_interpreter_and_a_relay_are_written_down():
    rep = a_worker("billing")
    call = a_contact(a_member(), rep)

    said = Description(
        interpreter_language="vi", interpreter_mode=InterpreterMode.VIDEO, relay=Relay.TTY
    )
    now = contacts.describe(interaction_id=call.id, said=said, now=NOW, actor=rep)

    assert (now.interpreter_language, now.interpreter_mode, now.relay) == (
        "vi", InterpreterMode.VIDEO, Relay.TTY,
    )  # fmt: skip


def test_notes_of_two_are_both_kept():
    rep, other = a_worker("billing"), a_worker("billing", first_name="Leo")
    call = a_contact(a_member(), rep)
    first = notes.save_notes(
        interaction_id=call.id, body="Rosa wrote", expected_version=0, now=NOW, actor=rep
    )

    with pytest.raises(EditedMeanwhile) as meanwhile:
        notes.save_notes(
            interaction_id=call.id, body="Leo wrote", expected_version=0, now=NOW, actor=other
        )
    both = notes.save_notes(
        interaction_id=call.id, body="Rosa wrote\nLeo wrote",
        expected_version=meanwhile.value.version, now=NOW, actor=other,
    )  # fmt: skip

    assert (first.notes_version, both.notes_version) == (1, 2)
    saved = queries.list_saved_notes(interaction=both)
    assert [(one.body, one.is_kept) for one in saved] == [
        ("Rosa wrote\nLeo wrote", True), ("Leo wrote", False), ("Rosa wrote", True),
    ]  # fmt: skip


def test_a_contact_ends_once():
    rep = a_worker("billing")
    call = a_contact(a_member(), rep)
    contacts.end(interaction_id=call.id, outcome=Outcome.ANSWERED, now=NOW + MINUTE, actor=rep)

    with pytest.raises(CaseRefused):
        contacts.end(interaction_id=call.id, outcome=Outcome.CASE, now=NOW, actor=rep)


def test_members_and_those_without_the_right_handle_no_contacts():
    member = a_member()
    call = a_contact(member, a_worker("billing"))

    for stranger in (the_member(member), a_worker(role="finance")):
        with pytest.raises(NotAllowed):
            queries.get_interaction(interaction_id=call.id, actor=stranger)
        with pytest.raises(NotAllowed):
            contacts.begin(new=NewInteraction(Channel.PHONE), now=NOW, actor=stranger)


def three_calls(member, rep, topic="bill_question", apart=timedelta(days=10)):
    for count in range(3):
        at = NOW + count * apart
        call = a_contact(member, rep, topic=topic, now=at)
        contacts.end(interaction_id=call.id, outcome=Outcome.ANSWERED, now=at + MINUTE, actor=rep)


def test_the_third_contact_about_the_same_proposes_one_person():
    rep, member = a_worker("billing"), a_member()
    three_calls(member, rep)
    (found,) = list_proposed(actor=rep)
    case = a_case(member, category="bill_question", bill="May")

    repeats.accept(repeat_id=found.id, kind=Kind.OWNER, owner_id=rep.id, now=NOW, actor=rep)

    point = find_contact_point(member_id=member.id)
    assert (point.owner_name, point.location) == ("Rosa", "Oakland")
    assert seen(case, rep).owner_id == rep.id
    later = a_case(member, category="refund_question", amount="40")
    assert later.owner_id == rep.id
    assert list_proposed(actor=rep) == ()


def test_contacts_far_apart_or_about_other_things_propose_nobody():
    rep, member = a_worker("billing"), a_member()
    three_calls(member, rep, apart=timedelta(days=31))
    three_calls(a_member(), rep, topic="")

    assert list_proposed(actor=rep) == ()


def test_a_declined_proposal_is_not_made_again_for_the_same_contacts():
    rep, member = a_worker("billing"), a_member()
    three_calls(member, rep)
    (found,) = list_proposed(actor=rep)
    with pytest.raises(CaseRefused):
        repeats.decline(repeat_id=found.id, reason=" ", now=NOW, actor=rep)
    repeats.decline(repeat_id=found.id, reason="All three were answered.", now=NOW, actor=rep)

    call = a_contact(member, rep, topic="bill_question", now=NOW + timedelta(days=21))
    contacts.end(
        interaction_id=call.id, outcome=Outcome.ANSWERED, now=NOW + timedelta(days=21), actor=rep
    )

    assert list_proposed(actor=rep) == ()


def test_only_a_supervisor_ends_a_single_point_of_contact():
    rep, boss, member = a_worker("billing"), a_supervisor(), a_member()
    three_calls(member, rep)
    (found,) = list_proposed(actor=boss)
    repeats.accept(repeat_id=found.id, kind=Kind.CASE_MANAGER, owner_id=rep.id, now=NOW, actor=boss)

    with pytest.raises(NotAllowed):
        repeats.end(repeat_id=found.id, now=NOW, actor=rep)
    repeats.end(repeat_id=found.id, now=NOW, actor=boss)

    assert find_contact_point(member_id=member.id) is None


def test_what_was_said_goes_to_the_member_in_their_language_with_numbers_and_calls():
    rep = a_worker("billing")
    member = a_member(language="es", region="hawaii", reading_format="large_print")
    account = an_account(holder=member)
    call = a_contact(member, rep)
    case = a_case(member, category="bill_question", bill="May", region="hawaii")
    contacts.attach(interaction_id=call.id, case=case, now=NOW, actor=rep)
    window = list_windows(case=case, now=NOW, count=1)[0]
    promise(case=case, window=window, phone="808-555-0134", now=NOW, actor=rep)

    letter = send_summary(
        interaction_id=call.id, said="Revisaremos la factura.", now=NOW, actor=rep
    )
    again = send_summary(interaction_id=call.id, said="Otra cosa.", now=NOW, actor=rep)

    words = str(read_sheet(numbers=account.numbers, letter_id=letter.id))
    assert (letter.id, letter.language, letter.reading_format.value) == (
        again.id,
        "es",
        "large_print",
    )
    for said in ("Revisaremos la factura.", case.number, "Rosa", "8:00 AM", "HST"):
        assert said in words
    assert "Otra cosa" not in words


def test_a_summary_goes_to_nobody_we_cannot_reach():
    rep = a_worker("billing")

    for member in (None, a_member()):
        call = a_contact(member, rep)
        with pytest.raises(CaseRefused):
            send_summary(interaction_id=call.id, said="Hello", now=NOW, actor=rep)
