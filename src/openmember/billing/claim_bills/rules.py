"""How a bill for care reads: its line of business, title, lines and due date.

Source: X12 external code list 139, claim adjustment reason codes, for 1, 2 and 3 of group PR.
"""

from datetime import date, timedelta

from openmember.billing.types import BillLine, Line
from openmember.claims.types import Episode, PatientShare

# The organisation's own term of payment for care.
DUE_DAYS = 30
BILLED_BEFORE = "Billed before for this care"
REVERSED = "The payer reversed or corrected its decision"
ANOTHER_DECISION = "The payer decided otherwise"
_REASONS = {"1": "Deductible", "2": "Coinsurance", "3": "Copay"}


def line_of(episode: Episode) -> Line:
    """Return the line of business."""
    return Line.PHARMACY if episode.is_pharmacy else Line.MEDICAL


def title_of(episode: Episode) -> str:
    """Return what the bill is called: nothing in it says what the care was."""
    what = "Prescription" if episode.is_pharmacy else "Care"
    if episode.served_on is None:
        return what
    day = episode.served_on
    return f"{what} on {day:%B} {day.day}, {day.year}"


def lines_of(episode: Episode) -> tuple[BillLine, ...]:
    """Return the bill's lines, which add up to what the episode asks for."""
    return tuple(
        BillLine(_words(share), share.amount_cents, share.served_on) for share in episode.shares
    )


def due_on(issued_on: date) -> date:
    """Return the last day to pay."""
    return issued_on + timedelta(days=DUE_DAYS)


def reason_for_less(episode: Episode) -> str:
    """Return why a bill is reduced, as the adjustment says it."""
    return REVERSED if episode.has_reversal else ANOTHER_DECISION


def _words(share: PatientShare) -> str:
    if not share.reason:
        return share.code
    what = _REASONS.get(share.reason, f"Your share (reason {share.reason})")
    return f"{what}, service {share.code}" if share.code else what
