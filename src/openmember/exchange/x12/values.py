"""Typed values out of segments; what cannot be read is noted and left out."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from .problems import ProblemLog
from .types import Amount, Dated, Delimiters, Dollars, Name, Reference, Segment

_MONEY = re.compile(r"-?(?=\.?[0-9])([0-9]{0,15})(?:\.([0-9]{1,2}))?")
_COUNT = re.compile(r"[0-9]{1,15}")
_DATE = re.compile(r"[0-9]{8}")


class Values:
    """Reads the elements of one transaction's segments. An absent element is None or empty."""

    def __init__(self, log: ProblemLog, delimiters: Delimiters) -> None:
        self.log = log
        self._component = delimiters.component
        self._repetition = delimiters.repetition

    def required(self, segment: Segment, position: int, what: str) -> str:
        """Return an element that must be there. `what` names it in the problem."""
        if not (value := segment.at(position)):
            self.log.wrong(segment, position, "missing-element", what)
        return value

    def code(self, segment: Segment, position: int, known: Collection[str], what: str) -> str:
        """Return an element that must hold one of the known codes."""
        value = segment.at(position)
        if value not in known:
            self.log.wrong(segment, position, "unknown-code", f"{what}: {', '.join(known)}")
        return value

    def day(self, segment: Segment, position: int) -> date | None:
        """Return a day written CCYYMMDD."""
        value = segment.at(position)
        day = _parse_day(value)
        if value and not day:
            self.log.wrong(segment, position, "bad-date", "a calendar date, CCYYMMDD")
        return day

    def count(self, segment: Segment, position: int) -> int | None:
        """Return a whole number."""
        value = segment.at(position)
        if _COUNT.fullmatch(value):
            return int(value)
        self.log.wrong(segment, position, "bad-number", "a whole number")
        return None

    def cents(self, segment: Segment, position: int) -> int | None:
        """Return dollars as cents: 82.25 as 8225, 82.2 as 8220, -5 as -500."""
        value = segment.at(position)
        if not (match := _MONEY.fullmatch(value)):
            self.log.wrong(segment, position, "bad-amount", "an amount such as 82.25")
            return None
        cents = int(match[1] or 0) * 100 + int((match[2] or "").ljust(2, "0"))
        return -cents if value.startswith("-") else cents

    def dollars(self, segment: Segment, position: int) -> Dollars:
        """Return an amount of money that must be there."""
        cents = self.cents(segment, position)
        return Dollars() if cents is None else Dollars(cents, segment.at(position))

    def dollars_if_said(self, segment: Segment, position: int) -> Dollars | None:
        """Return an amount of money, or None where the element is absent."""
        return self.dollars(segment, position) if segment.at(position) else None

    def person(self, segment: Segment) -> Name:
        """Read an NM1."""
        at = segment.at
        return Name(at(1), at(3), at(4), at(5), at(8), at(9))

    def organization(self, segment: Segment) -> Name:
        """Read an N1."""
        at = segment.at
        return Name(at(1), at(2), id_qualifier=at(3), id_value=at(4))

    def components(self, segment: Segment, position: int) -> list[str]:
        """Return the parts of a composite element, at least one."""
        return segment.at(position).split(self._component)

    def repeats(self, segment: Segment, position: int) -> list[list[str]]:
        """Return each repetition of a composite element as its parts."""
        value = segment.at(position)
        repeated = value.split(self._repetition) if self._repetition else [value]
        return [one.split(self._component) for one in repeated if one]

    def reference(self, segment: Segment) -> Reference:
        """Read a REF."""
        qualifier = self.required(segment, 1, "a qualifier")
        return Reference(qualifier, self.required(segment, 2, "an identifier"))

    def amount(self, segment: Segment) -> Amount | None:
        """Read an AMT."""
        qualifier = self.required(segment, 1, "a qualifier")
        cents = self.cents(segment, 2)
        return None if cents is None else Amount(qualifier, cents, segment.at(2))

    def dated(self, segment: Segment) -> Dated | None:
        """Read a DTP: one day (D8) or a first and a last day (RD8)."""
        qualifier = self.required(segment, 1, "a qualifier")
        is_range = self.code(segment, 2, ("D8", "RD8"), "a date format") == "RD8"
        parts = segment.at(3).split("-") if is_range else [segment.at(3)]
        days = [day for part in parts if (day := _parse_day(part))]
        if len(days) == len(parts) == 1 + is_range and days == sorted(days):
            return Dated(qualifier, *days)
        expected = "CCYYMMDD-CCYYMMDD, the earlier day first" if is_range else "CCYYMMDD"
        self.log.wrong(segment, 3, "bad-date", f"a calendar date, {expected}")
        return None

    def moment(self, segment: Segment) -> Dated | None:
        """Read a DTM: a day, or a period (RD8 in DTM06).

        One that is in no calendar is only warned of: no money hangs on it.
        """
        is_range = segment.at(5) == "RD8"
        parts = segment.at(6).split("-") if is_range else [segment.at(2)]
        days = [day for part in parts if (day := _parse_day(part))]
        if len(days) == len(parts) == 1 + is_range and days == sorted(days):
            return Dated(segment.at(1), *days)
        position = 6 if is_range else 2
        name = f"{segment.id}{position:02}"
        self.log.warn(segment, position, "bad-date", f"{name} is no date of the calendar.")
        return None

    def day_or_warning(self, segment: Segment, position: int) -> date | None:
        """Return a day written CCYYMMDD; warn of one that is in no calendar."""
        value = segment.at(position)
        day = _parse_day(value)
        if value and not day:
            name = f"{segment.id}{position:02}"
            self.log.warn(segment, position, "bad-date", f"{name} is no date of the calendar.")
        return day


@lru_cache(maxsize=4096)
def _parse_day(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
