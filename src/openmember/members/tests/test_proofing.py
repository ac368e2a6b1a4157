"""Proving who somebody is: who passes, who is refused and why, what the audit keeps."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openmember.kernel.models import AuditEntry
from openmember.members import proofing
from openmember.members.models import User
from openmember.members.services import add_member
from openmember.members.types import (
    Address,
    IdentityAnswers,
    Person,
    PersonName,
    Purpose,
    Refusal,
    system,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
ANSWERS = IdentityAnswers("Ruiz", date(1970, 5, 17), "94612")


def a_person(**facts):
    home = Address("1 Elm St", "", "Oakland", "CA", "94612")
    person = Person(PersonName("Ana", "Ruiz"), date(1970, 5, 17), address=home, phone="5105550143")
    return add_member(person=replace(person, **facts), actor=system("test"))


def a_sign_in(member, email="ana@example.org"):
    return proofing.give_sign_in(member_id=member.id, email=email, password_hash="!")


def prove(*members, answers=ANSWERS, purpose=Purpose.REGISTRATION, number="600488100092"):
    return proofing.prove_identity(
        purpose=purpose,
        number=number,
        account_number=number if members else None,
        member_ids=[member.id for member in members],
        answers=answers,
        today=TODAY,
    )


def refusal(*members, **given):
    with pytest.raises(proofing.NotProven) as refused:
        prove(*members, **given)
    return refused.value


def test_the_person_meant_is_found_among_everyone_on_the_account():
    holder, spouse = a_person(), a_person(birth_on=date(1972, 1, 2))

    proof = prove(holder, spouse, answers=replace(ANSWERS, birth_on=date(1972, 1, 2)))

    assert proof == proofing.Proof(spouse.id, None)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (replace(ANSWERS, last_name="Perez"), Refusal.NO_MATCH),
        (replace(ANSWERS, birth_on=date(1970, 5, 18)), Refusal.NO_MATCH),
        (replace(ANSWERS, zip_or_phone="94613"), Refusal.NO_MATCH),
    ],
)
def test_a_wrong_answer_is_refused(answers, reason):
    assert refusal(a_person(), answers=answers).reason == reason


def test_an_unknown_number_is_refused():
    assert refusal().reason == Refusal.NO_MATCH


def test_twins_cannot_be_told_apart_and_are_refused():
    assert refusal(a_person(), a_person()).reason == Refusal.SEVERAL_MATCH


def test_a_child_is_refused():
    child = a_person(birth_on=date(2010, 3, 4))

    assert (
        refusal(child, answers=replace(ANSWERS, birth_on=date(2010, 3, 4))).reason
        == Refusal.UNDER_AGE
    )


def test_who_registered_before_is_refused_and_can_be_told():
    member = a_person()
    user_id = a_sign_in(member)

    refused = refusal(member)

    assert (refused.reason, refused.user_id) == (Refusal.REGISTERED, user_id)


def test_recovery_is_for_who_registered():
    member = a_person()
    assert refusal(member, purpose=Purpose.RECOVERY).reason == Refusal.NOT_REGISTERED

    user_id = a_sign_in(member)

    assert prove(member, purpose=Purpose.RECOVERY).user_id == user_id


def test_a_wrong_answer_about_somebody_registered_tells_nobody():
    member = a_person()
    a_sign_in(member)

    assert refusal(member, answers=replace(ANSWERS, birth_on=TODAY)).user_id is None


def test_after_five_tries_even_right_answers_are_refused():
    member = a_person()
    for day in range(1, 6):
        refusal(member, answers=replace(ANSWERS, birth_on=date(1970, 1, day)))

    refused = refusal(member)

    assert (refused.reason, refused.user_id) == (Refusal.LOCKED, None)


def test_the_lock_follows_the_member_to_another_number():
    member = a_person()
    for day in range(1, 6):
        refusal(
            member,
            answers=replace(ANSWERS, birth_on=date(1970, 1, day)),
            number=f"10000000{day:02d}",
        )

    assert refusal(member, number="2000000000").reason == Refusal.LOCKED


def test_the_lock_of_one_member_does_not_shut_out_another():
    holder, spouse = a_person(), a_person(birth_on=date(1972, 1, 2))
    for day in range(1, 6):
        refusal(holder, spouse, answers=replace(ANSWERS, birth_on=date(1970, 1, day)))

    assert (
        prove(holder, spouse, answers=replace(ANSWERS, birth_on=date(1972, 1, 2))).member_id
        == spouse.id
    )


def test_every_answer_costs_the_same_statements():
    member, registered = a_person(), a_person()
    a_sign_in(registered)
    cases = [
        ((), ANSWERS),
        ((member,), replace(ANSWERS, last_name="Perez")),
        ((member,), replace(ANSWERS, birth_on=TODAY)),
        ((member, registered), ANSWERS),
        ((registered,), ANSWERS),
    ]

    sent = []
    for people, answers in cases:
        with CaptureQueriesContext(connection) as captured:
            refusal(*people, answers=answers)
        # Far enough to tell statements apart, and not into their values.
        sent.append([query["sql"][:28] for query in captured])

    assert all(statements == sent[0] for statements in sent)


def test_the_audit_keeps_who_and_why_and_nothing_typed():
    member = a_person()

    refusal(member, answers=replace(ANSWERS, zip_or_phone="11111"))

    entry = AuditEntry.objects.filter(action="registration.refused").get()
    assert (entry.actor, entry.member_id, entry.detail) == (
        "guest",
        member.id,
        {"reason": "no_match"},
    )


def test_a_sign_in_is_given_once():
    member = a_person()
    user_id = a_sign_in(member, "Ana@Example.org")

    with pytest.raises(proofing.SignInTaken):
        a_sign_in(member, "other@example.org")
    with pytest.raises(proofing.SignInTaken):
        a_sign_in(a_person(), "ANA@example.org")

    user = User.objects.get()
    assert (user.pk, user.email, user.member_id) == (user_id, "ana@example.org", member.id)
    assert (
        AuditEntry.objects.filter(action="registration.done", actor=f"member:{user_id}").count()
        == 1
    )
    assert proofing.has_sign_in(email="ANA@example.org")
