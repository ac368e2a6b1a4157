"""A figure as a table: what a page shows of it, and what its file says. Both are made from the same cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from openmember.directory.teams import UnknownTeam, get_team

NOTHING = "–"
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: as a file holds it, as a page shows it, and where it leads. `tone` is a status tone."""

    value: object
    shown: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A figure. The first cell of each row names it; numbers stand at the end of their column."""

    code: str
    title: Words
    columns: Sequence[Words]
    rows: Sequence[Sequence[Cell]]
    note: Words = ""

    @property
    def named(self) -> list[list[tuple[Words, Cell]]]:
        """Return each row with the names of its columns."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def lines(self) -> list[list[object]]:
        return [[cell.value for cell in row] for row in self.rows]


def word(value: object, url: str = "", tone: str = "") -> Cell:
    """Return a cell of words."""
    said = str(value) if value not in {None, ""} else NOTHING
    return Cell(value if value is not None else "", said, url, tone)


def number(value: int, url: str = "", tone: str = "") -> Cell:
    """Return a count; nothing leads to where there is nothing."""
    return Cell(value, f"{value:,}", url if value else "", tone if value else "")


def share(value: float | None, url: str = "", tone: str = "") -> Cell:
    """Return a share; none where there is nothing to have a share of."""
    if value is None:
        return Cell("", NOTHING)
    return Cell(round(value, 4), f"{value:.0%}", url, tone)


def seconds(value: float | None, url: str = "") -> Cell:
    """Return a length of time."""
    return Cell("", NOTHING) if value is None else Cell(round(value), lasting(value), url)


def since(moment: datetime | None, now: datetime) -> Cell:
    """Return how long ago something was."""
    return seconds(None if moment is None else (now - moment).total_seconds())


def lasting(value: float) -> str:
    """Return a length of time as one reads it at a glance: `0:42`, `12:05`, `3 h 20 min`, `2 d 4 h`."""
    whole = round(value)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    if whole < 86400:
        return _("%(hours)d h %(minutes)d min") % {
            "hours": whole // 3600, "minutes": whole % 3600 // 60,
        }  # fmt: skip
    return _("%(days)d d %(hours)d h") % {"days": whole // 86400, "hours": whole % 86400 // 3600}


def team_name(code: str) -> str:
    """Return a team's name; contacts nobody gave to a team yet have none."""
    if not code:
        return _("No team yet")
    try:
        return get_team(code=code).name
    except UnknownTeam:
        return code
