"""The clocks by id, and when each runs out."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from openmember.rulebook import arithmetic
from openmember.rulebook.reading import DATA, Row, read_folder, read_rows
from openmember.rulebook.types import (
    BadRulebook,
    Basis,
    Clock,
    ClockActor,
    Confidence,
    Due,
    Roll,
    Unit,
    UnknownRule,
)

COLUMNS = (
    "id", "jurisdiction", "coverage", "kind", "step", "actor", "length", "unit", "basis", "roll",
    "extension", "citation", "confidence", "source", "effective_from", "effective_to", "note",
)  # fmt: skip
_FROM_THE_FIRST_MONTH = {Unit.GRACE_MONTH, Unit.MA_GRACE_MONTH}


@dataclass(frozen=True, slots=True, eq=False)
class _Rulebook:
    """A rulebook that stands in for ours; no two are the same."""

    clocks: Mapping[str, tuple[Clock, ...]]


_PROPOSED: ContextVar[_Rulebook | None] = ContextVar("proposed", default=None)


def get_clock(clock_id: str, on: date | None = None) -> Clock:
    """Return a clock: of what starts `on` a day, else as it is now known.

    Where no row is in force on the day, the nearest is returned. Errors: UnknownRule.
    """
    rows = _rows_of(clock_id)
    if on is None or len(rows) == 1:
        return rows[-1]
    return next((row for row in rows if row.is_in_force(on)), None) or min(
        rows, key=lambda row: _days_off(row, on)
    )


def due(clock_id: str, start: str) -> Due:
    """Return when a clock that starts so runs out, in the notation of the rulebook's examples.

    Errors: UnknownRule; BadStart.
    """
    rows = _rows_of(clock_id)
    started_on = _started_on(rows[-1], start)
    clock = get_clock(clock_id, on=started_on)
    found = arithmetic.run(clock, start)
    if clock.is_in_force(started_on):
        return found
    return Due(clock, found.start, found.on, found.at, found.first, in_force=False)


def due_on(clock_id: str, start: date) -> date:
    """Return the last day of a clock that counts days, months or years. Errors: UnknownRule; BadStart."""
    return arithmetic.last_day(get_clock(clock_id, on=start), start)


def list_clocks(*, kind: str | None = None, jurisdiction: str | None = None) -> tuple[Clock, ...]:
    """Return the clocks as now known, by id."""
    return tuple(
        rows[-1]
        for _, rows in sorted(_clocks().items())
        if kind in {None, rows[-1].kind} and jurisdiction in {None, rows[-1].jurisdiction}
    )


def list_rows(clock_id: str) -> tuple[Clock, ...]:
    """Return every dated row of a clock, oldest first. Errors: UnknownRule."""
    return _rows_of(clock_id)


def read_clocks(folder: Path) -> dict[str, tuple[Clock, ...]]:
    """Return the clocks of a folder of CSV files. Errors: BadRulebook naming file, row and column."""
    return read_folder(folder, COLUMNS, _clock_of)


@contextmanager
def proposed(path: Path) -> Iterator[tuple[Clock, ...]]:
    """Let the rows of a file be the law beside what the rulebook holds, for this thread and no longer.

    Shape:  a row ends the one before it the day before it begins; without a beginning, or with that of a row
            there is, it takes that row's place.
    Errors: BadRulebook naming file, row and column.
    """
    rows = tuple(_clock_of(row) for row in read_rows(path, COLUMNS))
    known = dict(_clocks())
    for row in rows:
        known[row.id] = _with(known.get(row.id, ()), row, path.name)
    token = _PROPOSED.set(_Rulebook(known))
    try:
        yield rows
    finally:
        _PROPOSED.reset(token)


def rulebook() -> object:
    """Return what tells the rulebook in force for this thread from another: a key of what is remembered."""
    return _PROPOSED.get()


def _with(known: tuple[Clock, ...], row: Clock, file: str) -> tuple[Clock, ...]:
    if any(one.actor is not row.actor for one in known):
        raise BadRulebook(f"{file}, {row.id}, column actor: who has to act does not change")
    begins = row.effective_from or date.min
    kept = []
    for one in known:
        if (one.effective_from or date.min) >= begins:
            continue
        ends = min(one.effective_to or date.max, begins - timedelta(days=1))
        kept.append(replace(one, effective_to=ends))
    return (*kept, row)


@cache
def _clocks() -> dict[str, tuple[Clock, ...]]:
    return read_clocks(DATA / "clocks")


def _rows_of(clock_id: str) -> tuple[Clock, ...]:
    stand_in = _PROPOSED.get()
    known = stand_in.clocks if stand_in else _clocks()
    rows = known.get(clock_id) or known.get(clock_id.strip().upper())
    if rows is None:
        raise UnknownRule(f"There is no clock {clock_id}.{_meant(clock_id, known)}")
    return rows


def _meant(clock_id: str, known: Iterable[str]) -> str:
    near = get_close_matches(clock_id.strip().upper(), list(known), n=3)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _started_on(clock: Clock, start: str) -> date:
    text = start.strip()
    if clock.unit is Unit.MA_GRACE_MONTH:
        return arithmetic.day_of(text.partition("/")[0])
    return arithmetic.moment_of(text).date() if clock.unit is Unit.HOUR else arithmetic.day_of(text)


def _days_off(clock: Clock, on: date) -> int:
    ends = [end for end in (clock.effective_from, clock.effective_to) if end]
    return min(abs((end - on).days) for end in ends)


def _clock_of(row: Row) -> Clock:
    first, last = row.period()
    unit = row.word("unit", Unit)
    length = row.whole("length")
    if unit in _FROM_THE_FIRST_MONTH and length == 0:
        raise row.wrong("length", "a grace of no month")
    return Clock(
        id=row.text("id"),
        jurisdiction=row.place("jurisdiction"),
        coverage=row.text("coverage"),
        kind=row.text("kind"),
        step=row.text("step"),
        actor=row.word("actor", ClockActor),
        length=length,
        unit=unit,
        basis=row.word("basis", Basis),
        roll=row.word("roll", Roll),
        extension=row.cells["extension"],
        citation=row.text("citation"),
        confidence=row.word("confidence", Confidence),
        source=row.cells["source"],
        effective_from=first,
        effective_to=last,
        note=row.cells["note"],
    )
