"""Keeping calls. A step is answered once: whoever loses a race gives the answer of who won it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from openmember.cases.callbacks.types import Window
from openmember.kernel.audit import services as audit
from openmember.members.types import Actor
from openmember.phone import memory, models, queries
from openmember.phone.types import Call, State

NOTES_KEPT = 10


class AlreadyAnswered(Exception):
    """The same step was answered meanwhile; `answer` is what with."""

    def __init__(self, answer: str) -> None:
        super().__init__()
        self.answer = answer


class OutOfStep(Exception):
    """The message is about a step long gone, or one that is not reached."""


def begin_call(*, digest: str, caller: str, call: Call, answer: str) -> None:
    """Keep a new call. Errors: AlreadyAnswered, OutOfStep."""
    try:
        with transaction.atomic():
            models.Call.objects.create(
                digest=digest,
                caller=caller,
                state=call.state,
                language=call.language,
                is_relay=call.is_relay,
                memory=memory.as_json(call),
                answer=answer,
            )
    except IntegrityError:
        raise repeated(queries.find_call(digest=digest), step=0) from None


def keep_step(
    *,
    row: models.Call,
    call: Call,
    answer: str,
    payment_key: str,
    is_told: bool,
    carrier_id: str,
) -> None:
    """Keep what one step became. Errors: AlreadyAnswered, OutOfStep.

    `carrier_id` is what the carrier calls the call; kept only while it may have to be sent somewhere.
    The step in the condition is what makes this happen once: nothing is locked while the gateway is asked.
    """
    changed = models.Call.objects.filter(id=row.pk, step=row.step, ended_at=None).update(
        step=row.step + 1,
        state=call.state,
        language=call.language,
        is_relay=call.is_relay,
        account_number=call.payee.number if call.payee else "",
        is_verified=bool(call.payee and call.verified),
        member_id=call.member_id if call.payee and call.verified else 0,
        amount_cents=call.amount_cents,
        payment_key=payment_key,
        is_told=is_told,
        carrier_id=carrier_id if call.is_secure or call.state is State.TRANSFER else "",
        memory=memory.as_json(call),
        answer=answer,
        changed_at=timezone.now(),
    )
    if not changed:
        raise repeated(queries.find_call(digest=row.digest), step=row.step)


def repeated(row: models.Call | None, *, step: int) -> AlreadyAnswered | OutOfStep:
    """Return how a message about `step` is met when the call does not wait for that step."""
    if row is None or row.ended_at or row.step != step + 1:
        return OutOfStep()
    return AlreadyAnswered(row.answer)


def tell_of(*, call: models.Call, member_id: int, now: datetime) -> None:
    """Remember that the ends of this person's earlier calls about the account were told."""
    queries.untold_of(call=call, member_id=member_id, now=now).update(is_told=True)


def end_call(*, digest: str) -> None:
    """Forget what was said in a call that is over. Again does nothing."""
    models.Call.objects.filter(digest=digest, ended_at=None).update(
        ended_at=timezone.now(), memory={}, answer="", carrier_id=""
    )


def hand_over(*, row: models.Call, call: Call, window: Window | None = None) -> None:
    """Put a caller on the desk's list with everything a person needs to go on.

    With a `window` nobody is there, and they are called back in it: `keep_promises` makes it a promised call.
    Asked for again in the same call, they are there again, with where they were then.
    """
    handover = models.Handover(
        call=row,
        account_number=call.payee.number if call.payee else "",
        is_verified=bool(call.payee and call.verified),
        language=call.language,
        is_relay=call.is_relay,
        asked_from=call.asked_from,
        entered=list(call.entered[-NOTES_KEPT:]),
        amount_cents=call.amount_cents,
        asked_at=timezone.now(),
        call_from=window.starts_at if window else None,
        call_until=window.ends_at if window else None,
    )
    changing = [
        one.name for one in models.Handover._meta.concrete_fields if one.name not in {"id", "call"}
    ]
    models.Handover.objects.bulk_create(
        [handover], update_conflicts=True, unique_fields=["call"], update_fields=changing
    )


def take_handover(*, handover_id: int, actor: Actor) -> bool:
    """Take a caller off the list. False when somebody else did. Errors: UnknownHandover."""
    waiting = queries.get_handover(handover_id=handover_id)
    with transaction.atomic():
        taken = models.Handover.objects.filter(id=handover_id, taken_at=None).update(
            taken_at=timezone.now(), taken_by=str(actor)
        )
        audit.record(
            actor=str(actor),
            action="call.taken" if taken else "call.read",
            account_number=waiting.account_number or None,
            handover_id=handover_id,
        )
    return bool(taken)
