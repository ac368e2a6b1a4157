"""What the member can do next: each right with its last day, and what it takes."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from openmember.grievances.explaining import Why, due_words
from openmember.grievances.types import Dispute, Level, Running, Step
from openmember.grievances.words import LEVELS
from openmember.portal.disputes.saying import find_clock, why
from openmember.rulebook.amounts import get_amount
from openmember.rulebook.types import UnknownRule

# Those the member writes to: we only note that they did.
_BEYOND = {Level.ALJ, Level.COUNCIL, Level.COURT}
_AMOUNTS = {Level.ALJ: "AIC-ALJ", Level.COURT: "AIC-COURT"}


@dataclass(frozen=True, slots=True)
class Right:
    """A way on. `by_itself` is when the case goes there without the member; `until` may be empty."""

    level: Level
    title: str
    until: str
    is_firm: bool
    is_over: bool
    why: Why | None
    amount: str
    by_itself: str
    is_beyond: bool

    @property
    def may_ask(self) -> bool:
        """Whether the member can ask here: after the last day too, with what kept them from it."""
        return not self.by_itself


def rights_of(dispute: Dispute, *, now: datetime) -> list[Right]:
    """Return where the member may go from here."""
    return [_right(dispute, level, now) for level in dispute.standing.next_levels]


def find_right(dispute: Dispute, level: str, *, now: datetime) -> Right | None:
    """Return the right to ask a level, while it can be asked."""
    found = (one for one in rights_of(dispute, now=now) if one.level == level and one.may_ask)
    return next(found, None)


def _right(dispute: Dispute, level: Level, now: datetime) -> Right:
    standing = dispute.standing
    clock = _clock(dispute, level)
    forward = find_clock(dispute, Step.FORWARD) if level is Level.IRE else None
    by_itself = due_words(forward, standing.zone) if forward and forward.due_at else ""
    return Right(
        level=level,
        title=str(LEVELS[level]),
        until=due_words(clock, standing.zone) if clock else "",
        is_firm=clock.is_firm if clock else True,
        # Where nothing shows that the letter came, a right does not end by itself.
        is_over=bool(clock and clock.is_firm and clock.is_missed(now)),
        why=why(dispute, clock) if clock else None,
        amount=_amount(level, now, standing.zone),
        by_itself=by_itself,
        is_beyond=level in _BEYOND,
    )


def _clock(dispute: Dispute, level: Level) -> Running | None:
    here = dispute.standing
    return next(
        (
            one
            for one in here.clocks
            if one.step is Step.FILE and one.level is level and one.visit == here.visit
            and one.met_at is None
        ),
        None,
    )  # fmt: skip


def _amount(level: Level, now: datetime, zone: str) -> str:
    """Return how much must be at stake, where the law asks it. Source: 42 CFR 422.600, 422.612."""
    if level not in _AMOUNTS:
        return ""
    year = now.astimezone(ZoneInfo(zone)).year
    try:
        figure = get_amount(f"{_AMOUNTS[level]}-{year}")
    except UnknownRule:
        return _("A smallest amount must be at stake; the decision letter names it.")
    return _("The amount at stake must be at least $%(amount)s (%(year)s).") % {
        "amount": f"{figure.value:,.0f}", "year": year,
    }  # fmt: skip
