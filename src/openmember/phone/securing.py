"""Sending a caller to the secure line, and bringing them back: nothing of it is ever half done.

What is asked for is kept before the carrier is told, and ended when the caller leaves the line, however they
do. The person who sent them sees how far they are, and never a digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from openmember.accounts.types import Account
from openmember.billing.types import Bill
from openmember.members.types import Actor, Scope
from openmember.payments.assisted.services.asking import Wanted
from openmember.payments.assisted.services.calls import InCall, ask_in_call, end_asked
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import Asked
from openmember.phone import models
from openmember.phone.control import CallControl, CallOver, Unreachable, find_call_control
from openmember.phone.types import Left, State
from openmember.phone.webhooks.signature import address_of

log = structlog.get_logger("openmember.phone")
_LANGUAGES = {"en": "en", "es": "es", "zh": "zh-hant"}


@dataclass(frozen=True, slots=True)
class Talk:
    """A call in which a person talks to the caller. `account_number` is what they asked about, if they said."""

    call_id: int
    digest: str
    carrier_id: str
    language: str
    account_number: str

    def is_about_other(self, account: Account) -> bool:
        """Return whether the caller asked about another account than this."""
        return self.account_number not in {"", *account.numbers}


@dataclass(frozen=True, slots=True)
class Sending:
    """What the caller is to pay, and where they come back to.

    `is_other_confirmed`: the person says it is for this account, though the caller asked about another.
    """

    wanted: Wanted
    return_to: str
    is_other_confirmed: bool = False


def find_talk(*, actor: Actor) -> Talk | None:
    """Return the call this person took and is in, or None."""
    row = (
        models.Call.objects.filter(
            handover__taken_by=str(actor), ended_at=None, state=State.TRANSFER
        )
        .select_related("handover")
        .exclude(carrier_id="")
        .order_by("-handover__taken_at")
        .first()
    )
    if row is None:
        return None
    about = row.handover.account_number
    return Talk(row.pk, row.digest, row.carrier_id, row.language, about)


def has_secure_line() -> bool:
    """Return whether callers can be sent to the secure line here."""
    return find_call_control() is not None


def send_to_secure_line(
    *,
    talk: Talk | None,
    account: Account,
    open_bills: Sequence[Bill],
    sending: Sending,
    now: datetime,
    actor: Actor,
) -> Asked:
    """Pause the recording and send the caller of this call to pay; they come back afterwards.

    Errors: NotAllowed, AssistedRefused. The caller is where they were then, and nothing was asked for.
    """
    actor.require(Scope.TAKE_PAYMENT)
    control = find_call_control()
    if control is None or talk is None or find_talk(actor=actor) != talk:
        raise AssistedRefused("no_call", _("you are in no call that can be sent there"))
    is_other = talk.is_about_other(account)
    if is_other and not sending.is_other_confirmed:
        raise AssistedRefused("other_account", _("the caller asked about another account"))
    with transaction.atomic():
        asked = ask_in_call(
            account=account,
            open_bills=open_bills,
            wanted=replace(sending.wanted, language=_LANGUAGES[talk.language]),
            call=InCall(talk.digest, sending.return_to, is_other),
            now=now,
            actor=actor,
        )
        try:
            with transaction.atomic():
                line = models.SecureLine.objects.create(
                    call_id=talk.call_id,
                    asked_id=asked.id,
                    return_to=sending.return_to,
                    sent_at=now,
                )
        except IntegrityError as second:
            raise AssistedRefused("sent", _("the caller is on the secure line already")) from second
    _tell_carrier(control, talk, line)
    return asked


def _tell_carrier(control: CallControl, talk: Talk, line: models.SecureLine) -> None:
    # Not a moment of the capture may be recorded: without a pause nobody is sent.
    try:
        control.pause_recording(talk.carrier_id)
        control.send(talk.carrier_id, address_of(reverse("phone:secure", args=[line.pk])))
    except (CallOver, Unreachable) as failed:
        if not _give_up(line):
            return
        go_on_recording(line=line, carrier_id=talk.carrier_id)
        words = (
            _("the caller has hung up")
            if isinstance(failed, CallOver)
            else _("the carrier did not answer, and the caller is still with you: try again")
        )
        raise AssistedRefused("not_sent", words) from failed


def _give_up(line: models.SecureLine) -> bool:
    """End a line nobody came to. False where the caller did come: they type there, whatever was answered."""
    now, coming = timezone.now(), models.SecureLine.objects.filter(id=line.pk, begun_step=None)
    with transaction.atomic():
        if coming.filter(ended_at=None).update(ended_at=now, outcome=Left.NOT_REACHED):
            end_asked(asked_id=line.asked_id, reason=Left.NOT_REACHED.value, now=now)
            return True
    return coming.exists()


def find_line(*, call: models.Call) -> models.SecureLine | None:
    """Return the line this call was last sent to."""
    return (
        models.SecureLine.objects.filter(call=call).select_related("asked").order_by("-id").first()
    )


def find_line_sent(*, line_id: int, call: models.Call) -> models.SecureLine | None:
    """Return the line whose address the carrier came to; None where this call never was sent there."""
    lines = models.SecureLine.objects.filter(id=line_id, call=call)
    return lines.select_related("asked").first() if line_id < 1 << 63 else None


def is_last(*, line: models.SecureLine) -> bool:
    """Return whether the call was not sent again since. Holds the call, so that it is not before this ends."""
    hold(line)
    return not models.SecureLine.objects.filter(call_id=line.call_id, id__gt=line.pk).exists()


def find_line_of(*, asked_id: int) -> models.SecureLine | None:
    """Return the line on which this is paid."""
    return models.SecureLine.objects.filter(asked_id=asked_id).select_related("call").first()


def begin_line(*, line: models.SecureLine, step: int) -> bool:
    """Note the step with which the caller came. False where the line was ended first: they are led back.

    Belongs into one transaction with keeping the step; holds the call until then.
    """
    hold(line)
    coming = models.SecureLine.objects.filter(id=line.pk, begun_step=None)
    if coming.filter(ended_at=None).update(begun_step=step):
        return True
    coming.update(begun_step=step)
    return False


def end_line(*, line: models.SecureLine, how: Left) -> None:
    """Let nothing more be paid on a line that was left. Again does nothing."""
    now = timezone.now()
    with transaction.atomic(savepoint=False):
        models.SecureLine.objects.filter(id=line.pk, ended_at=None).update(
            ended_at=now, outcome=how
        )
        end_asked(asked_id=line.asked_id, reason=how.value, now=now)


def recover_line(*, call: models.Call) -> None:
    """Record again where a caller was led back and the answer to the carrier broke off before that."""
    line = find_line(call=call)
    if line is not None and line.ended_at and line.is_recorded is None:
        go_on_recording(line=line, carrier_id=call.carrier_id)


def end_lines_of_calls(*, digests: Sequence[str]) -> None:
    """End the lines of calls that are over: who was on one has hung up."""
    for line in models.SecureLine.objects.filter(call__digest__in=digests, ended_at=None):
        end_line(line=line, how=Left.HUNG_UP)


def go_on_recording(*, line: models.SecureLine, carrier_id: str) -> None:
    """Record again, now that nothing is captured. Where the carrier does not, the desk's page says so.

    A caller who was sent again meanwhile is not recorded. The call is held until the carrier answers: who
    sends them again pauses after this, and never before.
    """
    with transaction.atomic():
        hold(line)
        if models.SecureLine.objects.filter(call_id=line.call_id, ended_at=None).exists():
            return
        goes_on = _resume(carrier_id)
        models.SecureLine.objects.filter(id=line.pk).update(is_recorded=goes_on)


def _resume(carrier_id: str) -> bool:
    control = find_call_control()
    try:
        if control is not None:
            control.resume_recording(carrier_id)
    except Unreachable:
        log.warning("recording_not_resumed")
        return False
    return control is not None


def hold(line: models.SecureLine) -> models.Call:
    """Lock the call of a line to the end of the transaction, and return it as it is now.

    Always before the line: two who held them the other way round would wait for each other.
    """
    return models.Call.objects.select_for_update().get(id=line.call_id)


def stage_of(line: models.SecureLine) -> str:
    """Return how far the caller is, in one word: an outcome, or where they are on the line."""
    if line.outcome:
        return line.outcome
    if line.begun_step is None:
        return "coming"
    known = {State.METHOD: "choosing", State.CAPTURE: "typing", State.CONFIRM: "confirming"}
    return known.get(State(line.call.state), "paying")
