"""Who is like an applicant: found, shown with why, and looked at before there is a second record."""

import json
from dataclasses import replace
from datetime import date

import pytest

from openmember.kernel.sql import fetch_one
from openmember.members import possible
from openmember.members.testing import TESTER
from openmember.members.types import Address
from openmember.registrations import queries
from openmember.registrations.services import deciding, judging
from openmember.registrations.testing import NOW, a_registration, some_facts
from openmember.registrations.tests.applying import (
    LOPEZ,
    MEY,
    NOWHERE,
    accept,
    audited,
    kept,
    known,
    members,
    of,
    refused,
)
from openmember.registrations.types import (
    Missing,
    Reason,
    Status,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("on_file", "reasons"),
    [
        ({}, {Reason.SAME_NAME, Reason.BIRTH, Reason.ZIP, Reason.PHONE}),
        ({"birth_on": date(1988, 4, 3), **NOWHERE}, {Reason.SAME_NAME, Reason.BIRTH_SWAPPED}),
        ({"birth_on": date(1960, 1, 1), "phone": ""}, {Reason.SAME_NAME, Reason.ZIP}),
        ({"name": MEY, **NOWHERE}, {Reason.LIKE_NAME, Reason.BIRTH}),
        ({"name": LOPEZ, "address": Address()}, {Reason.BIRTH, Reason.PHONE}),
        ({"birth_on": date(1960, 1, 1), "address": Address()}, {Reason.SAME_NAME, Reason.PHONE}),
    ],
)
def test_who_is_like_the_applicant_is_shown_with_why(on_file, reasons):
    member = known(**on_file)

    (likely,) = queries.list_likely(found=a_registration(), actor=TESTER).people

    assert (likely.member.id, set(likely.reasons)) == (member.id, reasons)


def test_who_changed_their_name_is_found_by_birth_date_and_e_mail():
    member = known(name=LOPEZ, email="Mei@Example.org", **NOWHERE)
    found = a_registration(some_facts(phone="", email="mei@example.org"))

    (likely,) = queries.list_likely(found=found, actor=TESTER).people

    assert likely.member.id == member.id
    assert set(likely.reasons) == {Reason.BIRTH, Reason.EMAIL}


def test_nobody_like_the_applicant_is_left_out_because_others_come_first():
    for n in range(30):
        known(birth_on=date(1950, 1, 1 + n % 28), **NOWHERE)
    member = known(birth_on=date(1960, 1, 1), phone="")

    (likely,) = queries.list_likely(found=a_registration(), actor=TESTER).people

    assert likely.member.id == member.id


def test_where_more_are_alike_than_are_read_nobody_is_accepted(monkeypatch):
    monkeypatch.setattr(possible, "MOST", 1)
    for n in range(2):
        known(birth_on=date(1950, 1, 1 + n), phone="")

    assert refused(deciding.accept, **of(a_registration(is_identified=True))) == "too_many"


def test_reading_the_queue_twins_and_letters_is_audited():
    found, twin = a_registration(), a_registration()
    deciding.give_back(**of(twin), missing=[Missing.IDENTITY], note="", now=NOW, actor=TESTER)

    kept()
    queries.list_twins(found=found, actor=TESTER)
    queries.list_letters_to_mail(actor=TESTER)

    for action, ids in (
        ("registration.list", {found.id, twin.id}),
        ("registration.twins", {twin.id}),
        ("registration.letters", {twin.id}),
    ):
        ((entry,),) = audited(action)
        detail = entry if isinstance(entry, dict) else json.loads(entry)
        assert set(detail["registration_ids"]) == ids


def test_a_household_is_not_one_person():
    known(name=replace(some_facts().person.name, first="Bao"), birth_on=date(1985, 1, 1))

    assert queries.list_likely(found=a_registration(), actor=TESTER).people == ()


def test_a_member_like_the_applicant_must_be_looked_at_before_there_is_a_second():
    member, found = known(), a_registration(is_identified=True)
    assert refused(deciding.accept, **of(found)) == "duplicate"

    judging.say_other(**of(found), member_id=member.id, reason="A cousin", now=NOW, actor=TESTER)

    assert accept(found).member_id != member.id
    row = fetch_one("SELECT reason, by FROM registrations_other")
    assert (row.reason, row.by) == ("A cousin", str(TESTER))


def test_why_it_is_another_person_must_be_said():
    member, found = known(), a_registration()
    given = {**of(found), "member_id": member.id}

    assert refused(judging.say_other, **given, reason=" ") == "no_reason"
    stranger = known(
        name=replace(some_facts().person.name, first="Zed", last="Quill"),
        birth_on=date(1950, 1, 1), phone="",
    )  # fmt: skip
    given["member_id"] = stranger.id
    assert refused(judging.say_other, **given, reason="x") == "not_likely"
    assert refused(judging.say_same, **given) == "not_likely"


def test_who_is_a_member_already_gets_no_second_record():
    member, found = known(), a_registration(is_identified=True)
    before = members()

    done = judging.say_same(**of(found), member_id=member.id, now=NOW, actor=TESTER)

    assert (done.status, done.member_id, members()) == (Status.KNOWN, member.id, before)
    assert refused(deciding.accept, **of(found)) == "decided"


def test_two_applications_of_one_person_make_one_member():
    first, second = a_registration(is_identified=True), a_registration(is_identified=True)
    assert [one.id for one in queries.list_twins(found=first, actor=TESTER)] == [second.id]
    accept(first)

    assert refused(deciding.accept, **of(second)) == "duplicate"
