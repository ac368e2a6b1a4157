"""How much must be at stake for Medicare's judge and the court: by the year in which it is asked for.

Sources: 42 CFR 422.600, 422.612, 423.1970, 423.1976; 405.1006 for claims that count together (from memory).
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from openmember.grievances.types import Dispute, Law, Level
from openmember.rulebook.amounts import get_amount
from openmember.rulebook.types import UnknownRule

_FIGURES = {Level.ALJ: "AIC-ALJ", Level.COURT: "AIC-COURT"}


@dataclass(frozen=True, slots=True)
class AtStake:
    """What a level asks for and what is known of it, in cents; None where nobody knows it."""

    year: int
    needed_cents: int | None
    known_cents: int | None

    @property
    def is_short(self) -> bool:
        """Whether it is known to be too little. What is not known keeps nobody from a right."""
        known, needed = self.known_cents, self.needed_cents
        return known is not None and needed is not None and known < needed


def at_stake(
    dispute: Dispute, level: Level, *, now: datetime, together_cents: int | None = None
) -> AtStake | None:
    """Return what a level asks for when it is asked now; None where no amount is asked.

    Shape:  `together_cents` are several claims of the member's added up.
    """
    if level not in _FIGURES:
        return None
    year = now.astimezone(ZoneInfo(dispute.standing.zone)).year
    try:
        needed = get_amount(f"{_FIGURES[level]}-{year}").cents
    except UnknownRule:
        needed = None
    return AtStake(year, needed, together_cents or dispute.amount_cents)


def review_fee_cents(dispute: Dispute, level: Level) -> int | None:
    """Return what a state asks for its own external review; None where it costs nothing.

    Source: HRS 432E-33(a): refunded on a reversal, and waived where it would be a hardship.
    """
    track = dispute.standing.track
    if level is not Level.EXTERNAL or track.law not in {Law.INDIVIDUAL, Law.GROUP}:
        return None
    try:
        return get_amount(f"{track.place}-EXT-FEE").cents
    except UnknownRule:
        return None
