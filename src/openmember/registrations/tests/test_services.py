"""Applications of new patients: received, looked at, and accepted, returned, or a member already."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from openmember.accounts.queries import get_account, list_people
from openmember.accounts.services import open_account
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.queries import list_letters as list_member_letters
from openmember.letters.types import Sheet
from openmember.members import models
from openmember.members.queries import actor_of, get_member
from openmember.members.services import add_member
from openmember.members.skills import set_skills
from openmember.members.testing import TESTER, a_member, a_staff_user, staff
from openmember.members.types import Address, NotAllowed, Role, Skills
from openmember.registrations import queries, rules, services
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


def accept(found, **more):
    return services.accept(registration_id=found.id, now=NOW, actor=TESTER, **more)


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

    twice = [services.receive(new=new, now=NOW, actor=TESTER).id for _ in range(2)]

    assert twice[0] == twice[1]


def test_an_application_that_is_whole_makes_a_member_with_an_account_and_a_letter():
    done = accept(a_registration(is_identified=True))

    member = get_member(member_id=done.member_id)
    account = get_account(number=done.account_number)
    assert (done.status, member.person) == (Status.ACCEPTED, some_facts().person)
    assert account.holder_id == member.id
    (letter,) = list_member_letters(numbers=account.numbers)
    assert letter.facts["mrn"] == member.mrn


def test_nobody_is_accepted_before_it_is_seen_who_they_are():
    found = a_registration()

    assert refused(services.accept, registration_id=found.id) == "no_identity"


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

    given = {"registration_id": found.id, "way": Way.DOCUMENTS, "what": ["utility_bill"]}
    assert refused(services.check_identity, **given) == "not_enough"


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
    assert refused(services.accept, registration_id=found.id) == "lacking"


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
    ],
)
def test_who_is_like_the_applicant_is_shown_with_why(on_file, reasons):
    member = known(**on_file)

    (likely,) = queries.list_likely(found=a_registration(), actor=TESTER)

    assert (likely.member.id, set(likely.reasons)) == (member.id, reasons)


def test_a_household_is_not_one_person():
    known(name=replace(some_facts().person.name, first="Bao"), birth_on=date(1985, 1, 1))

    assert queries.list_likely(found=a_registration(), actor=TESTER) == ()


def test_a_member_like_the_applicant_must_be_looked_at_before_there_is_a_second():
    member, found = known(), a_registration(is_identified=True)
    assert refused(services.accept, registration_id=found.id) == "duplicate"

    services.say_other(
        registration_id=found.id, member_id=member.id, reason="A cousin", now=NOW, actor=TESTER
    )

    assert accept(found).member_id != member.id
    row = fetch_one("SELECT reason, by FROM registrations_other")
    assert (row.reason, row.by) == ("A cousin", str(TESTER))


def test_why_it_is_another_person_must_be_said():
    member, found = known(), a_registration()
    given = {"registration_id": found.id, "member_id": member.id}

    assert refused(services.say_other, **given, reason=" ") == "no_reason"
    stranger = known(
        name=replace(some_facts().person.name, first="Zed", last="Quill"),
        birth_on=date(1950, 1, 1), phone="",
    )  # fmt: skip
    given["member_id"] = stranger.id
    assert refused(services.say_other, **given, reason="x") == "not_likely"
    assert refused(services.say_same, **given) == "not_likely"


def test_who_is_a_member_already_gets_no_second_record():
    member, found = known(), a_registration(is_identified=True)
    before = members()

    done = services.say_same(registration_id=found.id, member_id=member.id, now=NOW, actor=TESTER)

    assert (done.status, done.member_id, members()) == (Status.KNOWN, member.id, before)
    assert refused(services.accept, registration_id=found.id) == "decided"


def test_two_applications_of_one_person_make_one_member():
    first, second = a_registration(is_identified=True), a_registration(is_identified=True)
    assert [one.id for one in queries.list_twins(found=first, actor=TESTER)] == [second.id]
    accept(first)

    assert refused(services.accept, registration_id=second.id) == "duplicate"


def test_a_child_is_registered_on_a_familys_account():
    facts = some_facts(birth_on=date(2020, 1, 2), filled_by="Lan Tran")
    found, family = (
        a_registration(facts, is_identified=True),
        open_account(holder_id=a_member().id, actor=TESTER),
    )
    assert refused(services.accept, registration_id=found.id) == "minor_alone"
    given = {"registration_id": found.id, "family_number": "999999999999"}
    assert refused(services.accept, **given) == "unknown_account"

    done = accept(found, family_number=family.number)

    assert (done.member_id, "child") in list_people(number=family.number)
    assert done.account_number == family.number


def test_what_is_missing_is_told_by_letter_and_e_mail(django_capture_on_commit_callbacks):
    found = a_registration(some_facts(language="es", email="mei@example.org"))

    with django_capture_on_commit_callbacks(execute=True):
        done = services.give_back(
            registration_id=found.id, missing=[Missing.IDENTITY], note="Llame a las 5", now=NOW,
            actor=TESTER,
        )  # fmt: skip

    (letter,) = queries.list_letters(found=done)
    content = fetch_one("SELECT content::text AS content FROM registrations_letter").content
    sheet = Sheet.from_json(content)
    assert (sheet.language, sheet.number) == ("es", found.reference)
    assert "Llame a las 5" in content
    assert sheet.address == ("Mei Tran", "1 Elm St", "Oakland, CA 94612")
    assert found.reference in mail.outbox[0].body
    assert "Elm" not in mail.outbox[0].body
    assert queries.write_letter_pdf(found=done, letter_id=letter.id).startswith(b"%PDF")


def test_a_letter_waits_until_it_is_mailed():
    found = a_registration()
    services.give_back(
        registration_id=found.id, missing=[Missing.IDENTITY], note="", now=NOW, actor=TESTER
    )
    ((letter, reference, name),) = queries.list_letters_to_mail(actor=TESTER)
    assert (reference, name) == (found.reference, "Mei Tran")

    services.note_mailed(letter_id=letter.id, now=NOW, actor=TESTER)

    assert queries.list_letters_to_mail(actor=TESTER) == ()


def test_what_was_returned_is_decided_again_once_it_is_corrected():
    found = a_registration()
    back = services.give_back(
        registration_id=found.id, missing=[Missing.CONTACT], note="", now=NOW, actor=TESTER
    )
    given = {"registration_id": found.id, "facts": some_facts(phone="510-555-0199")}
    assert refused(services.correct, **given, expected_version=1) == "edited_meanwhile"

    again = services.correct(**given, expected_version=back.version, now=NOW, actor=TESTER)

    assert (again.status, again.missing, again.person.phone) == (
        Status.RECEIVED,
        (),
        "510-555-0199",
    )


def test_what_somebody_wants_no_more_is_put_away_with_why():
    found = a_registration()
    assert refused(services.withdraw, registration_id=found.id, note="") == "no_reason"

    done = services.withdraw(registration_id=found.id, note="Moved away", now=NOW, actor=TESTER)

    assert done.status is Status.WITHDRAWN


def test_nobody_is_born_tomorrow():
    facts = some_facts(birth_on=NOW.date() + timedelta(days=1))

    assert refused(services.receive, new=NewRegistration(facts, Channel.WEB, "k")) == "born_later"


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
        services.accept(registration_id=found.id, now=NOW, actor=staff(role))
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
    both = [a_registration(is_identified=True) for _ in range(2)]
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
