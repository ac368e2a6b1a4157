"""Every telephone line of the organisation, and the numbers that are none."""

from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openmember.directory.reading import (
    BadDirectory,
    folder,
    naming,
    phone_line,
    read_file,
    read_hours,
    why_not_callable,
)
from openmember.directory.types import FlaggedNumber, Hours, Line

FILE = "lines.toml"
KINDS = frozenset({"member_services", "nurse", "interpreter", "registration", "hardship"})
ALWAYS, USUAL = "always", "usual"


def list_lines() -> tuple[Line, ...]:
    """Return all lines in the order of their file. Errors: BadDirectory."""
    return read_lines(folder() / FILE)


def list_flagged() -> tuple[FlaggedNumber, ...]:
    """Return the numbers that are printed somewhere and cannot be dialled. Errors: BadDirectory."""
    return read_flagged(folder() / FILE)


def find_line(*, code: str) -> Line | None:
    """Return the line with this code, or None."""
    return next((line for line in list_lines() if line.code == code), None)


def list_lines_of(*, region: str, kind: str) -> tuple[Line, ...]:
    """Return the lines of one kind for a region: its own first, then those for everybody."""
    found = [line for line in list_lines() if line.kind == kind and line.region in {region, ""}]
    return tuple(sorted(found, key=lambda line: line.region == ""))


@cache
def read_lines(path: Path) -> tuple[Line, ...]:
    """Return the lines a file describes. Errors: BadDirectory, naming the value at fault."""
    facts = read_file(path)
    with naming(path):
        usual = read_hours(facts["usual_hours"])
        lines = tuple(_line(row, usual, facts["closed_on_holidays"]) for row in facts["line"])
    if len({line.code for line in lines}) != len(lines):
        raise BadDirectory(f"{path.name}: two lines have one code")
    return lines


@cache
def read_usual(path: Path) -> tuple[Hours, bool]:
    """Return the usual hours a file gives, and whether holidays are closed. Errors: BadDirectory."""
    facts = read_file(path)
    with naming(path):
        return read_hours(facts["usual_hours"]), bool(facts["closed_on_holidays"])


@cache
def read_flagged(path: Path) -> tuple[FlaggedNumber, ...]:
    """Return the flagged numbers a file describes. Errors: BadDirectory, where one could be dialled."""
    facts = read_file(path)
    with naming(path):
        return tuple(_flagged(row) for row in facts.get("flagged", ()))


def _line(row: dict[str, Any], usual: Hours, closed: bool) -> Line:
    if row["kind"] not in KINDS:
        raise BadDirectory(f"{row['code']}: there is no kind of line called {row['kind']}")
    if not row["numbers"] or not row["languages"]:
        raise BadDirectory(f"{row['code']}: a line has a number and a language")
    hours, zone = _when(row["hours"], usual)
    return Line(
        code=row["code"],
        kind=row["kind"],
        region=row.get("region", ""),
        area=row.get("area", ""),
        numbers=tuple(phone_line("", typed) for typed in row["numbers"]),
        languages=tuple(row["languages"]),
        hours=hours,
        usual=row["hours"] == USUAL,
        zone=zone,
        holidays=hours is not None and closed,
        interpreted=row.get("interpreted", 0),
        source=row["source"],
    )


def _when(said: str | dict[str, Any], usual: Hours) -> tuple[Hours | None, ZoneInfo | None]:
    if said == ALWAYS:
        return None, None
    if said == USUAL:
        return usual, None
    if isinstance(said, str):
        raise BadDirectory(f"hours are a table, “{ALWAYS}” or “{USUAL}”, not “{said}”")
    return read_hours(said), ZoneInfo(said["zone"]) if "zone" in said else None


def _flagged(row: dict[str, Any]) -> FlaggedNumber:
    why = why_not_callable(row["printed"])
    if not why:
        raise BadDirectory(f"{row['code']}: {row['printed']} can be dialled, so it is a line")
    hours = read_hours(row["hours"]) if "hours" in row else None
    return FlaggedNumber(row["code"], row["printed"], why, hours, row["source"])
