"""Proving that what is stored of cases is what their logs say: nightly, and by `openmember cases check`."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from openmember.cases.board.rolling import list_uneven
from openmember.cases.clocks.rules import BadClock, clock_state
from openmember.cases.rows import CLOCK_KINDS, clock_event_from_row
from openmember.kernel.sql import fetch_all, sql_text

SQL = Path(__file__).parent / "sql"
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not what the log says. `number` is the case's, or says which half hour it is."""

    number: str
    what: str
    stored: str
    found: str


def list_differences() -> Iterator[Difference]:
    """Return every difference, in one pass over the cases and without holding them in memory."""
    for row in fetch_all(sql_text(SQL / "differences.sql")):
        yield Difference(row.number, row.what, row.stored, row.found)
    for row in list_uneven():
        place = f"{row.region or '–'}, {row.team or '–'}, {row.channel}"
        yield Difference(f"{row.at:%Y-%m-%d %H:%M} ({place})", "half hour", row.stored, row.found)
    last = 0
    while True:
        cases = fetch_all(
            "SELECT id, number, due_at, status FROM cases_case WHERE id > %(last)s ORDER BY id LIMIT %(limit)s",
            {"last": last, "limit": AT_ONCE},
        )
        if not cases:
            return
        yield from _clock_differences(cases)
        last = cases[-1].id


def _clock_differences(cases: list[Any]) -> Iterator[Difference]:
    rows = fetch_all(
        "SELECT case_id, at, kind, detail FROM cases_event"
        " WHERE case_id BETWEEN %(first)s AND %(last)s AND kind = ANY (%(kinds)s) ORDER BY case_id, id",
        {"first": cases[0].id, "last": cases[-1].id, "kinds": CLOCK_KINDS},
    )
    events = {
        case_id: [clock_event_from_row(row) for row in group]
        for case_id, group in groupby(rows, key=lambda row: row.case_id)
    }
    for case in cases:
        try:
            state = clock_state(events.get(case.id, ()))
        except BadClock as wrong:
            yield Difference(case.number, "clock", "", str(wrong))
            continue
        due = state.due_at if state and state.stopped_at is None else None
        if due != case.due_at:
            yield Difference(case.number, "due_at", str(case.due_at), str(due))
