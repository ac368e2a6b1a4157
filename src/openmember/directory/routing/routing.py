"""Whom to contact about a need. Without a text it is arithmetic; a text is understood first.

Order: 911 and 988 before all, then a nurse where it is about health and cannot wait, then the team's own line,
a line in the person's language, and the region's Member Services. There is always an answer.
"""

from functools import lru_cache

from django.conf import settings

from openmember.directory.online import list_tasks, question_between
from openmember.directory.opening import ALWAYS_OPEN, opening_of
from openmember.directory.queries import find_region, zone_of
from openmember.directory.routing.plans import NURSE, Step, plan_for
from openmember.directory.routing.types import (
    Answer,
    Kind,
    Need,
    Note,
    Reason,
    Routing,
    Slot,
    Urgency,
)
from openmember.directory.types import PhoneLine
from openmember.directory.understanding.model import understand_in
from openmember.directory.understanding.types import Understanding
from openmember.safety.detection import findings_in, gravest
from openmember.safety.text import read
from openmember.safety.types import Finding
from openmember.safety.types import Kind as Danger

EMERGENCY = PhoneLine("", "911", "911")
CRISIS = PhoneLine("", "988", "988")
GENERAL = "member_services"
CHOICES, BEST_TIMES = 3, 3


def route(need: Need) -> Routing:
    """Return whom to contact, the best first, with the reason of each. Never empty. Errors: BadDirectory."""
    reading = read(need.text) if need.text else None
    finding = gravest(findings_in(reading)) if reading else None
    understood = understand_in(reading) if reading and not need.topic else None
    team = need.topic or (understood.team if understood and understood.is_sure else "")
    region = need.home_region or need.region
    steps = plan_for(
        str(settings.ORGANISATION_FOLDER), region, need.area if region == need.region else "",
        team, need.language, _is_urgent(need, finding), need.coverage,
    )  # fmt: skip
    first = _first_of_all(need, finding)
    ours = [_answer(step, need) for step in steps]
    question, choices = _question(understood) if understood and not team else ("", ())
    return Routing(
        answers=(*first, *ours),
        team=team,
        region=region if find_region(code=region) else "",
        online=_online(str(settings.ORGANISATION_FOLDER), team or GENERAL),
        notes=_notes(need),
        best=_best(need, steps),
        finding=finding,
        understanding=understood,
        question=question,
        choices=choices,
    )


def _is_urgent(need: Need, finding: Finding | None) -> bool:
    return finding is not None or need.urgency is not Urgency.ROUTINE


def _first_of_all(need: Need, finding: Finding | None) -> tuple[Answer, ...]:
    """Return 911 and 988 where a text or a person says that it is an emergency."""
    stops = finding is not None and finding.stops
    if not stops and need.urgency is not Urgency.EMERGENCY:
        return ()
    reasons = (Reason.RED_FLAG,) if stops else (Reason.SAID_EMERGENCY,)
    emergency = Answer(Kind.EMERGENCY, "", "", "", EMERGENCY, ALWAYS_OPEN, reasons)
    if finding is None or finding.kind is not Danger.SELF_HARM:
        return (emergency,)
    return (emergency, Answer(Kind.CRISIS, "", "", "", CRISIS, ALWAYS_OPEN, reasons))


def _answer(step: Step, need: Need) -> Answer:
    kind, team, code, line, reasons = step
    region = find_region(code=code)
    zone, states = (region.zone, region.states) if region else (zone_of(region=""), ())
    if need.home_region and need.region and need.home_region != need.region:
        reasons = (*reasons, Reason.HOME_REGION)
    elif code and not need.home_region and not need.is_region_verified:
        reasons = (*reasons, Reason.REGION_UNVERIFIED)
    if line is None:
        return Answer(kind, team, code, "", None, ALWAYS_OPEN, reasons)
    opening = opening_of(line, moment=need.moment, zone=zone, states=states)
    wait = None
    if need.waits and opening.is_open and kind is not Kind.NURSE:
        local = need.moment.astimezone(zone)
        wait = need.waits.seconds.get((local.weekday(), local.hour))
    return Answer(kind, team, code, line.code, line.numbers[0], opening, reasons, wait)


@lru_cache(maxsize=64)
def _online(folder: str, team: str) -> tuple[str, ...]:
    return tuple(task.page for task in list_tasks() if task.team == team)


def _notes(need: Need) -> tuple[Note, ...]:
    notes = [Note.NURSE_ANY_TIME]
    if not need.language.startswith("en"):
        notes.append(Note.INTERPRETER)
    if need.is_relay:
        notes.append(Note.RELAY)
    return tuple(notes)


def _best(need: Need, steps: tuple[Step, ...]) -> tuple[Slot, ...]:
    """Return the hours with the shortest measured waits in which a line of this plan is answered."""
    hours = next((line.hours for *_rest, line, _why in steps if line and line.hours), None)
    if need.waits is None or hours is None:
        return ()
    slots = [
        Slot(weekday, hour, seconds)
        for (weekday, hour), seconds in need.waits.seconds.items()
        if weekday in hours.days and hours.opens <= hour < hours.closes
    ]
    slots.sort(key=lambda slot: (slot.seconds, slot.weekday, slot.hour))
    return tuple(slots[:BEST_TIMES])


def _question(understood: Understanding) -> tuple[str, tuple[str, ...]]:
    """Return the one thing to ask, and the teams to choose from."""
    teams = tuple(guess.team for guess in understood.guesses[:CHOICES])
    return question_between(teams[0], teams[1]).text, teams


__all__ = ["NURSE", "route"]
