"""Reading who is there."""

from datetime import datetime
from pathlib import Path
from typing import Any

from openmember.cases.duty.types import BreakKind, Cause, Duty, DutyState, OnDuty
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, Scope

SQL = Path(__file__).parents[1] / "sql" / "duty"


def find_duty(*, user_id: int) -> Duty:
    """Return where somebody's presence stands."""
    row = fetch_one("SELECT * FROM cases_duty WHERE user_id = %(user)s", {"user": user_id})
    return duty_from_row(row) if row else Duty()


def list_on_duty(
    *,
    teams: tuple[str, ...],
    regions: tuple[str, ...],
    since: datetime,
    now: datetime,
    actor: Actor,
) -> tuple[OnDuty, ...]:
    """Return who of some teams and regions is there, by name, with how they spent the time since a moment.

    Shape:  worked out from the log; away is not counted. Errors: NotAllowed but for supervisors.
    """
    actor.require(Scope.SUPERVISE_CARE)
    values = {"teams": list(teams), "regions": list(regions), "since": since, "now": now}
    spent: dict[int, dict[DutyState, int]] = {}
    for row in fetch_all(sql_text(SQL / "spent.sql"), values):
        spent.setdefault(row.user_id, {})[DutyState(row.state)] = row.seconds
    return tuple(
        OnDuty(
            row.user_id, row.name, row.location, tuple(row.teams), duty_from_row(row),
            spent.get(row.user_id, {}),
        )
        for row in fetch_all(sql_text(SQL / "here.sql"), values)
    )  # fmt: skip


def duty_from_row(row: Any) -> Duty:
    """Return a row of `cases_duty` as a value."""
    return Duty(
        DutyState(row.state), BreakKind(row.break_kind) if row.break_kind else None,
        Cause(row.cause), row.since,
    )  # fmt: skip
