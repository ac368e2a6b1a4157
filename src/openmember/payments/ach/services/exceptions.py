"""Closing what a bank sent and a person has decided."""

from django.db import transaction
from django.utils import timezone

from openmember.kernel.audit import services as audit
from openmember.members.types import Actor, Scope
from openmember.payments.ach import models


class UnknownException(Exception):
    """There is no such open exception."""


@transaction.atomic
def close_exception(*, exception_id: int, note: str, actor: Actor) -> None:
    """Note what was decided. Errors: NotAllowed; UnknownException, also when another one was first."""
    actor.require(Scope.WORK_EXCEPTIONS)
    closed = models.AchException.objects.filter(id=exception_id, closed_at=None).update(
        closed_at=timezone.now(), closed_by=str(actor), note=note
    )
    if not closed:
        raise UnknownException
    audit.record(
        actor=str(actor), action="ach.exception_close", exception_id=exception_id, note=note
    )
