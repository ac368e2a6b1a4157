"""When a clock may stand still for an answer, and which last day the member has to be given.

A claim's clock stands still only with the notice of more time, sent within its own days, and the member gets
45 days at least; an urgent one that is incomplete, when it is asked for within a day, for 48 hours at least.
An appeal's does so only for new evidence.
Sources: 29 CFR 2560.503-1(f)(2), (f)(4); 45 CFR 147.136(b)(2)(ii)(C).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from openmember.grievances.due import Began, deadline, last_day
from openmember.grievances.steps import rules_for
from openmember.grievances.types import BadCourse, Level, Speed, Standing, Step, Tolls, Track

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asking:
    """What the law lets the clock stand still for, asked at a moment.

    `until` is the first day that may be the last for the answer; `ask_by` when it is too late to ask.
    """

    ground: Tolls
    until: date
    ask_by: datetime | None

    def require(self, at: datetime, *, is_extended: bool, grounds: Sequence[Tolls]) -> None:
        """Errors: BadCourse `no_tolling`, `toll_needs_notice`, `tolled_once`, `toll_too_late`."""
        if not self.ground:
            raise BadCourse("no_tolling")
        if self.ground is Tolls.RECORDS and not is_extended:
            raise BadCourse("toll_needs_notice")
        if self.ground is not Tolls.EVIDENCE and self.ground in grounds:
            raise BadCourse("tolled_once")
        if self.ask_by is not None and at >= self.ask_by:
            raise BadCourse("toll_too_late")


def asking_of(
    *, track: Track, level: Level, speed: Speed, zone: str, began_at: datetime, at: datetime
) -> Asking:
    """Return what may be asked for at a moment while the clock of a level, begun earlier, stands still."""
    rules = [one for one in rules_for(track, level, Step.DECIDE, speed) if one.tolls]
    if not rules:
        return Asking(Tolls.NO, at.astimezone(ZoneInfo(zone)).date(), None)
    step = Step.ASK if rules[0].tolls is Tolls.URGENT else Step.DECIDE
    limits = rules_for(track, level, step, speed) if step is Step.ASK else rules
    found = (deadline(one, Began(began_at), zone, (), 0) for one in limits)
    ends = [one.due_at for one in found if one is not None and one.due_at is not None]
    until = _least_day(track, level, speed, zone, at)
    return Asking(rules[0].tolls, until, min(ends, default=None))


def asking(found: Standing, at: datetime) -> Asking:
    """Return what may be asked for now, where a dispute stands."""
    decide = next(
        (one for one in found.clocks if one.step is Step.DECIDE and one.visit == found.visit), None
    )
    began_at = decide.started_at if decide else found.received_at
    return asking_of(
        track=found.track, level=found.level, speed=found.speed, zone=found.zone, began_at=began_at, at=at
    )  # fmt: skip


def _least_day(track: Track, level: Level, speed: Speed, zone: str, at: datetime) -> date:
    """Return the day that ends the time a member has to have; where no law says, a day is the least."""
    given = rules_for(track, level, Step.SUPPLY, speed)
    found = (deadline(one, Began(at), zone, (), 0) for one in given)
    days = [last_day(one.due_at, zone) for one in found if one is not None and one.due_at]
    return max(days, default=at.astimezone(ZoneInfo(zone)).date() + _DAY)
