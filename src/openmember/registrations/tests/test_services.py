"""Applications of new patients: received, looked at, and accepted, returned, or put away."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from openmember.accounts.queries import get_account, list_people
from openmember.accounts.services import open_account
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.queries import list_letters as list_member_letters
from openmember.members.queries import get_member
from openmember.members.testing import TESTER, a_member
from openmember.members.types import Address
from openmember.registrations import queries, rules
from openmember.registrations.services import deciding, intake, judging
from openmember.registrations.testing import HOME, NOW, a_registration, some_facts
from openmember.registrations.tests.applying import MEY, accept, kept, known, members, of, refused
from openmember.registrations.types import (
    Channel,
    Missing,
    NewRegistration,
    Status,
    Way,
)

pytestmark = pytest.mark.django_db


def test_an_application_is_no_member():
    found = a_registration()

    assert (found.status, found.person.name.last, members()) == (Status.RECEIVED, "Tran", 0)


def test_a_form_sent_twice_is_one_application():
    new = NewRegistration(some_facts(), Channel.WEB, "one")

    twice = [intake.receive(new=new, now=NOW, actor=TESTER).id for _ in range(2)]

    assert twice[0] == twice[1]


def test_an_application_that_is_whole_makes_a_member_with_an_account_and_a_letter():
    done = accept(a_registration(is_identified=True))

    member = get_member(member_id=done.member_id)
    account = get_account(number=done.account_number)
    assert (done.status, member.person) == (Status.ACCEPTED, some_facts().person)
    assert account.holder_id == member.id
    (letter,) = list_member_letters(numbers=account.numbers)
    assert letter.facts["mrn"] == member.mrn


def test_the_same_form_with_other_facts_is_another_application():
    for first in ("Mei", "Bao", "Mei"):
        new = NewRegistration(some_facts(first=first), Channel.WEB, "one")
        assert intake.was_received(new=new) == (first == "Mei" and len(kept()) == 2)
        intake.receive(new=new, now=NOW, actor=TESTER)

    assert [one.person.name.first for one in kept()] == ["Mei", "Bao"]


def test_a_form_sent_again_after_a_correction_is_the_same():
    found = a_registration()
    key = fetch_one("SELECT sent_as FROM registrations_registration").sent_as
    intake.correct(**of(found), facts=some_facts(first="May"), now=NOW, actor=TESTER)

    again = NewRegistration(some_facts(), Channel.WEB, key)

    assert intake.receive(new=again, now=NOW, actor=TESTER).id == found.id


@pytest.mark.parametrize(
    ("facts", "is_seen"),
    [
        (some_facts(language="es"), True),
        (some_facts(filled_by="Lan Tran"), True),
        (some_facts(first="May"), False),
        (some_facts(birth_on=date(1988, 3, 5)), False),
        (some_facts(address=replace(HOME, street="2 Elm St")), False),
        (some_facts(phone="510-555-0199"), False),
        (some_facts(email="mei@example.org"), False),
    ],
)
def test_what_was_seen_holds_for_whom_it_was_seen_of(facts, is_seen):
    found = a_registration(is_identified=True)

    done = intake.correct(**of(found), facts=facts, now=NOW, actor=TESTER)

    assert (done.identity_way is not None) == is_seen
    if not is_seen:
        assert refused(deciding.accept, **of(done)) == "no_identity"


def test_another_person_is_said_of_the_facts_that_were_compared():
    member, found = known(name=MEY), a_registration()
    judging.say_other(**of(found), member_id=member.id, reason="Mey", now=NOW, actor=TESTER)

    done = intake.correct(**of(found), facts=some_facts(first="Mey"), now=NOW, actor=TESTER)

    (likely,) = queries.list_likely(found=done, actor=TESTER).people
    assert (likely.member.id, likely.other_because) == (member.id, "")
    judging.say_other(**of(done), member_id=member.id, reason="A cousin", now=NOW, actor=TESTER)


def test_nothing_is_decided_on_facts_that_somebody_changed_meanwhile():
    member, found = known(), a_registration(is_identified=True)
    intake.correct(**of(found), facts=some_facts(language="es"), now=NOW, actor=TESTER)
    stale = {
        deciding.accept: {},
        deciding.give_back: {"missing": [Missing.ADDRESS], "note": ""},
        deciding.withdraw: {"note": "x"},
        judging.check_identity: {"way": Way.DOCUMENTS, "what": ["passport"]},
        judging.say_same: {"member_id": member.id},
        judging.say_other: {"member_id": member.id, "reason": "x"},
    }

    assert {refused(do, **of(found), **given) for do, given in stale.items()} == {
        "edited_meanwhile"
    }


def test_the_database_keeps_what_was_seen_from_other_facts():
    found = a_registration(is_identified=True)

    for change in ("last_name = 'Lopez'", "phone = ''", "email = 'x@example.org'"):
        with pytest.raises(IntegrityError), transaction.atomic():
            fetch_all(f"UPDATE registrations_registration SET {change} WHERE id = {found.id}")


def test_nobody_is_accepted_before_it_is_seen_who_they_are():
    found = a_registration()

    assert refused(deciding.accept, **of(found)) == "no_identity"


@pytest.mark.parametrize(
    ("way", "what", "is_enough"),
    [
        (Way.DOCUMENTS, ["passport"], True),
        (Way.DOCUMENTS, ["utility_bill"], False),
        (Way.DOCUMENTS, ["utility_bill", "birth_certificate"], True),
        (Way.DOCUMENTS, ["passport", "said_address"], False),
        (Way.DOCUMENTS, [], False),
        (Way.SCRIPT, ["said_name_and_birth", "said_address"], False),
        (Way.SCRIPT, list(rules.SCRIPT), True),
    ],
)
def test_what_shows_who_somebody_is(way, what, is_enough):
    assert rules.shows_identity(way, what) == is_enough


def test_too_little_shows_nothing():
    found = a_registration()

    given = {**of(found), "way": Way.DOCUMENTS, "what": ["utility_bill"]}
    assert refused(judging.check_identity, **given) == "not_enough"


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        (some_facts(address=Address("", "", "Oakland", "CA", "94612")), Missing.ADDRESS),
        (some_facts(phone=""), Missing.CONTACT),
        (some_facts(birth_on=date(2020, 1, 2)), Missing.GUARDIAN),
    ],
)
def test_what_a_record_needs_is_asked_for(facts, missing):
    found = a_registration(facts, is_identified=True)

    assert rules.lacking(facts, NOW.date()) == (missing,)
    assert refused(deciding.accept, **of(found)) == "lacking"


def test_what_was_returned_is_decided_again_once_it_is_corrected():
    found = a_registration()
    back = deciding.give_back(
        **of(found), missing=[Missing.CONTACT], note="", now=NOW, actor=TESTER
    )
    facts = some_facts(phone="510-555-0199")
    assert refused(intake.correct, **of(found), facts=facts) == "edited_meanwhile"

    again = intake.correct(**of(back), facts=facts, now=NOW, actor=TESTER)

    assert (again.status, again.missing, again.person.phone) == (
        Status.RECEIVED,
        (),
        "510-555-0199",
    )


def test_what_somebody_wants_no_more_is_put_away_with_why():
    found = a_registration()
    assert refused(deciding.withdraw, **of(found), note="") == "no_reason"

    done = deciding.withdraw(**of(found), note="Moved away", now=NOW, actor=TESTER)

    assert done.status is Status.WITHDRAWN


def test_nobody_is_born_tomorrow():
    facts = some_facts(birth_on=NOW.date() + timedelta(days=1))

    assert refused(intake.receive, new=NewRegistration(facts, Channel.WEB, "k")) == "born_later"


def test_a_child_is_registered_on_a_familys_account():
    facts = some_facts(birth_on=date(2020, 1, 2), filled_by="Lan Tran")
    found, family = (
        a_registration(facts, is_identified=True),
        open_account(holder_id=a_member().id, actor=TESTER),
    )
    assert refused(deciding.accept, **of(found)) == "minor_alone"
    given = {**of(found), "family_number": "999999999999"}
    assert refused(deciding.accept, **given) == "unknown_account"

    given = {**of(found), "family_number": family.number}
    assert refused(deciding.accept, **given) == "other_holder"
    assert refused(deciding.accept, **given, family_holder=family.holder_id + 1) == "other_holder"

    done = accept(found, family_number=family.number, family_holder=family.holder_id)

    assert (done.member_id, "child") in list_people(number=family.number)
    assert done.account_number == family.number
