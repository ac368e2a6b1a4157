"""Reading mandates and draws, always for one account."""

from typing import Any

from openmember.payments.autopay import models
from openmember.payments.autopay.types import (
    Draw,
    DrawStatus,
    EndReason,
    Instrument,
    Mandate,
    MandateStatus,
    Terms,
    What,
)
from openmember.payments.types import Method


class UnknownMandate(Exception):
    """The account has no such mandate, or none that stands."""

    def __init__(self) -> None:
        super().__init__("no automatic payments stand on this account")


def find_mandate(*, numbers: tuple[str, ...]) -> Mandate | None:
    """Return the mandate that stands, active or paused, or None."""
    row = models.Mandate.objects.filter(
        account_number__in=numbers, status__in=[MandateStatus.ACTIVE, MandateStatus.PAUSED]
    ).first()
    return mandate_from_row(row) if row else None


def list_draws(*, numbers: tuple[str, ...], limit: int = 24) -> tuple[Draw, ...]:
    """Return the automatic payments of an account under any mandate, the next one first, then the newest."""
    rows = models.Draw.objects.filter(account_number__in=numbers).order_by("-draw_on", "-id")[
        :limit
    ]
    found = [draw_from_row(row) for row in rows]
    ahead = sorted((draw for draw in found if draw.is_ahead), key=lambda draw: draw.draw_on)
    return (*ahead, *(draw for draw in found if not draw.is_ahead))


def find_next_draw(*, mandate: Mandate) -> Draw | None:
    """Return the planned payment that comes next, or None when no bill is near."""
    row = (
        models.Draw.objects.filter(
            account_number=mandate.account_number, mandate_id=mandate.id, status=DrawStatus.PLANNED
        )
        .order_by("draw_on", "id")
        .first()
    )
    return draw_from_row(row) if row else None


def mandate_from_row(row: Any) -> Mandate:
    """Return a row of the mandate table as a value."""
    return Mandate(
        id=row.id,
        account_number=row.account_number,
        member_id=row.member_id,
        instrument=Instrument(Method(row.method), row.keeper, row.token, row.tender),
        terms=Terms(What(row.what), row.cap_cents),
        status=MandateStatus(row.status),
        paused_until=row.paused_until,
        agreed_at=row.agreed_at,
        ended_at=row.ended_at,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
    )


def draw_from_row(row: Any) -> Draw:
    """Return a row of the draw table as a value."""
    return Draw(
        id=row.id,
        mandate_id=row.mandate_id,
        due_on=row.due_on,
        draw_on=row.draw_on,
        amount_cents=row.amount_cents,
        status=DrawStatus(row.status),
        payment_id=row.payment_id,
    )
