"""A dispute’s case is settled with the answer in words when nobody owes anything more, and opens with it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import override

from openmember.cases.services import steps as case_steps
from openmember.cases.services.moving import step
from openmember.cases.types import Case, Status
from openmember.grievances.course import standing
from openmember.grievances.types import Event, Kind, Lapse
from openmember.grievances.words import LAPSES, OUTCOMES
from openmember.members.types import Actor

_SETTLED = {Status.RESOLVED, Status.CLOSED}


def settle(case: Case, events: Sequence[Event], *, at: datetime, actor: Actor) -> None:
    """Resolve the case of a dispute that is over. Again changes nothing."""
    if not case.is_open:
        return
    answer = answer_of(events, language=case.language)
    step(case_steps.again(case.id), Status.RESOLVED, now=at, actor=actor, why="law", answer=answer)


def reopen(case: Case, *, at: datetime, actor: Actor) -> None:
    """Open the case of a dispute that somebody has to decide again. Again changes nothing."""
    if case.status in _SETTLED:
        step(case, Status.REOPENED, now=at, actor=actor, why="law")


def answer_of(events: Sequence[Event], *, language: str) -> str:
    """Return what the member reads: what was decided last, why, and what was done."""
    decision = standing(events).last
    with override(language or "en"):
        lines = [str(OUTCOMES[decision.outcome])] if decision else []
        for event in _ending(events):
            said = event.detail.get("reason") or event.detail.get("what") or event.detail.get("why")
            lines.append(str(said or _lapse(event)))
    return ". ".join(line.strip().rstrip(".") for line in lines if line.strip()) + "."


def _lapse(event: Event) -> str:
    lapse = str(event.detail.get("lapse", ""))
    return str(LAPSES[Lapse(lapse)]) if lapse else ""


def _ending(events: Sequence[Event]) -> list[Event]:
    """Return the events from the last decision on that say why or what."""
    says = {Kind.DECIDED, Kind.LAPSED, Kind.WITHDRAWN, Kind.EFFECTUATED}
    ends = [n for n, one in enumerate(events) if one.kind in says - {Kind.EFFECTUATED}]
    return [one for one in events[ends[-1] if ends else 0 :] if one.kind in says]
