"""What must hold after a week, whatever crashed: each sentence found is one thing that was lost."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from openmember.cases.proof import list_differences
from openmember.kernel.sql import fetch_all
from tests.week.calls import Call

# Promises that ended without being kept, and what somebody was told of them, and when.
_UNTOLD = {
    "a callback is still promised after its window": """
        SELECT id FROM cases_callback WHERE state = 'promised' AND ends_at <= %(now)s""",
    "a callback broke and nobody was told before": """
        SELECT id FROM cases_callback b WHERE state = 'broken' AND (alarmed_at IS NULL OR alarmed_at > ends_at)
          AND NOT EXISTS (SELECT FROM cases_callback_attempt a WHERE a.callback_id = b.id)""",
    "a callback broke and nobody was told after": """
        SELECT id FROM cases_callback b WHERE state = 'broken' AND NOT EXISTS (
            SELECT FROM cases_alarm a WHERE a.kind = 'callback_broken' AND a.subject_id = b.id)""",
    "a clock ran out and nobody was told": """
        SELECT id FROM cases_case c WHERE due_at <= %(now)s AND NOT EXISTS (
            SELECT FROM cases_alarm a WHERE a.kind = 'clock_late' AND a.case_id = c.id)""",
    "an open case has no clock": """
        SELECT id FROM cases_case c WHERE is_open AND due_at IS NULL AND NOT EXISTS (
            SELECT FROM cases_event e WHERE e.case_id = c.id AND e.kind = 'clock_paused')""",
    "an offer stands after its time": """
        SELECT id FROM cases_transfer WHERE state = 'offered' AND expires_at <= %(now)s""",
    "an offer ran out or was refused and whoever made it was not told": """
        SELECT id FROM cases_transfer t WHERE state IN ('expired', 'refused') AND NOT EXISTS (
            SELECT FROM cases_alarm a WHERE a.case_id = t.case_id AND a.kind = 'transfer_' || t.state)""",
    "a contact says that there is a case, and there is none": """
        SELECT id FROM cases_interaction i WHERE outcome IN ('case', 'callback', 'transferred')
          AND NOT EXISTS (SELECT FROM cases_interaction_case l WHERE l.interaction_id = i.id)""",
    "one contact opened two cases": """
        SELECT interaction_id AS id FROM cases_interaction_case GROUP BY 1 HAVING count(*) > 1""",
    "a contact waits or runs on": "SELECT id FROM cases_interaction WHERE ended_at IS NULL",
    "a contact ended before it began": """
        SELECT id FROM cases_interaction WHERE ended_at < coalesce(answered_at, arrived_at)""",
}


def list_lost(calls: list[Call], *, now: datetime) -> Iterator[str]:
    """Return a sentence for everything that was lost, doubled, or broken in silence."""
    found = Counter(row.need for row in fetch_all("SELECT need FROM cases_interaction"))
    for call in calls:
        if found.pop(call.mark, 0) != 1:
            yield f"{call.mark} is not there once"
    yield from (f"{mark} is nobody's call" for mark in found)
    for what, query in _UNTOLD.items():
        yield from (f"{what}: {row.id}" for row in fetch_all(query, {"now": now}))
    for difference in list_differences():
        yield f"{difference.number}: {difference.what} is {difference.stored}, its log says {difference.found}"
