"""What a bill's amounts and dates say about it."""

from datetime import date

from openmember.billing.types import BillStatus


def status_of(
    *,
    amount_cents: int,
    adjusted_cents: int,
    open_cents: int,
    held: bool,
    due_on: date,
    today: date,
    on_plan: bool = False,
) -> BillStatus:
    """Return the one status a member needs to know, the most pressing first."""
    owed_cents = amount_cents + adjusted_cents
    if open_cents == 0:
        return BillStatus.CANCELED if owed_cents == 0 else BillStatus.PAID
    if held:
        return BillStatus.ON_HOLD
    if on_plan:
        return BillStatus.ON_PLAN
    if due_on < today:
        return BillStatus.OVERDUE
    return BillStatus.PARTLY_PAID if open_cents < owed_cents else BillStatus.OPEN
