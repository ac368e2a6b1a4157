"""What the events of a dispute come to. No database, no now: the same events always give the same standing.

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
ESCALATED       level; speed where it changes; good_cause where it came after the last day,
                together_cents where several claims were added up; received_at, the moment, where noted later
Days are in ISO form.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from openmember.grievances.due import Began, running
from openmember.grievances.steps import rules_for
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
    Rule,
    Running,
    Speed,
    Standing,
    Step,
    Tolls,
    Track,
)

_INSTANT = timedelta(microseconds=1)
_SPEEDS = {one.value: one for one in Speed}
_MEDICARE = (Level.PLAN, Level.IRE, Level.ALJ, Level.COUNCIL, Level.COURT)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A level from when it received the dispute."""

    number: int
    level: Level
    matter: Matter
    at: datetime
    speed: Speed
    expedited_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    extended_days: int = 0
    decision: Decision | None = None
    lapsed: Lapse = Lapse.NONE
    lapsed_at: datetime | None = None
    # Looked at again by the plan's own will: the law's clock for deciding was met, and none runs anew.
    is_again: bool = False
    done: tuple[tuple[Step, datetime], ...] = ()

    @property
    def is_tolled(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    def met(self, step: Step) -> datetime | None:
        return next((at for one, at in self.done if one is step), None)


@dataclass(frozen=True, slots=True)
class _Course:
    track: Track
    zone: str
    received_at: datetime
    disputed: Began
    visits: tuple[_Visit, ...]
    filed: tuple[tuple[Level, datetime], ...] = field(default=())

    @property
    def here(self) -> _Visit:
        return self.visits[-1]

    @property
    def standing_visit(self) -> _Visit:
        """The visit whose decision stands: while one is looked at again, that one still does."""
        if not self.here.is_again:
            return self.here
        return next(
            (one for one in reversed(self.visits) if not one.is_again or one.decision), self.here
        )

    def next_after(self, visit: _Visit) -> _Visit | None:
        """The visit to the next level, if it went there."""
        return next((one for one in self.visits[visit.number :] if not one.is_again), None)

    def with_here(self, **changes: object) -> "_Course":
        return replace(self, visits=(*self.visits[:-1], replace(self.here, **changes)))  # type: ignore[arg-type]  # the fields of a visit


def standing(events: Iterable[Event]) -> Standing:
    """Return what the events come to, in the order in which they were written. Errors: BadCourse."""
    return _standing(_course_of(events))


def which_can(events: Iterable[Event], tries: Iterable[Event]) -> list[Event]:
    """Return those of some events any of which can come next. The log is read once for all of them."""
    course = _course_of(events)
    return [one for one in tries if _can(course, one)]


def _can(course: _Course, event: Event) -> bool:
    try:
        after(course, event)
    except BadCourse:
        return False
    return True


def _course_of(events: Iterable[Event]) -> _Course:
    course: _Course | None = None
    for event in events:
        course = after(course, event)
    if course is None:
        raise BadCourse("never_received")
    return course


def after(course: _Course | None, event: Event) -> _Course:
    if event.kind is Kind.RECEIVED:
        if course is not None:
            raise BadCourse("received_twice")
        return _received(event)
    if course is None:
        raise BadCourse("never_received")
    return _STEPS[event.kind](_run_out(course, event), event)


def _run_out(course: _Course, event: Event) -> _Course:
    """Let the clock go on that nobody answered by the last day, whatever is written later."""
    here = course.here
    if not here.is_tolled or event.kind is Kind.RESUMED or event.at <= here.pauses[-1].ends_at:
        return course
    return course.with_here(pauses=_ended(here, event.at))


def _ended(visit: _Visit, at: datetime) -> tuple[Pause, ...]:
    """Return the pauses of a level, the last ended at a moment, or by itself before that."""
    *before, last = visit.pauses
    return (*before, replace(last, until=min(max(last.since, at), last.ends_at)))


def _received(event: Event) -> _Course:
    said = event.detail
    zone = str(said["zone"])
    track = _track(
        str(said["matter"]), str(said["law"]), str(said["place"]), str(said["care"]),
        str(said.get("levels", 1)),
    )  # fmt: skip
    speed = _SPEEDS[str(said.get("speed", Speed.STANDARD))]
    visit = _Visit(
        1, Level(str(said.get("level", Level.PLAN))), track.matter, event.at, speed,
        expedited_at=event.at if speed is Speed.EXPEDITED else None,
    )  # fmt: skip
    disputed = Began(
        at=event.at,
        notice_on=_day(said, "notice_on") or _day(said, "event_on"),
        delivered_on=_day(said, "delivered_on"),
    )
    return _Course(track, zone, event.at, disputed, (visit,))


@lru_cache(maxsize=10_000)
def _track(matter: str, law: str, place: str, care: str, levels: str) -> Track:
    return Track(Matter(matter), Law(law), place, Care(care), int(levels))


def _relabelled(course: _Course, event: Event) -> _Course:
    _require_undecided(course)
    track = replace(
        course.track,
        matter=Matter(str(event.detail["matter"])),
        care=Care(str(event.detail.get("care", course.track.care))),
    )
    # Whatever it was called, it was received when it came.
    return replace(course, track=track).with_here(matter=track.matter)


def _expedited(course: _Course, event: Event) -> _Course:
    _require_undecided(course)
    if course.here.expedited_at is not None:
        raise BadCourse("expedited_already")
    return course.with_here(speed=Speed.EXPEDITED, expedited_at=event.at)


def _extended(course: _Course, event: Event) -> _Course:
    _require_undecided(course)
    days = int(str(event.detail["days"]))
    here = course.here
    if here.extended_days:
        raise BadCourse("extended_already")
    most = max((rule.added for rule, _began in _deciding(course, here)), default=0)
    if not 1 <= days <= most:
        raise BadCourse("no_extension" if most == 0 else "extension_too_long", str(most))
    decide = _decide(course, here)
    if decide is not None and decide.due_at is not None and event.at >= decide.due_at:
        raise BadCourse("extended_too_late")
    return course.with_here(extended_days=days)


def _tolled(course: _Course, event: Event) -> _Course:
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


def _asking(course: _Course, at: datetime) -> Asking:
    here = course.here
    return asking_of(
        track=replace(course.track, matter=here.matter), level=here.level, speed=here.speed,
        zone=course.zone, began_at=here.expedited_at or here.at, at=at,
    )  # fmt: skip


def _resumed(course: _Course, event: Event) -> _Course:
    here = course.here
    if not here.is_tolled:
        raise BadCourse("not_tolled")
    said = event.detail.get("came_at")
    came_at = datetime.fromisoformat(str(said)) if said else event.at
    if came_at > event.at:
        raise BadCourse("not_yet", "an answer that is still to come lets nothing go on")
    return course.with_here(pauses=_ended(here, came_at))


def _done(course: _Course, event: Event) -> _Course:
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


def _met(course: _Course, step: Step, at: datetime) -> _Course:
    if course.here.met(step) is not None:
        return course
    return course.with_here(done=(*course.here.done, (step, at)))


def _decided(course: _Course, event: Event) -> _Course:
    _require_undecided(course)
    outcome = Outcome(str(event.detail["outcome"]))
    notice = _day(event.detail, "notice_on") or _on(event.at, course.zone)
    here = course.here
    if here.is_tolled:
        course = course.with_here(pauses=_ended(here, event.at))
    code = str(event.detail.get("code", ""))
    decision = Decision(here.level, outcome, event.at, notice, visit=here.number, code=code)
    return course.with_here(decision=decision)


def _delivered(course: _Course, event: Event) -> _Course:
    decision = course.here.decision
    on = _day(event.detail, "on")
    if decision is None or on is None:
        raise BadCourse("nothing_to_deliver")
    # A right that somebody was told of never ends sooner, whatever is found out later.
    if decision.delivered_on is not None and on <= decision.delivered_on:
        return course
    return course.with_here(decision=replace(decision, delivered_on=on))


def _lapsed(course: _Course, event: Event) -> _Course:
    _require_undecided(course)
    lapse = Lapse(str(event.detail["lapse"]))
    decide = _decide(course, course.here)
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


def _escalated(course: _Course, event: Event) -> _Course:
    level = Level(str(event.detail["level"]))
    if level not in _next_levels(course):
        raise BadCourse("no_such_level", level)
    matter = course.here.matter
    if level is not Level.EXTERNAL and matter in {Matter.DETERMINATION, Matter.EXCEPTION}:
        matter = Matter.APPEAL
    speed = Speed(str(event.detail.get("speed", course.here.speed)))
    received_at = _moment(event, "received_at")
    visit = _Visit(
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


def _withdrawn(course: _Course, event: Event) -> _Course:
    _require_undecided(course)
    here, on = course.here, _on(event.at, course.zone)
    decision = Decision(here.level, Outcome.WITHDRAWN, event.at, on, visit=here.number)
    return course.with_here(decision=decision)


def _reopened(course: _Course, event: Event) -> _Course:
    here = course.here
    if here.decision is None:
        raise BadCourse("not_decided")
    again = _Visit(
        len(course.visits) + 1, here.level, here.matter, event.at, here.speed, is_again=True
    )
    return replace(course, visits=(*course.visits, again))


def _vacated(course: _Course, event: Event) -> _Course:
    decision = course.here.decision
    if decision is None or decision.outcome is not Outcome.DISMISSED:
        raise BadCourse("not_dismissed")
    # The clock of the first receipt goes on: a dismissal that was wrong gives the plan no time.
    return course.with_here(decision=None)


_STEPS: dict[Kind, Callable[[_Course, Event], _Course]] = {
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
}


# What stands at the end


def _standing(course: _Course) -> Standing:
    clocks = [clock for visit in course.visits for clock in _clocks_of(course, visit)]
    here = course.here
    owed = any(one.step is Step.EFFECTUATE and one.met_at is None for one in clocks)
    return Standing(
        track=course.track,
        speed=here.speed,
        level=here.level,
        visit=here.number,
        received_at=course.received_at,
        zone=course.zone,
        decisions=tuple(one.decision for one in course.visits if one.decision),
        decision=here.decision,
        clocks=tuple(clocks),
        next_levels=_next_levels(course),
        is_open=here.decision is None or owed,
        is_tolled=here.is_tolled,
        pause=here.pauses[-1] if here.is_tolled else None,
    )


def _clocks_of(course: _Course, visit: _Visit) -> Iterable[Running]:
    """Everything that was due, is due or may be done at a level and because of what it decided."""
    is_last = visit is course.standing_visit
    began = Began(visit.at)
    if visit is course.visits[0]:
        yield from _one(course, visit, Step.FILE, course.disputed, met_at=visit.at)
    for step in _asked_on_receipt(_track_at(course, visit), visit.level, visit.speed):
        yield from _one(course, visit, step, began, met_at=visit.met(step))
    yield from _to_answer(course, visit)
    decide = _decide(course, visit)
    if decide is not None:
        yield decide
    yield from _after_deciding(course, visit, decide)
    if is_last:
        for level in _next_levels(course):
            yield from _right_to(course, visit, level)


def _to_answer(course: _Course, visit: _Visit) -> Iterable[Running]:
    """What the member was asked for, by the day the plan named: the law's, or a later one."""
    for pause in visit.pauses[-1:]:
        for one in _one(course, visit, Step.SUPPLY, Began(pause.since), met_at=None):
            is_answered = pause.until is not None and pause.until < pause.ends_at
            yield replace(
                one,
                governs=replace(one.governs, due_at=pause.ends_at),
                met_at=pause.until if is_answered else None,
            )


@lru_cache(maxsize=10_000)
def _asked_on_receipt(track: Track, level: Level, speed: Speed) -> tuple[Step, ...]:
    """Return what the laws set a clock for from the moment a level has a dispute, beside the decision."""
    return tuple(
        step
        for step in (Step.ACKNOWLEDGE, Step.PRELIMINARY, Step.DOCUMENTS, Step.MORE, Step.WAIT)
        if rules_for(track, level, step, speed)
    )


def _after_deciding(course: _Course, visit: _Visit, decide: Running | None) -> Iterable[Running]:
    decision = visit.decision
    following = course.next_after(visit)
    if decision is not None and decision.outcome.is_favourable:
        began = Began(decision.at)
        yield from _one(course, visit, Step.EFFECTUATE, began, met_at=visit.met(Step.EFFECTUATE))
    if decision is not None and visit.speed is Speed.EXPEDITED and not decision.by_law:
        yield from _one(
            course, visit, Step.CONFIRM, Began(decision.at), met_at=visit.met(Step.CONFIRM)
        )
    if visit.level is Level.PLAN and _is_forwarded(course, visit):
        met = visit.met(Step.FORWARD) or (following.at if following else None)
        yield from _one(course, visit, Step.FORWARD, _forwarding_from(visit, decide), met_at=met)


def _is_forwarded(course: _Course, visit: _Visit) -> bool:
    """Whether the plan itself has to send the case on: Part C after any denial, both when it is late."""
    if visit.lapsed is Lapse.FORWARD:
        return True
    decision = visit.decision
    is_part_c = course.track.law is Law.MEDICARE_ADVANTAGE and visit.matter is Matter.APPEAL
    return is_part_c and decision is not None and decision.outcome.is_adverse


def _forwarding_from(visit: _Visit, decide: Running | None) -> Began:
    """A standard case goes by the day the decision was due, an expedited or a late one a day after it."""
    moment = visit.decision.at if visit.decision else visit.lapsed_at
    assert moment is not None
    is_standard = visit.speed is Speed.STANDARD and visit.matter is Matter.APPEAL
    if is_standard and visit.lapsed is not Lapse.FORWARD and decide and decide.due_at:
        return Began(decide.due_at - _INSTANT)
    if decide is not None and decide.due_at is not None and visit.lapsed is Lapse.FORWARD:
        return Began(decide.due_at - _INSTANT)
    return Began(moment)


def _right_to(course: _Course, visit: _Visit, level: Level) -> Iterable[Running]:
    matter = visit.matter
    if level is Level.PLAN or (level.is_plans and matter is not Matter.APPEAL):
        matter = Matter.APPEAL
    decision = visit.decision
    if decision is not None:
        began = Began(decision.at, decision.notice_on, decision.delivered_on)
    else:
        began = Began(visit.lapsed_at or visit.at)
    rules = rules_for(replace(course.track, matter=matter), level, Step.FILE, visit.speed)
    found = running(
        visit=visit.number,
        level=level,
        step=Step.FILE,
        rules=[(rule, began) for rule in rules],
        zone=course.zone,
    )
    if found is not None:
        yield found


def _one(
    course: _Course, visit: _Visit, step: Step, began: Began, *, met_at: datetime | None
) -> Iterable[Running]:
    rules = rules_for(_track_at(course, visit), visit.level, step, visit.speed)
    if not rules:
        return
    found = running(
        visit=visit.number,
        level=visit.level,
        step=step,
        rules=[(rule, began) for rule in rules],
        zone=course.zone,
        met_at=met_at,
    )
    if found is not None:
        yield found


def _track_at(course: _Course, visit: _Visit) -> Track:
    """Return what chose the clocks of a level."""
    if course.track.matter is visit.matter:
        return course.track
    return replace(course.track, matter=visit.matter)


def _decide(course: _Course, visit: _Visit) -> Running | None:
    decision = visit.decision
    return running(
        visit=visit.number,
        level=visit.level,
        step=Step.DECIDE,
        rules=_deciding(course, visit),
        zone=course.zone,
        pauses=visit.pauses,
        extended_days=visit.extended_days,
        met_at=decision.at if decision is not None and not decision.by_law else None,
    )


def _deciding(course: _Course, visit: _Visit) -> list[tuple[Rule, Began]]:
    """The rules of the decision. What was made expedited later still keeps the standard date at the latest."""
    if visit.is_again:
        return []
    track = _track_at(course, visit)
    standard = rules_for(track, visit.level, Step.DECIDE, Speed.STANDARD)
    found = [(rule, Began(visit.at)) for rule in standard]
    if visit.expedited_at is not None:
        fast = rules_for(track, visit.level, Step.DECIDE, Speed.EXPEDITED)
        found = [*((rule, Began(visit.expedited_at)) for rule in fast), *found]
        found += [
            (rule, Began(pause.until))
            for pause in visit.pauses
            if pause.until is not None and pause.ground is Tolls.URGENT
            for rule in rules_for(track, visit.level, Step.ANSWERED, Speed.EXPEDITED)
        ]
    return found


def _next_levels(course: _Course) -> tuple[Level, ...]:
    """Return where the member may go from here."""
    here = course.standing_visit
    if here.decision is None and here.lapsed is Lapse.NONE:
        return ()
    if here.decision is not None and not here.decision.outcome.is_adverse:
        return ()
    if course.track.law in {Law.MEDICARE_ADVANTAGE, Law.PART_D}:
        return _next_of_medicare(here)
    return _next_of_commercial(course)


def _next_of_medicare(here: _Visit) -> tuple[Level, ...]:
    if here.matter is not Matter.APPEAL:
        if here.matter not in {Matter.DETERMINATION, Matter.EXCEPTION}:
            return ()
        return (Level.IRE,) if here.lapsed is Lapse.FORWARD else (Level.PLAN,)
    place = _MEDICARE.index(here.level) + 1
    return _MEDICARE[place : place + 1]


def _next_of_commercial(course: _Course) -> tuple[Level, ...]:
    here = course.standing_visit
    if here.matter is Matter.DETERMINATION:
        return (Level.PLAN,)
    if here.matter is Matter.EXCEPTION:
        return (Level.EXTERNAL,) if here.level is Level.PLAN else ()
    if here.matter is not Matter.APPEAL or not here.level.is_plans:
        return ()
    if here.lapsed is Lapse.EXHAUSTED:
        return (Level.EXTERNAL,)
    if here.level is Level.PLAN and course.track.levels == 2:
        return (Level.PLAN_2,)
    is_voluntary = bool(rules_for(course.track, Level.PLAN_2, Step.FILE, here.speed))
    if here.level is Level.PLAN and is_voluntary:
        return (Level.EXTERNAL, Level.PLAN_2)
    return (Level.EXTERNAL,)


def _require_undecided(course: _Course) -> None:
    if course.here.decision is not None:
        raise BadCourse("decided_already")


def _day(said: object, name: str) -> date | None:
    value = said.get(name) if hasattr(said, "get") else None
    return date.fromisoformat(str(value)) if value else None


def _on(at: datetime, zone: str) -> date:
    return at.astimezone(UTC).astimezone(ZoneInfo(zone)).date()


def _end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
