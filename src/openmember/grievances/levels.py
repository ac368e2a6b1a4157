"""Where the member may go when a level has decided, or let its time pass."""

from openmember.grievances.steps import rules_for
from openmember.grievances.types import Lapse, Law, Level, Matter, Step, Track
from openmember.grievances.visits import Visit

_MEDICARE = (Level.PLAN, Level.IRE, Level.ALJ, Level.COUNCIL, Level.COURT)


def next_levels(track: Track, here: Visit) -> tuple[Level, ...]:
    """Return where the member may go from a level, whose decision stands or which let its time pass."""
    if here.decision is None and here.lapsed is Lapse.NONE:
        return ()
    if here.decision is not None and not here.decision.outcome.is_adverse:
        return ()
    if track.law in {Law.MEDICARE_ADVANTAGE, Law.PART_D}:
        return _next_of_medicare(here)
    return _next_of_commercial(track, here)


def _next_of_medicare(here: Visit) -> tuple[Level, ...]:
    if here.matter is not Matter.APPEAL:
        if here.matter not in {Matter.DETERMINATION, Matter.EXCEPTION}:
            return ()
        return (Level.IRE,) if here.lapsed is Lapse.FORWARD else (Level.PLAN,)
    place = _MEDICARE.index(here.level) + 1
    return _MEDICARE[place : place + 1]


def _next_of_commercial(track: Track, here: Visit) -> tuple[Level, ...]:
    if here.matter is Matter.DETERMINATION:
        return (Level.PLAN,)
    if here.matter is Matter.EXCEPTION:
        return (Level.EXTERNAL,) if here.level is Level.PLAN else ()
    if here.matter is not Matter.APPEAL or not here.level.is_plans:
        return ()
    if here.lapsed is Lapse.EXHAUSTED:
        return (Level.EXTERNAL,)
    if here.level is Level.PLAN and track.levels == 2:
        return (Level.PLAN_2,)
    is_voluntary = bool(rules_for(track, Level.PLAN_2, Step.FILE, here.speed))
    if here.level is Level.PLAN and is_voluntary:
        return (Level.EXTERNAL, Level.PLAN_2)
    return (Level.EXTERNAL,)
