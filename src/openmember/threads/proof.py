"""Proving that the promises to reply are what the logs say: nightly, and by `openmember cases check`."""

from openmember.cases.proof import Difference
from openmember.kernel.sql import fetch_all


def list_differences() -> tuple[Difference, ...]:
    """Return every thread whose promise is not the one its log tells of."""
    return tuple(
        Difference(row.number, "reply_due_at", str(row.stored or ""), str(row.found or ""))
        for row in fetch_all(_DIFFERENCES)
    )


# A promise runs until the team replied, on its own case or on the one it was joined with since, or until the
# case was settled.
_DIFFERENCES = """
WITH promised AS (
    SELECT e.id, e.case_id, c.number, coalesce(c.merged_into, c.id) AS root,
           (e.detail->>'due_at')::timestamptz AS due_at,
           (SELECT max(m.id) FROM cases_event m
            WHERE m.case_id = e.case_id AND m.kind = 'moved' AND m.detail->>'to' = 'merged') AS merged_at
    FROM cases_event e JOIN cases_case c ON c.id = e.case_id WHERE e.kind = 'reply_promised'
), owed AS (
    SELECT p.root, min(p.due_at) AS due_at FROM promised p
    WHERE NOT EXISTS (
        SELECT FROM cases_event o
        WHERE (o.kind = 'reply_given' OR o.kind = 'moved' AND o.detail->>'to' IN ('resolved', 'closed'))
          AND o.id > p.id
          AND (o.case_id = p.case_id OR o.case_id = p.root AND o.id > p.merged_at)
    )
    GROUP BY p.root
)
SELECT c.number, t.reply_due_at AS stored, o.due_at AS found
FROM threads_thread t JOIN cases_case c ON c.id = t.case_id
LEFT JOIN owed o ON o.root = t.case_id
WHERE t.reply_due_at IS DISTINCT FROM o.due_at
UNION ALL
-- The case's own copy, by which work is pulled.
SELECT c.number, c.reply_due_at, t.reply_due_at
FROM cases_case c LEFT JOIN threads_thread t ON t.case_id = c.id
WHERE c.reply_due_at IS DISTINCT FROM t.reply_due_at
ORDER BY number
"""
