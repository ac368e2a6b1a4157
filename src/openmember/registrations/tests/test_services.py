"""Applications of new patients: received, looked at, and accepted, returned, or a member already."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from smtplib import SMTPServerDisconnected
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction

from openmember.accounts.queries import get_account, list_people
from openmember.accounts.services import open_account
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.queries import list_letters as list_member_letters
from openmember.letters.types import Form, Sheet
from openmember.members import models, possible
from openmember.members.queries import actor_of, get_member
from openmember.members.services import add_member
from openmember.members.skills import set_skills
from openmember.members.testing import TESTER, a_member, a_staff_user, staff
from openmember.members.types import Address, NotAllowed, Role, Skills
from openmember.registrations import queries, rules
from openmember.registrations.services import deciding, intake, judging, mailing
from openmember.registrations.testing import HOME, NOW, a_registration, some_facts
from openmember.registrations.types import (
    Channel,
    Missing,
    NewRegistration,
    Reason,
    RegistrationRefused,
    Status,
    Way,
)

pytestmark = pytest.mark.django_db


def refused(do, **given) -> str:
    with pytest.raises(RegistrationRefused) as caught, transaction.atomic():
        do(**{"now": NOW, "actor": TESTER, **given})
    return caught.value.name


def of(found) -> dict:
    """Return which application is meant, as somebody looked at it."""
    return {"registration_id": found.id, "expected_version": found.version}


def accept(found, **more):
    return deciding.accept(**of(found), now=NOW, actor=TESTER, **more)


def kept() -> tuple:
    return queries.list_registrations(statuses=queries.OPEN, actor=TESTER, limit=9)


def audited(action: str) -> list:
    return fetch_all(
        "SELECT detail FROM kernel_audit_entry WHERE action = %(action)s", {"action": action}
    )


def members() -> int:
    return models.Member.objects.count()


def known(**changes):
    """Return a member who is on file already, by default the applicant."""
    return add_member(person=replace(some_facts().person, **changes), actor=TESTER)


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


NOWHERE = {"phone": "", "address": Address()}
MEY, LOPEZ = (
    replace(some_facts().person.name, **name) for name in ({"first": "Mey"}, {"last": "Lopez"})
)


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


def test_what_is_missing_is_told_by_letter_and_e_mail():
    found = a_registration(some_facts(language="es", email="mei@example.org"))

    done = deciding.give_back(
        **of(found), missing=[Missing.IDENTITY], note="Llame a las 5", now=NOW, actor=TESTER
    )
    assert mailing.send_emails(now=NOW, actor=TESTER) == 1
    assert mailing.send_emails(now=NOW, actor=TESTER) == 0

    (letter,) = queries.list_letters(found=done)
    assert letter.emailed_at == NOW
    content = fetch_one("SELECT content::text AS content FROM registrations_letter").content
    sheet = Sheet.from_json(content)
    assert (sheet.language, sheet.number) == ("es", found.reference)
    assert "Llame a las 5" in content
    assert sheet.address == ("Mei Tran", "1 Elm St", "Oakland, CA 94612")
    assert found.reference in mail.outbox[0].body
    assert "Elm" not in mail.outbox[0].body
    pdf = queries.write_letter_file(found=done, letter_id=letter.id, form=Form.PDF)
    assert pdf.startswith(b"%PDF")


def test_an_e_mail_that_a_server_refuses_is_tried_again_and_noted_when_it_left(monkeypatch):
    found = a_registration(some_facts(email="mei@example.org"))
    done = deciding.give_back(
        **of(found), missing=[Missing.IDENTITY], note="", now=NOW, actor=TESTER
    )

    def refuse(self) -> None:
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", refuse)
        assert mailing.send_emails(now=NOW, actor=TESTER) == 0
    (letter,) = queries.list_letters(found=done)
    assert (letter.has_email, letter.emailed_at) == (True, None)
    assert mailing.send_emails(now=NOW, actor=TESTER) == 0

    later = NOW + timedelta(minutes=3)
    assert mailing.send_emails(now=later, actor=TESTER) == 1
    assert queries.list_letters(found=done)[0].emailed_at == later
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("reading_format", "form", "begins"),
    [
        ("large_print", Form.LARGE_PRINT, b"%PDF"),
        ("plain_text", Form.TEXT, b""),
        ("audio", Form.TEXT, b""),
    ],
)
def test_a_letter_is_in_the_form_the_applicant_reads(reading_format, form, begins):
    person = replace(some_facts().person, reading_format=reading_format)
    found = a_registration(replace(some_facts(), person=person))
    done = deciding.give_back(
        **of(found), missing=[Missing.IDENTITY], note="", now=NOW, actor=TESTER
    )
    ((letter, *_rest, listed),) = queries.list_letters_to_mail(actor=TESTER)

    assert (listed, queries.form_of(reading_format=listed)) == (reading_format, form)
    content = queries.write_letter_file(found=done, letter_id=letter.id, form=form)
    assert content.startswith(begins)
    assert content


def test_a_letter_waits_until_it_is_mailed():
    found = a_registration()
    deciding.give_back(**of(found), missing=[Missing.IDENTITY], note="", now=NOW, actor=TESTER)
    ((letter, reference, name, _form),) = queries.list_letters_to_mail(actor=TESTER)
    assert (reference, name) == (found.reference, "Mei Tran")

    other = a_registration(some_facts(first="Bao"))
    with pytest.raises(queries.UnknownRegistration):
        mailing.note_mailed(found=other, letter_id=letter.id, now=NOW, actor=TESTER)
    assert len(queries.list_letters_to_mail(actor=TESTER)) == 1

    for _ in range(2):
        mailing.note_mailed(found=found, letter_id=letter.id, now=NOW, actor=TESTER)

    assert queries.list_letters_to_mail(actor=TESTER) == ()
    assert len(audited("registration.letter_mailed")) == 1


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


def test_each_sees_the_applications_of_their_regions():
    user = a_staff_user(Role.REPRESENTATIVE)
    set_skills(user_id=user.pk, skills=Skills(regions=frozenset({"hawaii"})), actor=TESTER)
    rosa = actor_of(user)
    found = a_registration()
    mine = a_registration(some_facts(region="hawaii", address=HOME))

    listed = queries.list_registrations(statuses=queries.OPEN, actor=rosa, limit=9)

    assert [one.id for one in listed] == [mine.id]
    assert queries.count_registrations(actor=rosa) == {Status.RECEIVED: 1}
    with pytest.raises(queries.UnknownRegistration):
        queries.get_registration(text=found.reference, actor=rosa)


@pytest.mark.parametrize("role", [Role.CASHIER, Role.FINANCE, Role.NURSE])
def test_only_who_registers_decides(role):
    found = a_registration(is_identified=True)

    with pytest.raises(NotAllowed):
        deciding.accept(**of(found), now=NOW, actor=staff(role))
    with pytest.raises(NotAllowed):
        queries.get_registration(text=found.reference, actor=staff(role))


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_the_database_lets_an_application_go_where_the_rules_do(before, after):
    row = fetch_one(
        "SELECT registrations_may_move(%(before)s, %(after)s) AS may",
        {"before": before.value, "after": after.value},
    )

    assert row.may == (after in rules.MOVES[before])


@pytest.mark.parametrize(
    "change",
    [
        "status = 'accepted', decided_at = now(), decided_by = 'x'",
        "status = 'returned', decided_at = now(), decided_by = 'x'",
        "status = 'known', decided_at = now(), decided_by = 'x'",
        "status = 'withdrawn', decided_at = now(), decided_by = 'x'",
        "identity_way = 'script'",
        "office = 'oakland'",
    ],
)
def test_the_database_refuses_what_the_rules_would(change):
    found = a_registration()

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(f"UPDATE registrations_registration SET {change} WHERE id = {found.id}")


def test_what_is_decided_stays_and_nothing_is_deleted():
    accept(a_registration(is_identified=True))

    table = "registrations_registration"
    for change in (f"UPDATE {table} SET note = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError), transaction.atomic():
            fetch_all(change)


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_one_person_twice_at_once_make_one_member():
    births = (date(1988, 3, 4), date(1988, 4, 3))
    both = [a_registration(some_facts(birth_on=born), is_identified=True) for born in births]
    said, barrier = [], Barrier(2)

    def decide(found) -> None:
        barrier.wait()
        try:
            said.append(accept(found).status.value)
        except RegistrationRefused as one:
            said.append(one.name)
        connection.close()

    threads = [Thread(target=decide, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["accepted", "duplicate"]
