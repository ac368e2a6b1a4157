"""Ending an application: a member is made, it is returned with what is missing, or it is put away."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from openmember.accounts import services as accounts
from openmember.kernel.sql import fetch_all
from openmember.letters.services import write_letter
from openmember.members.needs.services import add_interpreter
from openmember.members.rules import is_adult
from openmember.members.services import add_member
from openmember.members.types import Actor
from openmember.registrations import letters, rules
from openmember.registrations.queries import account_of, likely_of
from openmember.registrations.services.rows import (
    decide,
    locked,
    noted,
    require_open,
    require_received,
    today,
)
from openmember.registrations.types import Missing, Registration, RegistrationRefused, Status


@transaction.atomic
def accept(
    *,
    registration_id: int,
    expected_version: int,
    now: datetime,
    actor: Actor,
    family_number: str = "",
    family_holder: int | None = None,
) -> Registration:
    """Make a member of an application, on a new account or on their family's, and write to them.

    Locks:  all accepting, so that of two applications of one person the second sees the first.
    Errors: NotAllowed; RegistrationRefused `decided`, `edited_meanwhile`, `no_identity`, `lacking`; `duplicate`
            where a member like them was not looked at, `too_many` where more are like them than are shown;
            `unknown_account`, `other_holder` where the account is not of whom the actor was shown;
            `minor_alone` for a child without a family's account.
    """
    found = locked(registration_id, actor)
    fetch_all("SELECT pg_advisory_xact_lock(hashtext('registration'), 0) AS taken")
    require_received(found, expected_version)
    _require_acceptable(found, now)
    family = _family(family_number, family_holder)
    is_grown = is_adult(found.person.birth_on, today(found, now))
    if family is None and not is_grown:
        raise RegistrationRefused("minor_alone")
    member = add_member(person=found.person, actor=actor)
    if family is None:
        number = accounts.open_account(holder_id=member.id, actor=actor).number
    else:
        number = family
        how = "other" if is_grown else "child"
        accounts.add_person(account_number=number, member_id=member.id, relationship=how)
    if found.facts.interpreter_language:
        add_interpreter(
            member_id=member.id, language=found.facts.interpreter_language, now=now, actor=actor
        )
    row = decide(found, Status.ACCEPTED, now, actor, member_id=member.id, account_number=number)
    write_letter(
        account_number=number, member_id=member.id, kind="registration_accepted",
        key=f"registration:{found.id}", values={"name": member.name, "mrn": member.mrn},
        on=today(found, now), actor=actor,
    )  # fmt: skip
    return noted(row, "registration.accept", actor, member_id=member.id, account_number=number)


@transaction.atomic
def give_back(
    *,
    registration_id: int,
    expected_version: int,
    missing: Sequence[Missing],
    note: str,
    now: datetime,
    actor: Actor,
) -> Registration:
    """Return an application and tell the applicant what is missing: by letter, and by e-mail if there is one.

    Errors: NotAllowed; RegistrationRefused `decided`, `edited_meanwhile`, `nothing_missing`.
    """
    found = locked(registration_id, actor)
    require_received(found, expected_version)
    if not missing:
        raise RegistrationRefused("nothing_missing")
    row = decide(
        found, Status.RETURNED, now, actor,
        missing=[one.value for one in Missing if one in missing], note=note.strip()[:1000],
    )  # fmt: skip
    done = noted(row, "registration.return", actor)
    letters.tell_what_is_missing(found=done, on=today(done, now))
    return done


@transaction.atomic
def withdraw(
    *, registration_id: int, expected_version: int, note: str, now: datetime, actor: Actor
) -> Registration:
    """Put an application away that is wanted no more.

    Errors: NotAllowed; RegistrationRefused `decided`, `edited_meanwhile`, `no_reason`.
    """
    found = locked(registration_id, actor)
    require_open(found, expected_version)
    if not note.strip():
        raise RegistrationRefused("no_reason")
    row = decide(found, Status.WITHDRAWN, now, actor, note=note.strip()[:1000])
    return noted(row, "registration.withdraw", actor)


def _require_acceptable(found: Registration, now: datetime) -> None:
    if found.identity_way is None:
        raise RegistrationRefused("no_identity")
    if rules.lacking(found.facts, today(found, now)):
        raise RegistrationRefused("lacking")
    likely = likely_of(found)
    if likely.has_more:
        raise RegistrationRefused("too_many")
    if any(not one.other_because for one in likely.people):
        raise RegistrationRefused("duplicate")


def _family(number: str, holder_id: int | None) -> str | None:
    if not number.strip():
        return None
    account = account_of(number=number)
    if account.holder_id != holder_id:
        raise RegistrationRefused("other_holder")
    return account.number
