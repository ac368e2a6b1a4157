"""Agreeing to automatic payments, and changing one's mind."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from openmember.accounts.types import Account
from openmember.kernel.audit import services as audit
from openmember.letters.services import write_letter
from openmember.members.types import Actor
from openmember.payments.autopay import models
from openmember.payments.autopay.queries import UnknownMandate, mandate_from_row
from openmember.payments.autopay.rules import MOVES, can_pause_until
from openmember.payments.autopay.types import (
    DrawStatus,
    EndReason,
    Instrument,
    Mandate,
    MandateStatus,
    Terms,
)


class NotAllowedNow(Exception):
    """The mandate or the draw is past that; the message says so in words."""

    def __init__(self) -> None:
        super().__init__("this was changed already, look at what stands now")


@transaction.atomic
def agree(
    *,
    account: Account,
    member_id: int,
    instrument: Instrument,
    terms: Terms,
    agreement: str,
    language: str,
    on: date,
    actor: Actor,
) -> Mandate:
    """Keep a member's agreement and send them a copy. A mandate that stood before is replaced by it.

    Shape:  `agreement` is the text that was shown, word for word.
    Source: 12 CFR 1005.10(b): signed or similarly authenticated, with a copy to the member.
    """
    for former in _standing(account.numbers):
        _end(former, EndReason.REPLACED, actor)
    row = models.Mandate.objects.create(
        account_number=account.number, member_id=member_id,
        method=instrument.method, keeper=instrument.keeper, token=instrument.token,
        tender=instrument.tender, what=terms.what, cap_cents=terms.cap_cents,
        agreement=agreement, language=language, agreed_by=str(actor),
    )  # fmt: skip
    audit.record(
        actor=str(actor), action="autopay.agree", account_number=account.number,
        member_id=member_id, mandate_id=row.id,
    )  # fmt: skip
    write_letter(
        account_number=account.number,
        kind="autopay_agreed",
        key=f"autopay-agreed:{row.id}",
        values={"agreement": agreement, "tender": instrument.tender},
        on=on,
        actor=actor,
        member_id=member_id,
    )
    return mandate_from_row(row)


@transaction.atomic
def pause(*, account: Account, until: date | None, today: date, actor: Actor) -> Mandate:
    """Draw nothing until a day, or until it is resumed. What was planned meanwhile is skipped.

    Errors: UnknownMandate; NotAllowedNow when it is paused, or the day is not ahead, or more than a year.
    """
    row = _one(account)
    _check(row, MandateStatus.PAUSED)
    if until is not None and not can_pause_until(until=until, today=today):
        raise NotAllowedNow
    row.status, row.paused_until = MandateStatus.PAUSED, until
    row.save(update_fields=["status", "paused_until"])
    planned = models.Draw.objects.filter(
        account_number=row.account_number, mandate=row, status=DrawStatus.PLANNED
    )
    if until is not None:
        planned = planned.filter(draw_on__lt=until)
    planned.update(status=DrawStatus.SKIPPED, reason="paused")
    _record("autopay.pause", row, actor)
    return mandate_from_row(row)


@transaction.atomic
def resume(*, account: Account, actor: Actor) -> Mandate:
    """Draw again. What was skipped stays skipped. Errors: UnknownMandate, NotAllowedNow."""
    row = _one(account)
    _check(row, MandateStatus.ACTIVE)
    _resume(row, actor)
    return mandate_from_row(row)


@transaction.atomic
def end(*, account: Account, reason: EndReason, on: date, actor: Actor) -> None:
    """Draw no more, from this moment. What a bank was asked for already may still be drawn.

    Errors: UnknownMandate.
    """
    row = _one(account)
    _end(row, reason, actor)
    _tell_ended(row, reason, on, actor)


@transaction.atomic
def skip(*, account: Account, draw_id: int, actor: Actor) -> None:
    """Leave one planned payment out; its bills stay open. Errors: NotAllowedNow when it is under way."""
    skipped = models.Draw.objects.filter(
        account_number__in=account.numbers, id=draw_id, status=DrawStatus.PLANNED
    ).update(status=DrawStatus.SKIPPED, reason="member")
    if not skipped:
        raise NotAllowedNow
    audit.record(
        actor=str(actor), action="autopay.skip", account_number=account.number, draw_id=draw_id
    )


def resume_paused(*, today: date, actor: Actor) -> int:
    """Draw again for every mandate whose pause is over and return how many there were."""
    with transaction.atomic():
        rows = list(
            models.Mandate.objects.select_for_update().filter(
                status=MandateStatus.PAUSED, paused_until__lte=today
            )
        )
        for row in rows:
            _resume(row, actor)
    return len(rows)


def end_after_failure(*, mandate_id: int, reason: EndReason, on: date, actor: Actor) -> None:
    """End a mandate that cannot draw any more, once, and tell the member."""
    with transaction.atomic():
        row = (
            models.Mandate.objects.select_for_update()
            .filter(id=mandate_id)
            .exclude(status=MandateStatus.ENDED)
            .first()
        )
        if row is not None:
            _end(row, reason, actor)
            _tell_ended(row, reason, on, actor)


def _one(account: Account) -> models.Mandate:
    found = _standing(account.numbers)
    if not found:
        raise UnknownMandate
    return found[0]


def _standing(numbers: tuple[str, ...]) -> list[models.Mandate]:
    return list(
        models.Mandate.objects.select_for_update().filter(
            account_number__in=numbers, status__in=[MandateStatus.ACTIVE, MandateStatus.PAUSED]
        )
    )


def _check(row: models.Mandate, status: MandateStatus) -> None:
    if status not in MOVES[MandateStatus(row.status)]:
        raise NotAllowedNow


def _resume(row: models.Mandate, actor: Actor) -> None:
    row.status, row.paused_until = MandateStatus.ACTIVE, None
    row.save(update_fields=["status", "paused_until"])
    _record("autopay.resume", row, actor)


def _end(row: models.Mandate, reason: EndReason, actor: Actor) -> None:
    row.status, row.end_reason = MandateStatus.ENDED, reason
    row.ended_at, row.paused_until = timezone.now(), None
    row.save(update_fields=["status", "end_reason", "ended_at", "paused_until"])
    models.Draw.objects.filter(
        account_number=row.account_number, mandate=row, status=DrawStatus.PLANNED
    ).update(status=DrawStatus.SKIPPED, reason="ended")
    _record("autopay.end", row, actor, reason=reason)


def _tell_ended(row: models.Mandate, reason: EndReason, on: date, actor: Actor) -> None:
    write_letter(
        account_number=row.account_number,
        kind="autopay_ended",
        key=f"autopay-ended:{row.id}",
        values={"tender": row.tender, "reason": reason.value},
        on=on,
        actor=actor,
        member_id=row.member_id,
    )


def _record(action: str, row: models.Mandate, actor: Actor, **detail: str) -> None:
    audit.record(
        actor=str(actor), action=action, account_number=row.account_number,
        member_id=row.member_id, mandate_id=row.id, **detail,
    )  # fmt: skip
