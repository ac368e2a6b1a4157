"""Bringing the dates of many cases at once to what their logs say, as after a change of law."""

from collections.abc import Sequence
from itertools import groupby

from openmember.cases.clocks.rules import clock_state
from openmember.cases.rows import CLOCK_KINDS, clock_event_from_row
from openmember.kernel.sql import fetch_all


def refresh_dues(*, case_ids: Sequence[int]) -> None:
    """Set `due_at` of cases to what their logs say; one that is right stays as it is."""
    if not case_ids:
        return
    rows = fetch_all(
        "SELECT case_id, at, kind, detail FROM cases_event"
        " WHERE case_id = ANY (%(ids)s) AND kind = ANY (%(kinds)s) ORDER BY case_id, id",
        {"ids": list(case_ids), "kinds": CLOCK_KINDS},
    )
    dues = {}
    for case_id, group in groupby(rows, key=lambda row: row.case_id):
        state = clock_state(clock_event_from_row(row) for row in group)
        dues[case_id] = state.due_at if state and state.stopped_at is None else None
    fetch_all(
        "UPDATE cases_case c SET due_at = v.due_at"
        " FROM unnest(%(ids)s::bigint[], %(dues)s::timestamptz[]) v (id, due_at)"
        " WHERE c.id = v.id AND c.due_at IS DISTINCT FROM v.due_at",
        {"ids": list(dues), "dues": list(dues.values())},
    )
