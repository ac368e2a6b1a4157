"""What is behind each figure: the contacts, cases and promised calls it counts.

A look at contacts, at days and at what became of calls is recorded; what is about to break is a queue, and
read as queues are.
"""

from dataclasses import dataclass
from datetime import date, datetime

from openmember.cases.board.figures import SQL, over_contacts
from openmember.cases.board.reach import soon_values, stretch_values
from openmember.cases.board.types import Contact, Reach, Stretch, Work
from openmember.cases.callbacks.queries import SELECT, callback_from_row
from openmember.cases.callbacks.types import Callback, State
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, sql_text
from openmember.members.types import Actor

AT_MOST = 200
# Wherever a region's hours begin, its own is used.
_WITH_SOON = """
JOIN unnest(%(soon_teams)s::text[], %(soon_regions)s::text[], %(soons)s::timestamptz[])
  AS s (team, region, until)
  ON s.team = b.team AND s.region = b.region
"""
_WITH_ZONE = """
JOIN unnest(%(regions)s::text[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[])
  AS z (region, since, until)
  ON z.region = b.region
"""


@dataclass(frozen=True, slots=True)
class Which:
    """Which contacts to show; None is either."""

    answered: bool | None = None
    in_time: bool | None = None
    abandoned: bool | None = None
    waiting: bool | None = None
    first: bool | None = None
    settled: bool | None = None
    repeat: bool | None = None
    weekday: int | None = None
    hour: int | None = None

    def as_values(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def list_contacts(
    *, which: Which, reach: Reach, stretch: Stretch, now: datetime, actor: Actor
) -> tuple[Contact, ...]:
    """Return contacts of a stretch of days, the newest first, and not whose they were."""
    rows = over_contacts(
        "behind_contacts.sql", reach, stretch, now, **which.as_values(), limit=AT_MOST
    )
    _note(actor, "contacts", len(rows))
    return tuple(
        Contact(**{**row._asdict(), "case_numbers": tuple(row.case_numbers)}) for row in rows
    )


def list_clocks(
    *, is_late: bool, reach: Reach, now: datetime, limit: int = AT_MOST
) -> tuple[Work, ...]:
    """Return the cases whose clock is broken, or about to break, that one first which breaks first."""
    values = {**soon_values(reach, now=now), "late": is_late, "now": now, "limit": limit}
    rows = fetch_all(sql_text(SQL / "behind_work.sql"), values)
    return tuple(Work(*row) for row in rows)


def list_cases_of_day(
    *, day: date, settled: bool, reach: Reach, stretch: Stretch, actor: Actor
) -> tuple[Work, ...]:
    """Return the cases opened, or settled, on a day."""
    values = {
        **stretch_values(reach, stretch), "kind": "moved" if settled else "opened", "day": day,
        "limit": AT_MOST,
    }  # fmt: skip
    rows = fetch_all(sql_text(SQL / "behind_days.sql"), values)
    _note(actor, "days", len(rows))
    return tuple(Work(*row[1:]) for row in rows)


def list_calls_due(
    *, reach: Reach, now: datetime, callback_id: int | None = None
) -> tuple[Callback, ...]:
    """Return the promised calls that will break before the next working hours are over, unless somebody calls.

    Shape:  calls whose window has ended and that nothing has settled yet are among them. `callback_id` asks for
            one, however far ahead it is.
    """
    values = {**soon_values(reach, now=now), "id": callback_id, "limit": AT_MOST}
    found = fetch_all(
        f"{SELECT} {_WITH_SOON} WHERE b.state = 'promised'"
        " AND (b.id = %(id)s OR %(id)s::bigint IS NULL AND b.ends_at <= s.until)"
        " ORDER BY b.ends_at, b.id LIMIT %(limit)s",
        values,
    )
    return tuple(callback_from_row(row) for row in found)


def list_calls_ended(
    *, state: State, reach: Reach, stretch: Stretch, actor: Actor
) -> tuple[Callback, ...]:
    """Return the calls whose window ended in a stretch of days, by what became of them, the newest first."""
    values = {**stretch_values(reach, stretch), "state": state.value, "limit": AT_MOST}
    found = fetch_all(
        f"{SELECT} {_WITH_ZONE} WHERE b.state = %(state)s AND b.team = ANY (%(teams)s)"
        " AND b.ends_at >= %(since)s AND b.ends_at < %(until)s AND b.ends_at >= z.since AND b.ends_at < z.until"
        " ORDER BY b.ends_at DESC, b.id DESC LIMIT %(limit)s",
        values,
    )
    _note(actor, "calls", len(found))
    return tuple(callback_from_row(row) for row in found)


def _note(actor: Actor, what: str, count: int) -> None:
    audit.record(actor=str(actor), action="board.read", what=what, count=count)
