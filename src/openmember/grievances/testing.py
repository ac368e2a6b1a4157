"""Disputes for tests of every room."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openmember.grievances.due import last_day
from openmember.grievances.policy import get_policy
from openmember.grievances.types import Event, Kind, Outcome, Running, Standing, Step
from openmember.rulebook.clocks import COLUMNS, get_clock

# A denial with everything its letter must say.
DENIAL = {
    "outcome": Outcome.UPHELD, "code": "not_covered", "criteria": "Evidence of Coverage, part 4",
    "reason": "Not covered",
}  # fmt: skip
# Groups that pay their own claims: one decides twice, one once.
GROUPS = {"TWICE": 2, "ONCE": 1}
PACIFIC, EASTERN, HAWAII = "America/Los_Angeles", "America/New_York", "Pacific/Honolulu"


def at(text: str, zone: str) -> datetime:
    """Return a moment by the clock of a place: `2026-11-02 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def received(text: str, zone: str = PACIFIC, **said: object) -> Event:
    """Return the receipt of a dispute; what is not said is a standard appeal of care not yet given."""
    detail = {
        "matter": "appeal", "law": "individual", "place": "CA", "care": "pre_service", "zone": zone, **said,
    }  # fmt: skip
    return Event(Kind.RECEIVED, at(text, zone), detail)


def happened(kind: Kind, text: str, zone: str = PACIFIC, **detail: object) -> Event:
    return Event(kind, at(text, zone), detail)


def clock(standing: Standing, step: Step, level: str = "") -> Running:
    """Return the one clock of a step, at a level or at the last that has it."""
    found = [one for one in standing.clocks if one.step is step and level in {"", one.level.value}]
    return found[-1]


def last_day_of(standing: Standing, step: Step, level: str = "") -> date:
    """Return the last day in time, where the dispute is counted."""
    due_at = clock(standing, step, level).due_at
    assert due_at is not None
    return last_day(due_at, standing.zone)


def a_law(folder: Path, *rows: tuple[str, dict[str, object]]) -> Path:
    """Return a file of rows: each a clock of the rulebook with some of its cells changed."""
    lines = [",".join(COLUMNS)]
    for clock_id, changes in rows:
        known = get_clock(clock_id)
        cells = {
            name: "" if getattr(known, name) is None else str(getattr(known, name))
            for name in COLUMNS
        }
        cells |= {name: str(value) for name, value in changes.items()}
        lines.append(",".join('"' + cells[name].replace('"', '""') + '"' for name in COLUMNS))
    path = folder / "proposed.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@contextmanager
def self_funded_groups(settings: Any, folder: Path) -> Iterator[None]:
    """Have GROUPS in the policy for the time of a block."""
    known = (files("openmember.grievances") / "data" / "policy.toml").read_text(encoding="utf-8")
    rows = "".join(
        f'[[group]]\nnumber = "{number}"\nself_funded = true\nlevels = {levels}\n'
        for number, levels in GROUPS.items()
    )
    settings.GRIEVANCE_POLICY_FILE = folder / "policy.toml"
    settings.GRIEVANCE_POLICY_FILE.write_text(known + rows, encoding="utf-8")
    get_policy.cache_clear()
    try:
        yield
    finally:
        get_policy.cache_clear()
