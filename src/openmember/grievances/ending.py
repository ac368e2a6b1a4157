"""What the levels a dispute was at come to: every duty and right with its date, and the ways on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from openmember.grievances.due import Began, running
from openmember.grievances.levels import next_levels
from openmember.grievances.steps import rules_for
from openmember.grievances.types import (
    Lapse,
    Law,
    Level,
    Matter,
    Outcome,
    Rule,
    Running,
    Speed,
    Standing,
    Step,
    Tolls,
    Track,
)
from openmember.grievances.visits import Course, Visit
from openmember.rulebook.types import Unit

_INSTANT = timedelta(microseconds=1)
# How long an exception waits for the statement that supports it (confidence: memory, as the clock's note says).
_STATEMENT_WITHIN = timedelta(days=14)


def standing_of(course: Course) -> Standing:
    clocks = [clock for visit in course.visits for clock in clocks_of(course, visit)]
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
        next_levels=next_levels(course.track, course.standing_visit),
        is_open=here.decision is None or owed,
        is_tolled=here.is_tolled,
        pause=here.pauses[-1] if here.is_tolled else None,
    )


def clocks_of(course: Course, visit: Visit) -> Iterable[Running]:
    """Everything that was due, is due or may be done at a level, and what was late under another name."""
    late = {one.step: one for one in visit.late}
    for one in _clocks_as_named(course, visit):
        kept = late.pop(one.step, one)
        is_earlier = kept.due_at and (one.due_at is None or kept.due_at < one.due_at)
        yield _late(visit, kept) if is_earlier else one
    for one in late.values():
        yield _late(visit, one)


def _late(visit: Visit, one: Running) -> Running:
    """Return a duty that was late before, met when it is met now."""
    if one.step is not Step.DECIDE:
        return replace(one, met_at=visit.met(one.step))
    decision = visit.decision
    return replace(one, met_at=decision.at if decision and not decision.by_law else None)


def _clocks_as_named(course: Course, visit: Visit) -> Iterable[Running]:
    """Everything that was due, is due or may be done at a level and because of what it decided."""
    is_last = visit is course.standing_visit
    began = Began(visit.at)
    if visit is course.visits[0]:
        yield from _one(course, visit, Step.FILE, course.disputed, met_at=visit.at)
    for step in _asked_on_receipt(_track_at(course, visit), visit.level, visit.speed):
        yield from _one(course, visit, step, began, met_at=visit.met(step))
    yield from _to_answer(course, visit)
    decide = decide_of(course, visit)
    if decide is not None:
        yield decide
    yield from _afterdeciding(course, visit, decide)
    if is_last:
        for level in next_levels(course.track, course.standing_visit):
            yield from _right_to(course, visit, level)


def _to_answer(course: Course, visit: Visit) -> Iterable[Running]:
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


def _afterdeciding(course: Course, visit: Visit, decide: Running | None) -> Iterable[Running]:
    decision = visit.decision
    following = course.next_after(visit)
    if decision is not None and decision.outcome.is_favourable:
        began = Began(decision.at)
        yield from _one(course, visit, Step.EFFECTUATE, began, met_at=visit.met(Step.EFFECTUATE))
    if decision is not None and visit.speed is Speed.EXPEDITED and not decision.by_law:
        yield from _one(
            course, visit, Step.CONFIRM, Began(decision.at), met_at=visit.met(Step.CONFIRM)
        )
    if decision is not None and decision.outcome is Outcome.DISMISSED:
        told = Began(decision.at, decision.notice_on, decision.delivered_on)
        for step in (Step.VACATE, Step.UNDISMISS):
            yield from _one(course, visit, step, told, met_at=None)
    if visit.level is Level.PLAN and _is_forwarded(course, visit):
        met = visit.met(Step.FORWARD) or (following.at if following else None)
        yield from _one(course, visit, Step.FORWARD, _forwarding_from(visit, decide), met_at=met)


def _is_forwarded(course: Course, visit: Visit) -> bool:
    """Whether the plan itself has to send the case on: Part C after any denial, both when it is late."""
    if visit.lapsed is Lapse.FORWARD:
        return True
    decision = visit.decision
    is_part_c = course.track.law is Law.MEDICARE_ADVANTAGE and visit.matter is Matter.APPEAL
    return is_part_c and decision is not None and decision.outcome.is_adverse


def _forwarding_from(visit: Visit, decide: Running | None) -> Began:
    """A standard case goes by the day the decision was due, an expedited or a late one a day after it."""
    moment = visit.decision.at if visit.decision else visit.lapsed_at
    assert moment is not None
    is_standard = visit.speed is Speed.STANDARD and visit.matter is Matter.APPEAL
    if is_standard and visit.lapsed is not Lapse.FORWARD and decide and decide.due_at:
        return Began(decide.due_at - _INSTANT)
    if decide is not None and decide.due_at is not None and visit.lapsed is Lapse.FORWARD:
        is_by_the_hour = decide.governs.clock.unit is Unit.HOUR
        return Began(decide.due_at if is_by_the_hour else decide.due_at - _INSTANT)
    return Began(moment)


def _right_to(course: Course, visit: Visit, level: Level) -> Iterable[Running]:
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
        # After silence no letter ends a right.
        yield found if decision is not None else replace(found, is_firm=False)


def _one(
    course: Course, visit: Visit, step: Step, began: Began, *, met_at: datetime | None
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


def most_days_of(course: Course) -> int:
    """Return the most days a law adds; 0 where another is due as soon and adds none: they move nothing."""
    here = course.here
    most = max((rule.added for rule, _began in deciding(course, here)), default=0)
    now, then = (
        decide_of(course, replace(here, extended_days=days, pauses=())) for days in (0, most)
    )
    is_later = now and then and now.due_at and then.due_at and then.due_at > now.due_at
    return most if is_later else 0


def _track_at(course: Course, visit: Visit) -> Track:
    """Return what chose the clocks of a level."""
    if course.track.matter is visit.matter:
        return course.track
    return replace(course.track, matter=visit.matter)


def decide_of(course: Course, visit: Visit) -> Running | None:
    decision = visit.decision
    found = running(
        visit=visit.number,
        level=visit.level,
        step=Step.DECIDE,
        rules=deciding(course, visit),
        zone=course.zone,
        pauses=visit.pauses,
        extended_days=visit.extended_days,
        met_at=decision.at if decision is not None and not decision.by_law else None,
    )
    if found is not None and waits_for_statement(_track_at(course, visit), visit.level):
        return replace(found, from_statement=True)
    return found


def deciding(course: Course, visit: Visit) -> list[tuple[Rule, Began]]:
    """The rules of the decision. What was made expedited later still keeps the standard date at the latest."""
    if visit.is_again:
        return []
    track = _track_at(course, visit)
    if waits_for_statement(track, visit.level):
        return _from_statement(course, visit, track)
    standard = rules_for(track, visit.level, Step.DECIDE, Speed.STANDARD)
    found = [(rule, Began(visit.at)) for rule in standard]
    if visit.expedited_at is not None:
        fast = rules_for(track, visit.level, Step.DECIDE, Speed.EXPEDITED)
        answered = [
            Began(pause.until)
            for pause in visit.pauses
            if pause.until is not None and pause.ground is Tolls.URGENT
        ]
        # The clock of an urgent request that lacked something does not go on: that from the answer replaces it.
        found = [
            *((rule, Began(visit.expedited_at)) for rule in fast if not answered or not rule.tolls),
            *found,
        ]
        found += [
            (rule, began)
            for began in answered
            for rule in rules_for(track, visit.level, Step.ANSWERED, Speed.EXPEDITED)
        ]
    return found


def waits_for_statement(track: Track, level: Level) -> bool:
    """Whether the plan's time to decide begins when the prescriber's supporting statement comes.

    Source: 42 CFR 423.568(b), 423.572(a): exceptions to the formulary or its tiers under Part D.
    """
    return track.law is Law.PART_D and track.matter is Matter.EXCEPTION and level is Level.PLAN


def _from_statement(course: Course, visit: Visit, track: Track) -> list[tuple[Rule, Began]]:
    """The rules of an exception: from the statement; without one the standard time from the end of day 14."""
    zone = ZoneInfo(course.zone)
    day = visit.at.astimezone(zone).date() + _STATEMENT_WITHIN
    latest = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    standard = rules_for(track, visit.level, Step.DECIDE, Speed.STANDARD)
    began = Began(min(visit.stated_at or latest, latest))
    found = [(rule, began) for rule in standard]
    if visit.expedited_at is not None and visit.stated_at is not None:
        since = Began(max(visit.stated_at, visit.expedited_at))
        fast = rules_for(track, visit.level, Step.DECIDE, Speed.EXPEDITED)
        found = [*((rule, since) for rule in fast), *found]
    return found
