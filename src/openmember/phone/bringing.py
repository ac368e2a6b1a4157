"""Bringing a caller back from the secure line, for the person who sent them there."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from openmember.kernel.audit import services as audit
from openmember.members.types import Actor, Scope
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import Asked
from openmember.phone import memory, models
from openmember.phone.control import CallOver, Unreachable, find_call_control
from openmember.phone.rules import leave
from openmember.phone.securing import end_line, find_line_of, hold
from openmember.phone.types import Left, State, Turn
from openmember.phone.webhooks.signature import address_of


def bring_back(*, asked: Asked, actor: Actor) -> None:
    """Have the carrier take the caller off the secure line. The line ends when they come, and not before.

    A payment that is being made is never broken off.
    Errors: NotAllowed, AssistedRefused; nothing is changed then.
    """
    actor.require(Scope.TAKE_PAYMENT)
    line, control = find_line_of(asked_id=asked.id), find_call_control()
    if control is None or line is None or line.ended_at or asked.representative != str(actor):
        raise AssistedRefused("not_there", _("no caller of yours is on this secure line"))
    if line.call.state == State.PAYING:
        raise AssistedRefused(
            "paying", _("the payment is being made, and the caller comes back after it")
        )
    audit.record(
        actor=str(actor), action="secure_line.bring_back", account_number=asked.account_number,
        link_id=asked.id,
    )  # fmt: skip
    try:
        control.send(line.call.carrier_id, address_of(reverse("phone:secure_back", args=[line.pk])))
    except CallOver as over:
        raise AssistedRefused("over", _("the caller has hung up")) from over
    except Unreachable as failed:
        words = _(
            "the carrier did not answer, and the caller may still be on the secure line: look, and try again"
        )
        raise AssistedRefused("not_brought", words) from failed


def lead_back(*, line: models.SecureLine) -> tuple[models.Call, Turn | None]:
    """End the line whose caller is brought back, and return their call as it is now, with the turn back.

    No turn where the line is over, or the payment is being made: they hear once more what they heard last.
    Belongs into one transaction with keeping the step. Locks: the call.
    """
    row = hold(line)
    line.refresh_from_db(fields=["ended_at"])
    call = memory.from_json(row.memory)
    if line.ended_at or row.ended_at or call.state is State.PAYING:
        return row, None
    turn = leave(replace(call, return_to=line.return_to), Left.BROUGHT_BACK)
    end_line(line=line, how=Left.BROUGHT_BACK)
    return row, turn
