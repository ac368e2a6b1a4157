"""Reading a file of rates: CSV with a header, taken whole or refused with every line at fault."""

import csv
from collections.abc import Iterable
from datetime import date

from openmember.billing.premiums.types import Rate
from openmember.kernel.money import BadAmount, cents_from_typed

COLUMNS = ("plan", "area", "tier", "age_from", "age_to", "starts_on", "ends_on", "amount")
OLDEST = 150
TOLD_AT_MOST = 50


class BadRates(Exception):
    """The file is refused. `problems` names each line at fault and why."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_rates(lines: Iterable[str]) -> tuple[Rate, ...]:
    """Return the rates of a file. Errors: BadRates."""
    rows = csv.DictReader(lines)
    if rows.fieldnames is None or set(rows.fieldnames) != set(COLUMNS):
        raise BadRates((f"the first line names the columns {', '.join(COLUMNS)}, and no others",))
    rates: list[Rate] = []
    problems: list[str] = []
    for row in rows:
        try:
            rates.append(_rate(row))
        except ValueError as wrong:
            problems.append(f"line {rows.line_num}: {wrong}")
    if not rates and not problems:
        problems.append("the file holds no rate")
    if problems:
        raise BadRates(tuple(problems[:TOLD_AT_MOST]))
    return tuple(rates)


def _rate(row: dict[str, str]) -> Rate:
    if None in row or None in row.values():
        raise ValueError(f"it has not {len(COLUMNS)} columns")
    told = {name: value.strip() for name, value in row.items()}
    if not told["plan"]:
        raise ValueError("plan is empty")
    ages = _age(told["age_from"], "age_from"), _age(told["age_to"], "age_to")
    if told["tier"] and ages != (None, None):
        raise ValueError("a rate is of a tier or of ages, not of both")
    if None not in ages and (ages[0] or 0) > (ages[1] or 0):
        raise ValueError("age_from is after age_to")
    starts_on = _day(told["starts_on"], "starts_on")
    ends_on = _day(told["ends_on"], "ends_on") if told["ends_on"] else None
    if ends_on is not None and ends_on < starts_on:
        raise ValueError("ends_on is before starts_on")
    try:
        cents = cents_from_typed(told["amount"])
    except BadAmount as bad:
        raise ValueError(f"amount: {bad} is not an amount in dollars") from bad
    if cents <= 0:
        raise ValueError("amount is more than nothing")
    return Rate(told["plan"], told["area"], told["tier"], *ages, starts_on, ends_on, cents)


def _age(text: str, name: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) > OLDEST:
        raise ValueError(f"{name} is not an age")
    return int(text)


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} is not a day, such as 2027-01-01") from None
