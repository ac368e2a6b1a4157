"""What every act on an application shares: the locked row, its columns, and who may touch it."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from openmember.directory.queries import zone_of
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor, Scope
from openmember.registrations import rules
from openmember.registrations.queries import regions_of, registration_from_row
from openmember.registrations.types import Facts, Registration, RegistrationRefused, Status


def require_open(found: Registration, expected_version: int) -> None:
    """Errors: RegistrationRefused `decided`; `edited_meanwhile` where it is not what somebody looked at."""
    if not rules.MOVES[found.status]:
        raise RegistrationRefused("decided")
    if found.version != expected_version:
        raise RegistrationRefused("edited_meanwhile")


def require_received(found: Registration, expected_version: int) -> None:
    """Errors: as `require_open`."""
    if found.status is not Status.RECEIVED:
        raise RegistrationRefused("decided")
    require_open(found, expected_version)


def require_born(facts: Facts, now: datetime) -> None:
    """Errors: RegistrationRefused `born_later`."""
    born = facts.person.birth_on
    if born is None or born > timezone.localdate(now, zone_of(region=facts.person.region)):
        raise RegistrationRefused("born_later")


def today(found: Registration, now: datetime) -> date:
    """Return the day of the applicant's region."""
    return timezone.localdate(now, zone_of(region=found.person.region))


def locked(registration_id: int, actor: Actor) -> Registration:
    """Return an application of the actor's regions, and hold it.

    Errors: NotAllowed; RegistrationRefused `unknown`.
    """
    actor.require(Scope.REGISTER)
    row = fetch_one(
        "SELECT * FROM registrations_registration WHERE id = %(id)s"
        " AND (%(all)s OR region = ANY (%(regions)s)) FOR NO KEY UPDATE",
        {"id": registration_id, **regions_of(actor)},
    )
    if row is None:
        raise RegistrationRefused("unknown")
    return registration_from_row(row)


def decide(found: Registration, status: Status, now: datetime, actor: Actor, **more: Any) -> Any:
    """Move an application and note who decided; return its row."""
    return update(found, status=status.value, decided_at=now, decided_by=str(actor), **more)


def update(found: Registration, **columns: Any) -> Any:
    """Change columns of an application, which is another version then; return its row."""
    names = ", ".join(f"{name} = %({name})s" for name in columns)
    return fetch_one(
        f"UPDATE registrations_registration SET {names}, version = version + 1"  # noqa: S608  keyword names from our own code
        " WHERE id = %(id)s RETURNING *",
        {**columns, "id": found.id},
    )


def noted(
    row: Any, action: str, actor: Actor, *, member_id: int | None = None,
    account_number: str | None = None, **detail: Any,
) -> Registration:  # fmt: skip
    """Audit what was done, and return the application."""
    audit.record(
        actor=str(actor), action=action, member_id=member_id, account_number=account_number,
        registration_id=row.id, **detail,
    )  # fmt: skip
    return registration_from_row(row)


def columns_of(facts: Facts) -> dict[str, Any]:
    """Return what an application says, by the names of its columns."""
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
