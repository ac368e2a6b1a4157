"""When an automatic payment may be drawn, and how much. Source: 12 CFR 1005.10(b)-(d), the clock REGE-VARY."""

from datetime import date, timedelta

from openmember.payments.autopay.types import DrawStatus, MandateStatus
from openmember.rulebook.calendar import next_banking_day
from openmember.rulebook.clocks import due_on, get_clock

# A bill is planned for as soon as it is this near, which leaves room for the notice before the day it is due.
PLANNED_AHEAD = timedelta(days=21)
# A bank file is sent the banking day before, so that the money moves on the day that was said.
SENT_AHEAD_BANKING_DAYS = 1
# After this many failures in a row the bank account or card is no good: it is not tried for ever.
MOST_FAILURES = 2
# Who wants nothing drawn for longer stops, and comes back by agreeing anew.
LONGEST_PAUSE = timedelta(days=365)

MOVES = {
    MandateStatus.ACTIVE: {MandateStatus.PAUSED, MandateStatus.ENDED},
    MandateStatus.PAUSED: {MandateStatus.ACTIVE, MandateStatus.ENDED},
    MandateStatus.ENDED: set[MandateStatus](),
}
# What is still to come of a draw that holds its bills.
OPEN = frozenset({DrawStatus.PLANNED, DrawStatus.REQUESTED})


def can_pause_until(*, until: date, today: date) -> bool:
    """Return whether a pause may end on a day: after today, and not so late that it is forgotten."""
    return today < until <= today + LONGEST_PAUSE


def needs_notice(*, amount_cents: int, last_cents: int | None) -> bool:
    """Return whether the payer is written to first: the amount is not the last one drawn, or there is none."""
    return amount_cents != last_cents


def notice_days() -> int:
    """Return how many days before the draw the notice goes out."""
    return get_clock("REGE-VARY").length


def draw_day(*, due: date, planned_on: date, noticed: bool, by_bank: bool) -> date:
    """Return the day to draw: the due day, or later as the notice allows; for a bank, one it works on."""
    earliest = planned_on + timedelta(days=notice_days() if noticed else 1)
    day = max(due, earliest)
    return next_banking_day(day) if by_bank else day


def last_notice_day(draw_on: date) -> date:
    """Return the last day to send the notice of a changed amount."""
    return due_on("REGE-VARY", draw_on)


def draw_cents(*, planned_cents: int, open_cents: int) -> int:
    """Return what to draw now: never more than was planned and told, nor than is still open."""
    return min(planned_cents, open_cents)
