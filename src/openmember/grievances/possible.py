"""What may happen to a dispute next: asked of the log itself, by trying."""

from dataclasses import dataclass
from datetime import datetime

from openmember.grievances.course import following, most_days, which_can
from openmember.grievances.tolling import Asking, asking
from openmember.grievances.types import (
    BadCourse,
    Dispute,
    Event,
    Kind,
    Level,
    Outcome,
    Running,
    Speed,
    Standing,
    Step,
    Whose,
)

_EVENTS_OF_THEIR_OWN = {
    Step.FILE,
    Step.ACKNOWLEDGE,
    Step.DECIDE,
    Step.EFFECTUATE,
    Step.FORWARD,
    Step.DOCUMENTS,
}


@dataclass(frozen=True, slots=True)
class Possible:
    """What the log lets happen now. `most_days` is how much longer a decision may take; 0 where no law says.

    `ask` is what may be asked for while the clock stands still, and until when the member must have time.
    """

    kinds: frozenset[Kind]
    most_days: int
    levels: tuple[Level, ...]
    steps: tuple[Step, ...]
    wish: str
    ask: Asking


def possible(*, dispute: Dispute, now: datetime) -> Possible:
    """Return what may happen at a moment."""
    events = [one.event for one in dispute.events]
    found = dispute.standing
    if dispute.misfit is not None:
        return Possible(frozenset(), 0, (), (), "", asking(found, now))
    days, ask = most_days(events), asking(found, now)
    tries: dict[Kind, dict[str, object]] = {
        Kind.RELABELLED: {"matter": found.track.matter.value},
        Kind.EXPEDITED: {},
        Kind.EXTENDED: {"days": days},
        Kind.TOLLED: {"until": ask.until.isoformat()},
        Kind.RESUMED: {},
        Kind.DECIDED: {"outcome": Outcome.UPHELD.value},
        Kind.WITHDRAWN: {},
        Kind.VACATED: {},
        Kind.SUPPORTED: {},
    }
    wanted = [Event(kind, now, detail) for kind, detail in tries.items()]
    kinds = {one.kind for one in which_can(events, wanted)}
    kinds |= {kind for kind, holds in _beyond(dispute).items() if holds}
    return Possible(
        kinds=frozenset(kinds),
        most_days=days,
        levels=found.next_levels,
        steps=_steps_left(found),
        wish=wish_of(dispute),
        ask=ask,
    )


def revived(*, dispute: Dispute, now: datetime) -> Running | None:
    """Return the clock of the decision as it is once a dismissal is taken back, where it is overdue by then.

    Its `lapse` is what the law then makes of it at once.
    """
    events = [one.event for one in dispute.events]
    try:
        found = following(events, Event(Kind.VACATED, now, {}))
    except BadCourse:
        return None
    return next(
        (
            one
            for one in found.clocks
            if one.step is Step.DECIDE and one.visit == found.visit and one.is_missed(now)
        ),
        None,
    )


def wish_of(dispute: Dispute) -> str:
    """Return why the member wants it fast, where nobody has answered that yet."""
    answered = {Kind.EXPEDITED, Kind.EXPEDITE_REFUSED}
    if any(one.event.kind in answered for one in dispute.events):
        return ""
    return str(dispute.events[0].event.detail.get("wish", ""))


def _beyond(dispute: Dispute) -> dict[Kind, bool]:
    """Return what the log takes at any time, and whether it makes sense now."""
    found = dispute.standing
    decided, decision = found.decision is not None, found.decision
    is_dismissed = decision is not None and decision.outcome is Outcome.DISMISSED
    here = _of_this_level(dispute)
    return {
        Kind.ACKNOWLEDGED: not decided and found.level.is_plans and Kind.ACKNOWLEDGED not in here,
        Kind.EXPEDITE_REFUSED: not decided and found.speed is Speed.STANDARD,
        Kind.DONE: bool(_steps_left(found)),
        Kind.DELIVERED: decision is not None and decision.delivered_on is None,
        Kind.ESCALATED: bool(found.next_levels),
        Kind.EFFECTUATED: decision is not None
        and decision.outcome.is_favourable
        and Kind.EFFECTUATED not in here,
        Kind.REOPENED: decided and not is_dismissed,
    }


def _of_this_level(dispute: Dispute) -> set[Kind]:
    """Return what happened since the level it is at received it, or it was opened again."""
    kinds = [one.event.kind for one in dispute.events]
    begun = [
        at
        for at, kind in enumerate(kinds)
        if kind in {Kind.RECEIVED, Kind.ESCALATED, Kind.REOPENED}
    ]
    return set(kinds[begun[-1] :])


def _steps_left(found: Standing) -> tuple[Step, ...]:
    return tuple(
        one.step
        for one in found.clocks
        if one.visit == found.visit and one.whose is Whose.PLAN and one.met_at is None
        and one.step not in _EVENTS_OF_THEIR_OWN
    )  # fmt: skip
