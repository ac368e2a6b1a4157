"""Reading the rulebook's files strictly: a row that is not in form stops everything, by name."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Protocol, TypeVar

from openmember.rulebook.types import BadRulebook

DATA = Path(str(files("openmember.rulebook"))) / "data"
JURISDICTIONS = frozenset({"US", "CA", "CO", "GA", "HI", "MD", "VA", "DC", "OR", "WA"})

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file; each reading method refuses by file, row and column."""

    file: str
    number: int
    cells: dict[str, str]

    def wrong(self, column: str, why: str) -> BadRulebook:
        return BadRulebook(f"{self.file}, row {self.number}, column {column}: {why}")

    def text(self, column: str) -> str:
        """Return what may not be empty."""
        if not self.cells[column]:
            raise self.wrong(column, "is empty")
        return self.cells[column]

    def word(self, column: str, words: type[Word]) -> Word:
        """Return one of a few words."""
        try:
            return words(self.cells[column])
        except ValueError:
            known = ", ".join(words)
            raise self.wrong(column, f"{self.cells[column]!r} is not one of {known}") from None

    def day(self, column: str) -> date | None:
        """Return a date, or None where nothing is said."""
        cell = self.cells[column]
        try:
            return date.fromisoformat(cell) if cell else None
        except ValueError:
            raise self.wrong(column, f"{cell!r} is not a date (YYYY-MM-DD)") from None

    def whole(self, column: str) -> int:
        """Return a count of zero or more."""
        cell = self.cells[column]
        if not (cell.isascii() and cell.isdigit()):
            raise self.wrong(column, f"{cell!r} is not a whole number")
        return int(cell)

    def figure(self, column: str) -> Decimal:
        """Return a figure of zero or more."""
        cell = self.cells[column]
        try:
            value = Decimal(cell)
        except InvalidOperation:
            raise self.wrong(column, f"{cell!r} is not a number") from None
        if not value.is_finite() or value < 0:
            raise self.wrong(column, f"{cell!r} is not a figure of zero or more")
        return value

    def place(self, column: str) -> str:
        """Return a jurisdiction the calendars know."""
        cell = self.text(column)
        if cell not in JURISDICTIONS:
            raise self.wrong(column, f"{cell!r} is not one of {', '.join(sorted(JURISDICTIONS))}")
        return cell

    def period(self) -> tuple[date | None, date | None]:
        """Return from when and until when the row is in force."""
        first, last = self.day("effective_from"), self.day("effective_to")
        if first and last and last < first:
            raise self.wrong("effective_to", f"{last} is before effective_from {first}")
        return first, last


class Dated(Protocol):
    """What has an id and a period; several rows of one id follow one another."""

    @property
    def id(self) -> str: ...
    @property
    def effective_from(self) -> date | None: ...
    @property
    def effective_to(self) -> date | None: ...


Rule = TypeVar("Rule", bound=Dated)


def read_folder(
    folder: Path, columns: Iterable[str], rule_of: Callable[[Row], Rule]
) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of all CSV files of a folder by id, each id's rows oldest first.

    Errors: BadRulebook, also when two rows of one id are in force on the same day.
    """
    wanted = tuple(columns)
    found: dict[str, list[tuple[Row, Rule]]] = {}
    for path in sorted(folder.glob("*.csv")):
        for row in read_rows(path, wanted):
            rule = rule_of(row)
            found.setdefault(rule.id, []).append((row, rule))
    if not found:
        raise BadRulebook(f"{folder.name}: there is no rule in this folder")
    return {name: _in_order(rows) for name, rows in found.items()}


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source, restkey="", restval=None)
        if tuple(reader.fieldnames or ()) != columns:
            raise BadRulebook(f"{path.name}, row 1: the columns are not {', '.join(columns)}")
        for cells in reader:
            number = reader.line_num
            if "" in cells or None in cells.values():
                raise BadRulebook(
                    f"{path.name}, row {number}: has more or fewer cells than columns"
                )
            yield Row(path.name, number, {name: cell.strip() for name, cell in cells.items()})


def _in_order(rows: list[tuple[Row, Rule]]) -> tuple[Rule, ...]:
    rows.sort(key=lambda pair: pair[1].effective_from or date.min)
    for (_, earlier), (row, later) in pairwise(rows):
        if (earlier.effective_to or date.max) >= (later.effective_from or date.min):
            raise row.wrong("id", f"{later.id} is there twice for the same days")
    return tuple(rule for _, rule in rows)
