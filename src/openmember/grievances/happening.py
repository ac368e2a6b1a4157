"""What each kind of event does to the levels a dispute was at, and what it may not.

An event's detail, by kind:
RECEIVED        matter, law, place, care, levels, zone; level and speed where not the plan's and standard;
                notice_on, delivered_on of the decision disputed, event_on of what a grievance is about;
                wish, form_seen, law_why as it was taken in, which move no date
RELABELLED      matter, care: the clocks run from the first receipt all the same
EXPEDITED       nothing
EXPEDITE_REFUSED nothing
EXTENDED        days
TOLLED          until, the last day for the answer
RESUMED         came_at, the moment the answer came, where that was before it was written
DONE            step; was_at, the moment, where it was noted later
DECIDED         outcome; notice_on
DELIVERED       on
LAPSED          step, lapse
SUPPORTED       came_at, the moment the statement came, where that was before it was written
ESCALATED       level; speed where it changes; good_cause where it came after the last day,
                together_cents where several claims were added up; received_at, the moment, where noted later
Days are in ISO form.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from openmember.grievances.due import Began
from openmember.grievances.ending import clocks_of, decide_of, most_days_of, waits_for_statement
from openmember.grievances.levels import next_levels
from openmember.grievances.tolling import Asking, asking_of
from openmember.grievances.types import (
    BadCourse,
    Care,
    Decision,
    Event,
    Kind,
    Lapse,
    Law,
    Level,
    Matter,
    Outcome,
    Pause,
    Speed,
    Step,
    Track,
    Whose,
)
from openmember.grievances.visits import Course, Visit

_SPEEDS = {one.value: one for one in Speed}


def run_out(course: Course, event: Event) -> Course:
    """Let the clock go on that nobody answered by the last day, whatever is written later."""
    here = course.here
    if not here.is_tolled or event.kind is Kind.RESUMED or event.at <= here.pauses[-1].ends_at:
        return course
    return course.with_here(pauses=_ended(here, event.at))


def _ended(visit: Visit, at: datetime) -> tuple[Pause, ...]:
    """Return the pauses of a level, the last ended at a moment, or by itself before that."""
    *before, last = visit.pauses
    return (*before, replace(last, until=min(max(last.since, at), last.ends_at)))


def received(event: Event) -> Course:
    said = event.detail
    zone = str(said["zone"])
    track = _track(
        str(said["matter"]), str(said["law"]), str(said["place"]), str(said["care"]),
        str(said.get("levels", 1)),
    )  # fmt: skip
    speed = _SPEEDS[str(said.get("speed", Speed.STANDARD))]
    visit = Visit(
        1, Level(str(said.get("level", Level.PLAN))), track.matter, event.at, speed,
        expedited_at=event.at if speed is Speed.EXPEDITED else None,
    )  # fmt: skip
    disputed = Began(
        at=event.at,
        notice_on=_day(said, "notice_on") or _day(said, "event_on"),
        delivered_on=_day(said, "delivered_on"),
    )
    return Course(track, zone, event.at, disputed, (visit,))


@lru_cache(maxsize=10_000)
def _track(matter: str, law: str, place: str, care: str, levels: str) -> Track:
    return Track(Matter(matter), Law(law), place, Care(care), int(levels))


def _relabelled(course: Course, event: Event) -> Course:
    _require_undecided(course)
    track = replace(
        course.track,
        matter=Matter(str(event.detail["matter"])),
        care=Care(str(event.detail.get("care", course.track.care))),
    )
    late = [
        one for one in clocks_of(course, course.here)
        if one.whose is Whose.PLAN and one.is_missed(event.at)
    ]  # fmt: skip
    # Whatever it was called, it was received when it came.
    return replace(course, track=track).with_here(matter=track.matter, late=tuple(late))


def _expedited(course: Course, event: Event) -> Course:
    _require_undecided(course)
    if course.here.expedited_at is not None:
        raise BadCourse("expedited_already")
    return course.with_here(speed=Speed.EXPEDITED, expedited_at=event.at)


def _extended(course: Course, event: Event) -> Course:
    _require_undecided(course)
    days = int(str(event.detail["days"]))
    here = course.here
    if here.extended_days:
        raise BadCourse("extended_already")
    most = most_days_of(course)
    if not 1 <= days <= most:
        raise BadCourse("no_extension" if most == 0 else "extension_too_long", str(most))
    decide = decide_of(course, here)
    if decide is not None and decide.due_at is not None and event.at >= decide.due_at:
        raise BadCourse("extended_too_late")
    return course.with_here(extended_days=days)


def _tolled(course: Course, event: Event) -> Course:
    """Stop the clock: with the notice of more time, or for evidence; until a last day the law allows."""
    _require_undecided(course)
    here = course.here
    if here.is_tolled:
        raise BadCourse("tolled_already")
    asking = _asking(course, event.at)
    asking.require(
        event.at, is_extended=bool(here.extended_days), grounds=[one.ground for one in here.pauses]
    )
    until = _day(event.detail, "until") or asking.until
    if until < asking.until:
        raise BadCourse("toll_too_short", asking.until.isoformat())
    pause = Pause(event.at, None, _end_of(until, course.zone), asking.ground)
    return course.with_here(pauses=(*here.pauses, pause))


def _asking(course: Course, at: datetime) -> Asking:
    here = course.here
    return asking_of(
        track=replace(course.track, matter=here.matter), level=here.level, speed=here.speed,
        zone=course.zone, began_at=here.expedited_at or here.at, at=at,
    )  # fmt: skip


def _resumed(course: Course, event: Event) -> Course:
    here = course.here
    if not here.is_tolled:
        raise BadCourse("not_tolled")
    said = event.detail.get("came_at")
    came_at = datetime.fromisoformat(str(said)) if said else event.at
    if came_at > event.at:
        raise BadCourse("not_yet", "an answer that is still to come lets nothing go on")
    return course.with_here(pauses=_ended(here, came_at))


def _supported(course: Course, event: Event) -> Course:
    _require_undecided(course)
    here = course.here
    if not waits_for_statement(course.track, here.level) or here.is_again:
        raise BadCourse("no_statement_needed")
    if here.stated_at is not None:
        raise BadCourse("supported_already")
    # What came with the request, or before it, counts from the request.
    return course.with_here(stated_at=max(_moment(event, "came_at"), here.at))


def _done(course: Course, event: Event) -> Course:
    step = Step(str(event.detail["step"]))
    if step in {Step.DECIDE, Step.FILE}:
        raise BadCourse("not_a_step", f"{step} is an event of its own")
    return _met(course, step, _moment(event, "was_at"))


def _moment(event: Event, name: str) -> datetime:
    """Return when something was, which may be before it was noted. Errors: BadCourse `not_yet`."""
    said = event.detail.get(name)
    was_at = datetime.fromisoformat(str(said)) if said else event.at
    if was_at > event.at:
        raise BadCourse("not_yet", "what is still to come cannot be noted")
    return was_at


def _met(course: Course, step: Step, at: datetime) -> Course:
    if course.here.met(step) is not None:
        return course
    return course.with_here(done=(*course.here.done, (step, at)))


def _decided(course: Course, event: Event) -> Course:
    _require_undecided(course)
    outcome = Outcome(str(event.detail["outcome"]))
    notice = _day(event.detail, "notice_on") or _on(event.at, course.zone)
    here = course.here
    if here.is_tolled:
        course = course.with_here(pauses=_ended(here, event.at))
    code = str(event.detail.get("code", ""))
    decision = Decision(here.level, outcome, event.at, notice, visit=here.number, code=code)
    return course.with_here(decision=decision)


def _delivered(course: Course, event: Event) -> Course:
    decision = course.here.decision
    on = _day(event.detail, "on")
    if decision is None or on is None:
        raise BadCourse("nothing_to_deliver")
    # A right that somebody was told of never ends sooner, whatever is found out later.
    if decision.delivered_on is not None and on <= decision.delivered_on:
        return course
    return course.with_here(decision=replace(decision, delivered_on=on))


def _lapsed(course: Course, event: Event) -> Course:
    _require_undecided(course)
    lapse = Lapse(str(event.detail["lapse"]))
    decide = decide_of(course, course.here)
    if decide is None or decide.lapse is not lapse or not decide.is_missed(event.at):
        raise BadCourse("not_lapsed")
    if course.here.lapsed:
        return course
    course = course.with_here(lapsed=lapse, lapsed_at=event.at)
    if lapse in {Lapse.ADVERSE, Lapse.GRANTED}:
        outcome = Outcome.UPHELD if lapse is Lapse.ADVERSE else Outcome.OVERTURNED
        here, on = course.here, _on(event.at, course.zone)
        decision = Decision(here.level, outcome, event.at, on, by_law=True, visit=here.number)
        return course.with_here(decision=decision)
    return course


def _escalated(course: Course, event: Event) -> Course:
    level = Level(str(event.detail["level"]))
    if level not in next_levels(course.track, course.standing_visit):
        raise BadCourse("no_such_level", level)
    matter = course.here.matter
    if level is not Level.EXTERNAL and matter in {Matter.DETERMINATION, Matter.EXCEPTION}:
        matter = Matter.APPEAL
    speed = Speed(str(event.detail.get("speed", course.here.speed)))
    received_at = _moment(event, "received_at")
    visit = Visit(
        len(course.visits) + 1, level, matter, received_at, speed,
        received_at if speed is Speed.EXPEDITED else None,
    )  # fmt: skip
    track = replace(course.track, matter=matter)
    return replace(
        course,
        track=track,
        visits=(*course.visits, visit),
        filed=(*course.filed, (level, received_at)),
    )


def _withdrawn(course: Course, event: Event) -> Course:
    _require_undecided(course)
    here, on = course.here, _on(event.at, course.zone)
    decision = Decision(here.level, Outcome.WITHDRAWN, event.at, on, visit=here.number)
    return course.with_here(decision=decision)


def _reopened(course: Course, event: Event) -> Course:
    here = course.here
    if here.decision is None:
        raise BadCourse("not_decided")
    again = Visit(
        len(course.visits) + 1, here.level, here.matter, event.at, here.speed, is_again=True
    )
    return replace(course, visits=(*course.visits, again))


def _vacated(course: Course, event: Event) -> Course:
    decision = course.here.decision
    if decision is None or decision.outcome is not Outcome.DISMISSED:
        raise BadCourse("not_dismissed")
    # The clock of the first receipt goes on: a dismissal that was wrong gives the plan no time.
    return course.with_here(decision=None)


HAPPENED: dict[Kind, Callable[[Course, Event], Course]] = {
    Kind.RELABELLED: _relabelled,
    Kind.ACKNOWLEDGED: lambda course, event: _met(course, Step.ACKNOWLEDGE, event.at),
    Kind.EXPEDITED: _expedited,
    Kind.EXPEDITE_REFUSED: lambda course, event: course,
    Kind.EXTENDED: _extended,
    Kind.TOLLED: _tolled,
    Kind.RESUMED: _resumed,
    Kind.DONE: _done,
    Kind.DECIDED: _decided,
    Kind.DELIVERED: _delivered,
    Kind.LAPSED: _lapsed,
    Kind.ESCALATED: _escalated,
    Kind.EFFECTUATED: lambda course, event: _met(course, Step.EFFECTUATE, event.at),
    Kind.WITHDRAWN: _withdrawn,
    Kind.REOPENED: _reopened,
    Kind.VACATED: _vacated,
    Kind.SUPPORTED: _supported,
}


def _require_undecided(course: Course) -> None:
    if course.here.decision is not None:
        raise BadCourse("decided_already")


def _day(said: object, name: str) -> date | None:
    value = said.get(name) if hasattr(said, "get") else None
    return date.fromisoformat(str(value)) if value else None


def _on(at: datetime, zone: str) -> date:
    return at.astimezone(UTC).astimezone(ZoneInfo(zone)).date()


def _end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
