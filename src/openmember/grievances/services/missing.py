"""Dates that passed: each is alarmed, and what the law makes of it comes before whatever is done later.

So nobody decides in the minute before the clocks are looked at, nor while nothing looks at them, as if in time.
"""

from datetime import datetime

from django.db import transaction

from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm
from openmember.grievances.queries import UnknownDispute
from openmember.grievances.services import telling
from openmember.grievances.services.unfit import lapse
from openmember.grievances.types import Dispute, Kind, Lapse, Step
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor

MISSED = "whose = 'plan' AND met_at IS NULL AND missed_at IS NULL AND due_at <= %(now)s"


@transaction.atomic
def write(*, dispute_id: int, kind: Kind, at: datetime, actor: Actor, **detail: object) -> Dispute:
    """Add what happened to the log with the letter it owes, after what the law made of dates that passed.

    Errors: BadCourse, also where the law's course leaves no room for it; nothing is written then.
    Locks:  the dispute's row.
    """
    take_course(dispute_id=dispute_id, now=at)
    return telling.write(dispute_id=dispute_id, kind=kind, at=at, actor=actor, **detail)


@transaction.atomic
def take_course(*, dispute_id: int, now: datetime) -> int:
    """Note what a dispute missed by now; return how much that was. Locks: the dispute's row."""
    row = fetch_one(
        "SELECT case_id FROM grievances_dispute WHERE id = %(id)s FOR NO KEY UPDATE",
        {"id": dispute_id},
    )
    if row is None:
        raise UnknownDispute(dispute_id)
    return note_missed(dispute_id=dispute_id, case_id=row.case_id, now=now)


def note_missed(*, dispute_id: int, case_id: int, now: datetime) -> int:
    """Alarm the duties that ended unmet and write the law's course; return how many. Again does nothing.

    Whoever calls has the dispute's row.
    """
    rows = fetch_all(
        "UPDATE grievances_clock SET missed_at = %(now)s, warned_at = coalesce(warned_at, %(now)s)"  # noqa: S608  constant text
        f" WHERE {MISSED} AND dispute_id = %(id)s RETURNING step, lapse",
        {"now": now, "id": dispute_id},
    )
    if rows:
        case = case_steps.again(case_id)
        case_steps.raise_alarm(
            case, Alarm.CLOCK_LATE, at=now, user_id=case.owner_id, team=case.team
        )
    for row in rows:
        if row.step == Step.DECIDE and row.lapse:
            lapse(dispute_id=dispute_id, what=Lapse(row.lapse), now=now)
    return len(rows)
