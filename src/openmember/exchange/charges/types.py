"""What a file of charges says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line of a charge."""

    description: str
    cents: int


@dataclass(slots=True)
class Charge:
    """One visit or dispensing. `row` is the file's line where it starts."""

    row: int
    account: str
    visit: str
    kind: str
    served_on: date
    mrn: str
    provider: str
    lines: list[ChargeLine] = field(default_factory=list)

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with a row. `row` counts the file's lines from 1; the message quotes no number."""

    row: int
    message: str


@dataclass(slots=True)
class ChargeFile:
    """A file as a whole. It may be taken only when there are no problems."""

    charges: list[Charge] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
