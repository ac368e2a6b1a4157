"""Disputes whose log a corrected rule would not take: put before their owners, taken up again once it fits."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm
from openmember.grievances.queries import get_dispute
from openmember.grievances.services.telling import write
from openmember.grievances.types import BadCourse, Kind, Lapse, Step
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import system

CHUNK = 500
_ALARMED = """
SELECT a.id, d.id AS dispute_id FROM cases_alarm a JOIN grievances_dispute d ON d.case_id = a.case_id
WHERE a.kind = 'log_unfit' AND a.cleared_at IS NULL AND a.id > %(after)s ORDER BY a.id LIMIT %(limit)s
"""
# Missed and told of, but what the law makes of it could not be written that minute.
_UNLAPSED = """
SELECT k.dispute_id AS id, k.lapse FROM grievances_clock k
WHERE k.step = 'decide' AND k.met_at IS NULL AND k.missed_at IS NOT NULL AND k.lapse <> ''
  AND k.dispute_id > %(after)s AND NOT EXISTS (SELECT FROM grievances_event e
    WHERE e.dispute_id = k.dispute_id AND e.kind = 'lapsed' AND e.at >= k.due_at)
ORDER BY k.dispute_id LIMIT %(limit)s
"""


def put_before_owners(*, dispute_ids: Sequence[int], now: datetime) -> None:
    """Alarm the owner of each, once as long as nobody has taken it back."""
    for dispute_id in dispute_ids:
        row = fetch_one(
            "SELECT case_id FROM grievances_dispute WHERE id = %(id)s", {"id": dispute_id}
        )
        case_steps.raise_alarm(case_steps.again(row.case_id), Alarm.LOG_UNFIT, at=now)


def take_up_again(*, now: datetime) -> int:
    """Take back the alarms of logs that fit again, and write what the law made of dates missed meanwhile.

    Returns how many fit again. Again does nothing.
    """
    fit, after = 0, 0
    while rows := fetch_all(_ALARMED, {"after": after, "limit": CHUNK}):
        after = rows[-1].id
        for row in rows:
            dispute = get_dispute(dispute_id=row.dispute_id)
            if dispute.misfit is None:
                case = case_steps.again(dispute.case_id)
                case_steps.clear_alarms(case, Alarm.LOG_UNFIT, at=now, actor=system("law"))
                fit += 1
    _lapse_missed(now)
    return fit


def lapse(*, dispute_id: int, what: Lapse, now: datetime) -> bool:
    """Write what the law makes of a missed decision, and return whether that could be.

    It cannot where it was decided in this very moment, nor where the log fits the rules no more: of that one,
    `take_up_again` writes it later.
    """
    try:
        with transaction.atomic():
            write(
                dispute_id=dispute_id, kind=Kind.LAPSED, at=now, actor=system("clocks"),
                step=Step.DECIDE.value, lapse=what.value,
            )  # fmt: skip
    except BadCourse:
        return False
    return True


def _lapse_missed(now: datetime) -> None:
    after = 0
    while rows := fetch_all(_UNLAPSED, {"after": after, "limit": CHUNK}):
        after = rows[-1].id
        for row in rows:
            lapse(dispute_id=row.id, what=Lapse(row.lapse), now=now)
