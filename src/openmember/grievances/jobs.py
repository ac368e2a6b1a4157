"""Watching the clocks: a duty is warned of before it ends, and what the law makes of a miss happens."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm
from openmember.grievances.policy import get_policy
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import working
from openmember.grievances.services.delivering import note_left
from openmember.grievances.services.missing import MISSED, note_missed
from openmember.grievances.types import BadCourse
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import system

CHUNK = 500
_WAITS = "whose = 'plan' AND met_at IS NULL AND missed_at IS NULL"
_TO_WARN = (
    f"{_WAITS} AND warned_at IS NULL"
    " AND due_at - least(greatest((due_at - started_at) * %(share)s, %(least)s), %(most)s) <= %(now)s"
)
# Whoever writes a dispute has its row and then its clocks; so has whoever watches them.
_LOCK = "SELECT d.id, d.case_id FROM grievances_dispute d WHERE id = %(id)s FOR NO KEY UPDATE SKIP LOCKED"

# A message or a file of the member's is an answer, whichever page it came by; the clock goes on from then.
_GOES_ON = """
SELECT d.id, least(d.tolled_until, came.at) AS came_at
FROM grievances_dispute d CROSS JOIN LATERAL (
    SELECT min(one.at) AS at FROM (
        SELECT m.at FROM threads_message m WHERE m.case_id = d.case_id AND m.is_members
        UNION ALL
        SELECT f.added_at FROM cases_document f WHERE f.case_id = d.case_id AND f.added_by LIKE 'member:%%'
    ) one WHERE one.at > d.tolled_at AND one.at <= %(now)s
) came
WHERE d.is_open AND d.is_tolled AND (d.tolled_until <= %(now)s OR came.at IS NOT NULL) AND d.id > %(after)s
ORDER BY d.id LIMIT %(limit)s
"""


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="watch_disputes", pass_context=False)
def watch_disputes(timestamp: int) -> None:
    """Note which letters left, warn, alarm, and let the law take its course, every minute."""
    now = timezone.now()
    # First, so that no duty which a letter met is alarmed.
    note_left(now)
    watch_clocks(now)


def watch_clocks(now: datetime) -> tuple[int, int]:
    """Warn of duties about to end, alarm those that ended; return how many of each. Again does nothing.

    A dispute somebody has before them this moment is looked at the next minute. What was answered, or not by
    the last day, goes on first: at the moment of the answer, or when that day was over.
    """
    _each_tolled(now)
    return _each(_TO_WARN, _warn, now), _each(MISSED, _miss, now)


def _each_tolled(now: datetime) -> None:
    after = 0
    while rows := fetch_all(_GOES_ON, {"now": now, "after": after, "limit": CHUNK}):
        after = rows[-1].id
        for row in rows:
            with suppress(BadCourse), transaction.atomic():
                if fetch_one(_LOCK, {"id": row.id}) is None:
                    continue
                dispute = get_dispute(dispute_id=row.id)
                working.member_answered(
                    dispute=dispute, came_at=row.came_at, now=now, actor=system("clocks")
                )


def _each(which: str, act: Callable[[Any, datetime], int], now: datetime) -> int:
    done, after = 0, 0
    while rows := fetch_all(
        f"SELECT DISTINCT dispute_id AS id FROM grievances_clock WHERE {which} AND dispute_id > %(after)s"  # noqa: S608  constant text
        " ORDER BY 1 LIMIT %(limit)s",
        {**_terms(now), "after": after, "limit": CHUNK},
    ):
        for row in rows:
            with transaction.atomic():
                dispute = fetch_one(_LOCK, {"id": row.id})
                done += act(dispute, now) if dispute else 0
        after = rows[-1].id
    return done


def _warn(dispute: Any, now: datetime) -> int:
    rows = fetch_all(
        f"UPDATE grievances_clock SET warned_at = %(now)s WHERE {_TO_WARN} AND dispute_id = %(id)s"  # noqa: S608  constant text
        " RETURNING step",
        {**_terms(now), "id": dispute.id},
    )
    if rows:
        _alarm(dispute.case_id, Alarm.CLOCK_DUE, now)
    return len(rows)


def _miss(dispute: Any, now: datetime) -> int:
    return note_missed(dispute_id=dispute.id, case_id=dispute.case_id, now=now)


def _terms(now: datetime) -> dict[str, Any]:
    policy = get_policy()
    return {
        "now": now,
        "share": policy.warn_share,
        "least": policy.warn_at_least,
        "most": policy.warn_at_most,
    }


def _alarm(case_id: int, kind: Alarm, now: datetime) -> None:
    case = case_steps.again(case_id)
    case_steps.raise_alarm(case, kind, at=now, user_id=case.owner_id, team=case.team)
