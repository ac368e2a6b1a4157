"""What the office does on which day."""

from calendar import monthrange
from datetime import date, timedelta

BILL_DAY = 8  # The next month's premium is billed on this day.
STATEMENT_DAY = 2
CLOSE_DAY = 12  # By then the bank has said everything about the month before.


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=offset) for offset in range(count)]


def month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def last_of(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])
