"""Amounts, percentages and poverty guidelines by id."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from openmember.rulebook.reading import DATA, Row, read_folder
from openmember.rulebook.types import Amount, Confidence, NotInForce, UnknownRule

COLUMNS = (
    "id", "kind", "value", "unit", "effective_from", "effective_to", "what", "citation", "confidence", "note",
)  # fmt: skip
_UNITS = frozenset(
    {
        "usd", "usd_year", "usd_at_least", "usd_at_most",
        "percent", "percent_at_least", "percent_at_most", "percent_fpl_at_most",
    }
)  # fmt: skip
_LARGEST_LISTED = 8


def get_amount(amount_id: str, on: date | None = None) -> Amount:
    """Return a figure: the one in force `on` a day, else as it is now known.

    Errors: UnknownRule; NotInForce when the figure is not one of that day.
    """
    rows = _amounts().get(amount_id)
    if rows is None:
        raise UnknownRule(f"There is no amount {amount_id}.")
    if on is None:
        return rows[-1]
    for row in rows:
        if row.is_in_force(on):
            return row
    raise NotInForce(f"{amount_id} is not known for {on}.")


def poverty_guideline(household: int, state: str, year: int) -> Amount:
    """Return the federal poverty guideline of a household, in whole dollars a year.

    Hawaii has a table of its own; Alaska's is not in the rulebook. Errors: UnknownRule.
    """
    if household < 1 or state == "AK":
        raise UnknownRule(f"There is no poverty guideline for {household} people in {state}.")
    table = f"FPL-{year}-{'HI' if state == 'HI' else '48'}"
    listed = get_amount(f"{table}-{min(household, _LARGEST_LISTED)}")
    if household <= _LARGEST_LISTED:
        return listed
    more = get_amount(f"{table}-MORE")
    # A sum is no surer than the less sure of its parts.
    weaker = max(listed, more, key=lambda part: list(Confidence).index(part.confidence))
    return replace(
        listed,
        id=f"{table}-{household}",
        value=listed.value + more.value * (household - _LARGEST_LISTED),
        what=listed.what.replace(str(_LARGEST_LISTED), str(household), 1),
        note=f"{_LARGEST_LISTED} people and {household - _LARGEST_LISTED} times {more.id}",
        confidence=weaker.confidence,
    )


def list_amounts(*, kind: str | None = None) -> tuple[Amount, ...]:
    """Return the figures as now known, by id."""
    return tuple(
        rows[-1] for _, rows in sorted(_amounts().items()) if kind in {None, rows[-1].kind}
    )


def read_amounts(folder: Path) -> dict[str, tuple[Amount, ...]]:
    """Return the figures of a folder of CSV files. Errors: BadRulebook naming file, row and column."""
    return read_folder(folder, COLUMNS, _amount_of)


@cache
def _amounts() -> dict[str, tuple[Amount, ...]]:
    return read_amounts(DATA / "amounts")


def _amount_of(row: Row) -> Amount:
    first, last = row.period()
    unit = row.text("unit")
    if unit not in _UNITS:
        raise row.wrong("unit", f"{unit!r} is not one of {', '.join(sorted(_UNITS))}")
    return Amount(
        id=row.text("id"),
        kind=row.text("kind"),
        value=row.figure("value"),
        unit=unit,
        effective_from=first,
        effective_to=last,
        what=row.text("what"),
        citation=row.text("citation"),
        confidence=row.word("confidence", Confidence),
        note=row.cells["note"],
    )
