"""A dispute as it was kept last, where a correction of the rules lets its log fit them no more.

What is kept beside the log shows it then: the dates that everybody was told last. What is not kept, the laws
that lost and which pause counts for what, is not said; a right is said to last until its date at least.
"""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from openmember.grievances.levels import next_levels
from openmember.grievances.types import (
    Care,
    Deadline,
    Decision,
    Event,
    Kind,
    Lapse,
    Law,
    Level,
    Matter,
    Outcome,
    Pause,
    Running,
    Speed,
    Standing,
    Step,
    Tolls,
    Track,
    Whose,
)
from openmember.grievances.visits import Visit
from openmember.kernel.sql import fetch_all
from openmember.rulebook.clocks import get_clock

_NEW_LEVEL = {Kind.RECEIVED, Kind.ESCALATED}
_NEW_VISIT = {*_NEW_LEVEL, Kind.REOPENED}


def last_kept(row: Any, log: Sequence[Event]) -> Standing:
    """Return what the tables hold of a dispute, given its row and log."""
    track = Track(Matter(row.matter), Law(row.law), row.place, Care(row.care), row.levels)
    visit = sum(one.kind in _NEW_VISIT for one in log)
    clocks = _clocks(row, _extensions(log))
    decisions = _decisions(row.id)
    here = [one for one in decisions if one.visit == visit]
    return Standing(
        track=track,
        speed=Speed(row.speed),
        level=Level(row.level),
        visit=visit,
        received_at=row.received_at,
        zone=row.zone,
        decisions=decisions,
        decision=here[-1] if here and row.outcome else None,
        clocks=clocks,
        next_levels=_next_levels(row, track, log, decisions),
        is_open=row.is_open,
        is_tolled=row.is_tolled,
        pause=Pause(row.tolled_at, None, row.tolled_until, Tolls.NO) if row.is_tolled else None,
    )


def _extensions(log: Sequence[Event]) -> dict[int, int]:
    """Return how many days were added to the decision of each visit."""
    found: dict[int, int] = {}
    visit = 0
    for one in log:
        visit += one.kind in _NEW_VISIT
        if one.kind is Kind.EXTENDED:
            found[visit] = int(str(one.detail["days"]))
    return found


def _clocks(row: Any, added: dict[int, int]) -> tuple[Running, ...]:
    rows = fetch_all(
        "SELECT * FROM grievances_clock WHERE dispute_id = %(id)s ORDER BY visit, step, level",
        {"id": row.id},
    )
    return tuple(
        _running(one, row, added.get(one.visit, 0) if one.step == Step.DECIDE else 0)
        for one in rows
    )


def _running(one: Any, row: Any, added: int) -> Running:
    whose, step = Whose(one.whose), Step(one.step)
    day = one.started_at.astimezone(ZoneInfo(row.zone)).date()
    return Running(
        visit=one.visit,
        level=Level(one.level),
        step=step,
        whose=whose,
        governs=Deadline(get_clock(one.clock_id, on=day), one.started_at, one.due_at, added),
        met_at=one.met_at,
        paused_at=row.tolled_at if one.due_at is None else None,
        lapse=Lapse(one.lapse),
        is_firm=whose is not Whose.MEMBER,
    )


def _next_levels(
    row: Any, track: Track, log: Sequence[Event], decisions: Sequence[Decision]
) -> tuple[Level, ...]:
    """Return where the member may go: by the decision that stands here, or what the law made of a miss."""
    begun = [at for at, one in enumerate(log) if one.kind in _NEW_LEVEL][-1]
    visit = sum(one.kind in _NEW_VISIT for one in log[: begun + 1])
    stands = [one for one in decisions if one.visit >= visit]
    lapsed = [Lapse(str(one.detail["lapse"])) for one in log[begun:] if one.kind is Kind.LAPSED]
    here = Visit(
        visit, Level(row.level), track.matter, row.received_at, Speed(row.speed),
        decision=stands[-1] if stands else None, lapsed=lapsed[-1] if lapsed else Lapse.NONE,
    )  # fmt: skip
    return next_levels(track, here)


def _decisions(dispute_id: int) -> tuple[Decision, ...]:
    rows = fetch_all(
        "SELECT * FROM grievances_decision WHERE dispute_id = %(id)s ORDER BY visit",
        {"id": dispute_id},
    )
    return tuple(
        Decision(
            Level(one.level), Outcome(one.outcome), one.decided_at, one.notice_on, one.delivered_on,
            one.by_law, one.visit, one.code,
        )
        for one in rows
    )  # fmt: skip
