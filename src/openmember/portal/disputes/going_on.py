"""What the member can do next: each right with its last day, and what it takes."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from openmember.grievances.amounts import AtStake, at_stake, review_fee_cents
from openmember.grievances.due import last_day
from openmember.grievances.explaining import Why, due_words
from openmember.grievances.letters.agencies import Agency, agencies_for
from openmember.grievances.letters.rights import cost_words, reached, where_to_ask
from openmember.grievances.steps import rules_for
from openmember.grievances.types import Dispute, Level, Running, Speed, Step
from openmember.grievances.words import LEVELS
from openmember.portal.disputes.saying import find_clock, why
from openmember.ui import formats

# Those the member writes to: we only note that they did.
_BEYOND = {Level.ALJ, Level.COUNCIL, Level.COURT}


@dataclass(frozen=True, slots=True)
class Right:
    """A way on. `until` may be empty.

    `by_itself` is when the case goes there without the member, `went` when it did; `where` names the state's
    agency the member asks themselves. While it `is_held`, a correction of the rules is being looked at, and
    nobody can ask.
    """

    level: Level
    title: str
    until: str
    is_firm: bool
    is_over: bool
    why: Why | None
    amounts: tuple[str, ...]
    stake: AtStake | None
    fee: str
    by_itself: str
    went: str
    is_beyond: bool
    where: str = ""
    cost: str = ""
    is_held: bool = False

    @property
    def is_asked_elsewhere(self) -> bool:
        """Whether the member asks somebody else than us, and only tells us."""
        return self.is_beyond or bool(self.where)

    @property
    def is_short(self) -> bool:
        """Whether too little is at stake for it alone: then only with other claims."""
        return self.stake is not None and self.stake.is_short

    @property
    def may_ask(self) -> bool:
        """Whether the member can ask here: after the last day too, with what kept them from it."""
        return not self.by_itself and not self.is_held


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
    stake = at_stake(dispute, level, now=now)
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
        amounts=_amounts(stake),
        stake=stake,
        fee=formats.dollars(fee) if (fee := review_fee_cents(dispute, level)) else "",
        by_itself=by_itself,
        went=_went(forward, standing.zone) if forward else "",
        is_beyond=level in _BEYOND,
        where=where_to_ask(standing.track, level, on=_today(dispute, now)),
        cost=_cost(dispute, level),
        is_held=dispute.misfit is not None,
    )


@dataclass(frozen=True, slots=True)
class Regulator:
    """The state's regulator, whom the member may turn to beside us."""

    where: str
    what: str


def regulator_of(dispute: Dispute, *, now: datetime) -> Regulator | None:
    """Return the regulator once we answered or had our days, at once where it cannot wait: HSC 1368.03."""
    standing, today = dispute.standing, _today(dispute, now)
    if not rules_for(standing.track, standing.level, Step.WAIT, Speed.STANDARD):
        return None
    wait = find_clock(dispute, Step.WAIT)
    is_waiting = wait and wait.due_at and last_day(wait.due_at, standing.zone) > today
    if is_waiting and standing.decision is None:
        return None
    found: tuple[Agency, ...] = agencies_for(standing.track, "help", on=today)
    return Regulator(reached(found[0]), found[0].what) if found else None


def _today(dispute: Dispute, now: datetime) -> date:
    return now.astimezone(ZoneInfo(dispute.standing.zone)).date()


def _cost(dispute: Dispute, level: Level) -> str:
    """Return what a review outside costs, as far as we know it."""
    if level is Level.IRE:
        return _("It costs you nothing.")
    return cost_words(dispute) if level is Level.EXTERNAL else ""


def _went(forward: Running, zone: str) -> str:
    """Return the day the case went there without the member; empty while it has not."""
    if forward.met_at is None:
        return ""
    return formats.day(forward.met_at.astimezone(ZoneInfo(zone)).date())


def _clock(dispute: Dispute, level: Level) -> Running | None:
    """Return the right to go to a level: of the decision that stands, also while it is looked at again."""
    clocks = dispute.standing.clocks
    found = (one for one in clocks if one.step is Step.FILE and one.level is level)
    return next((one for one in found if one.met_at is None), None)


def _amounts(stake: AtStake | None) -> tuple[str, ...]:
    """Return how much must be at stake, what is known of it, and what to do when that is too little."""
    if stake is None:
        return ()
    if stake.needed_cents is None:
        return (_("A smallest amount must be at stake; the decision letter names it."),)
    said = [
        _("The amount at stake must be at least %(amount)s (%(year)s).")
        % {"amount": formats.dollars(stake.needed_cents), "year": stake.year}
    ]
    if stake.is_short and stake.known_cents is not None:
        known = formats.dollars(stake.known_cents)
        said.append(
            _("Here it is %(amount)s, so this level is not open for it alone.") % {"amount": known}
        )
        said.append(
            _(
                "Claims of yours may count together when they are about similar care or the same question, the"
                " level before this one decided all of them, and the time to go on is over for none."
            )
        )
    return tuple(said)
