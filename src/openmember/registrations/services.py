"""What happens to an application: one function a verb, audited. A member is made by one of them alone."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from openmember.accounts import services as accounts
from openmember.accounts.queries import UnknownNumber, get_account
from openmember.directory.queries import zone_of
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.services import write_letter
from openmember.members.needs.services import add_interpreter
from openmember.members.rules import is_adult
from openmember.members.services import add_member
from openmember.members.types import Actor, Scope
from openmember.registrations import letters, rules
from openmember.registrations.queries import likely_of, registration_from_row
from openmember.registrations.types import (
    Channel,
    Facts,
    Missing,
    NewRegistration,
    Registration,
    RegistrationRefused,
    Status,
    Way,
)


@transaction.atomic
def receive(*, new: NewRegistration, now: datetime, actor: Actor) -> Registration:
    """Keep an application that came in; the same form sent again is the same one.

    Shape:  by the system for who applies on the web; by staff for a telephone or an office.
    Errors: NotAllowed; RegistrationRefused `born_later`.
    """
    if new.channel is not Channel.WEB:
        actor.require(Scope.CONTACT)
    _require_born(new.facts, now)
    columns = {
        **_columns(new.facts),
        "sent_as": new.sent_as,
        "channel": new.channel.value,
        "office": new.office if new.channel is Channel.OFFICE else "",
        "received_at": now,
        "received_by": str(actor),
    }
    row = fetch_one(
        f"INSERT INTO registrations_registration ({', '.join(columns)})"  # noqa: S608  names of our own columns
        f" VALUES ({', '.join(f'%({name})s' for name in columns)})"
        " ON CONFLICT (sent_as) DO NOTHING RETURNING *",
        columns,
    )
    if row is None:
        return registration_from_row(
            fetch_one(
                "SELECT * FROM registrations_registration WHERE sent_as = %(key)s",
                {"key": new.sent_as},
            )
        )
    return _noted(row, "registration.receive", actor, channel=new.channel.value)


@transaction.atomic
def correct(
    *, registration_id: int, facts: Facts, expected_version: int, now: datetime, actor: Actor
) -> Registration:
    """Write down what an application says now. One that was returned is to be decided again.

    Errors: NotAllowed; RegistrationRefused `decided`, `edited_meanwhile`, `born_later`.
    """
    found = _locked(registration_id, actor)
    _require_open(found)
    _require_born(facts, now)
    if found.version != expected_version:
        raise RegistrationRefused("edited_meanwhile")
    row = _update(
        found, **_columns(facts), status=Status.RECEIVED.value, missing=[], decided_at=None, decided_by=""
    )  # fmt: skip
    return _noted(row, "registration.correct", actor)


@transaction.atomic
def check_identity(
    *, registration_id: int, way: Way, what: Collection[str], now: datetime, actor: Actor
) -> Registration:
    """Note that it was seen who the applicant is, and by what.

    Errors: NotAllowed; RegistrationRefused `decided`, `not_enough`.
    """
    found = _locked(registration_id, actor)
    _require_open(found)
    if not rules.shows_identity(way, what):
        raise RegistrationRefused("not_enough")
    row = _update(
        found, identity_way=way.value, identity_what=sorted(what), identity_at=now, identity_by=str(actor)
    )  # fmt: skip
    return _noted(row, "registration.identity", actor, way=way.value)


@transaction.atomic
def say_other(
    *, registration_id: int, member_id: int, reason: str, now: datetime, actor: Actor
) -> Registration:
    """Note that a member who is like the applicant is another person, and why. Again changes nothing.

    Errors: NotAllowed; RegistrationRefused `decided`, `no_reason`, `not_likely`.
    """
    found = _locked(registration_id, actor)
    _require_open(found)
    if not reason.strip():
        raise RegistrationRefused("no_reason")
    if member_id not in {one.member.id for one in likely_of(found)}:
        raise RegistrationRefused("not_likely")
    fetch_all(
        "INSERT INTO registrations_other (registration_id, member_id, reason, at, by)"
        " VALUES (%(id)s, %(member)s, %(reason)s, %(now)s, %(by)s) ON CONFLICT DO NOTHING",
        {
            "id": found.id,
            "member": member_id,
            "reason": reason.strip()[:300],
            "now": now,
            "by": str(actor),
        },
    )
    audit.record(
        actor=str(actor), action="registration.other_person", member_id=member_id,
        registration_id=found.id,
    )  # fmt: skip
    return found


@transaction.atomic
def say_same(*, registration_id: int, member_id: int, now: datetime, actor: Actor) -> Registration:
    """Say that the applicant is a member already: the two are linked, and no second record is made.

    Errors: NotAllowed; RegistrationRefused `decided`, `not_likely`.
    """
    found = _locked(registration_id, actor)
    _require_received(found)
    if member_id not in {one.member.id for one in likely_of(found)}:
        raise RegistrationRefused("not_likely")
    row = _decide(found, Status.KNOWN, now, actor, member_id=member_id)
    return _noted(row, "registration.same_person", actor, member_id=member_id)


@transaction.atomic
def accept(
    *, registration_id: int, now: datetime, actor: Actor, family_number: str = ""
) -> Registration:
    """Make a member of an application, on a new account or on their family's, and write to them.

    Locks:  everybody born that day, so that of two applications of one person the second sees the first.
    Errors: NotAllowed; RegistrationRefused `decided`, `no_identity`, `lacking`, `duplicate` where a member like
            them was not looked at, `unknown_account`, `minor_alone` for a child without a family's account.
    """
    found = _locked(registration_id, actor)
    fetch_all(
        "SELECT pg_advisory_xact_lock(hashtext('registration'), hashtext(%(birth)s)) AS taken",
        {"birth": str(found.person.birth_on)},
    )
    _require_acceptable(found, now)
    family = _family(family_number)
    is_grown = is_adult(found.person.birth_on, _today(found, now))
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
    row = _decide(found, Status.ACCEPTED, now, actor, member_id=member.id, account_number=number)
    write_letter(
        account_number=number, member_id=member.id, kind="registration_accepted",
        key=f"registration:{found.id}", values={"name": member.name, "mrn": member.mrn},
        on=_today(found, now), actor=actor,
    )  # fmt: skip
    return _noted(row, "registration.accept", actor, member_id=member.id, account_number=number)


@transaction.atomic
def give_back(
    *, registration_id: int, missing: Sequence[Missing], note: str, now: datetime, actor: Actor
) -> Registration:
    """Return an application and tell the applicant what is missing: by letter, and by e-mail if there is one.

    Errors: NotAllowed; RegistrationRefused `decided`, `nothing_missing`.
    """
    found = _locked(registration_id, actor)
    _require_received(found)
    if not missing:
        raise RegistrationRefused("nothing_missing")
    row = _decide(
        found, Status.RETURNED, now, actor,
        missing=[one.value for one in Missing if one in missing], note=note.strip()[:1000],
    )  # fmt: skip
    done = _noted(row, "registration.return", actor)
    letters.tell_what_is_missing(found=done, on=_today(done, now), now=now)
    return done


@transaction.atomic
def withdraw(*, registration_id: int, note: str, now: datetime, actor: Actor) -> Registration:
    """Put an application away that is wanted no more.

    Errors: NotAllowed; RegistrationRefused `decided`, `no_reason`.
    """
    found = _locked(registration_id, actor)
    _require_open(found)
    if not note.strip():
        raise RegistrationRefused("no_reason")
    row = _decide(found, Status.WITHDRAWN, now, actor, note=note.strip()[:1000])
    return _noted(row, "registration.withdraw", actor)


@transaction.atomic
def note_mailed(*, letter_id: int, now: datetime, actor: Actor) -> None:
    """Say that a letter is printed and in the mail. Again changes nothing. Errors: NotAllowed."""
    actor.require(Scope.REGISTER)
    fetch_all(
        "UPDATE registrations_letter SET mailed_at = %(now)s, mailed_by = %(by)s"
        " WHERE id = %(id)s AND mailed_at IS NULL",
        {"id": letter_id, "now": now, "by": str(actor)},
    )
    audit.record(actor=str(actor), action="registration.letter_mailed", letter_id=letter_id)


def _require_acceptable(found: Registration, now: datetime) -> None:
    _require_received(found)
    if found.identity_way is None:
        raise RegistrationRefused("no_identity")
    if rules.lacking(found.facts, _today(found, now)):
        raise RegistrationRefused("lacking")
    if any(not one.other_because for one in likely_of(found)):
        raise RegistrationRefused("duplicate")


def _require_open(found: Registration) -> None:
    if not rules.MOVES[found.status]:
        raise RegistrationRefused("decided")


def _require_received(found: Registration) -> None:
    if found.status is not Status.RECEIVED:
        raise RegistrationRefused("decided")


def _require_born(facts: Facts, now: datetime) -> None:
    born = facts.person.birth_on
    if born is None or born > timezone.localdate(now, zone_of(region=facts.person.region)):
        raise RegistrationRefused("born_later")


def _family(number: str) -> str | None:
    if not number.strip():
        return None
    try:
        return get_account(number="".join(number.split())).number
    except UnknownNumber as unknown:
        raise RegistrationRefused("unknown_account") from unknown


def _today(found: Registration, now: datetime) -> Any:
    return timezone.localdate(now, zone_of(region=found.person.region))


def _locked(registration_id: int, actor: Actor) -> Registration:
    actor.require(Scope.REGISTER)
    row = fetch_one(
        "SELECT * FROM registrations_registration WHERE id = %(id)s FOR NO KEY UPDATE",
        {"id": registration_id},
    )
    if row is None:
        raise RegistrationRefused("unknown")
    return registration_from_row(row)


def _decide(found: Registration, status: Status, now: datetime, actor: Actor, **more: Any) -> Any:
    return _update(found, status=status.value, decided_at=now, decided_by=str(actor), **more)


def _update(found: Registration, **columns: Any) -> Any:
    names = ", ".join(f"{name} = %({name})s" for name in columns)
    return fetch_one(
        f"UPDATE registrations_registration SET {names}, version = version + 1"  # noqa: S608  keyword names from our own code
        " WHERE id = %(id)s RETURNING *",
        {**columns, "id": found.id},
    )


def _columns(facts: Facts) -> dict[str, Any]:
    person = facts.person
    return {
        "first_name": person.name.first,
        "middle_name": person.name.middle,
        "last_name": person.name.last,
        "suffix": person.name.suffix,
        **asdict(person.address),
        **{
            name: getattr(person, name)
            for name in (
                "birth_on", "gender", "email", "phone", "region", "language", "reading_format",
            )
        },
        "interpreter_language": facts.interpreter_language,
        "filled_by": facts.filled_by,
        "coverage": facts.coverage.value,
        "paid_by": facts.coverage_note,
    }  # fmt: skip


def _noted(
    row: Any, action: str, actor: Actor, *, member_id: int | None = None,
    account_number: str | None = None, **detail: Any,
) -> Registration:  # fmt: skip
    audit.record(
        actor=str(actor), action=action, member_id=member_id, account_number=account_number,
        registration_id=row.id, **detail,
    )  # fmt: skip
    return registration_from_row(row)
