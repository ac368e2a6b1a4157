"""Working the enrolment instructions nobody could apply without guessing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from openmember.coverage import models
from openmember.kernel.audit import services as audit
from openmember.members.types import Actor, Scope


class UnknownException(Exception):
    """There is no such exception."""


class AlreadyResolved(Exception):
    """Somebody dealt with it before. Nothing was changed."""


class CannotResolve(Exception):
    """It cannot be dealt with so; the message says why in words."""


@dataclass(frozen=True, slots=True)
class EnrolmentException:
    """An instruction of an 834 that waits for a person."""

    id: int
    sha256: str
    segment_number: int
    reason: str
    message: str
    opened_at: datetime
    resolved_at: datetime | None
    name: str
    subscriber_number: str


def list_open_exceptions(*, limit: int = 200) -> tuple[EnrolmentException, ...]:
    """Return the exceptions nobody has dealt with, the oldest first."""
    rows = models.EnrolmentException.objects.filter(resolved_at=None).select_related("file")
    return tuple(_exception(row) for row in rows.order_by("id")[:limit])


def get_exception(*, exception_id: int) -> EnrolmentException:
    """Return one exception, dealt with or not. Errors: UnknownException."""
    row = models.EnrolmentException.objects.select_related("file").filter(id=exception_id).first()
    if row is None:
        raise UnknownException
    return _exception(row)


@transaction.atomic
def resolve_with_note(*, exception_id: int, note: str, actor: Actor) -> None:
    """Close an exception; the note says what was done instead and stays in the audit.

    Errors: NotAllowed, AlreadyResolved, CannotResolve without a note.
    """
    actor.require(Scope.WORK_EXCEPTIONS)
    if not note.strip():
        raise CannotResolve("say what was done instead")
    closed = models.EnrolmentException.objects.filter(id=exception_id, resolved_at=None).update(
        resolved_at=timezone.now(), resolved_by=str(actor)
    )
    if not closed:
        raise AlreadyResolved
    audit.record(actor=str(actor), action="enrolment.resolve", exception_id=exception_id, note=note)


def _exception(row: models.EnrolmentException) -> EnrolmentException:
    person = row.instruction.get("person") or {}
    name = f"{person.get('first_name', '')} {person.get('last_name', '')}".strip()
    return EnrolmentException(
        id=row.pk,
        sha256=row.file.sha256,
        segment_number=row.segment_number,
        reason=row.reason,
        message=row.message,
        opened_at=row.file.received_at,
        resolved_at=row.resolved_at,
        name=name,
        subscriber_number=row.instruction.get("subscriber_number", ""),
    )
