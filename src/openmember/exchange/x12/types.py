"""The pieces of an X12 file that cross module boundaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file, said for the person who must ask for a better one.

    Shape: `segment_number` counts the file's segments from 1; 0 means the file itself. `element`
    is named as the trade does: INS03, DMG05-2. `message` never quotes a name or an identifier.
    """

    segment_number: int
    segment_id: str
    element: str | None
    message: str
    code: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The characters an interchange is cut with. `repetition` is None where none is declared."""

    element: str = "*"
    component: str = ":"
    segment: str = "~"
    repetition: str | None = "^"


class Segment(NamedTuple):
    """One segment. A named tuple, because a gigabyte holds thirty million of them."""

    number: int
    id: str
    elements: list[str]

    def at(self, position: int) -> str:
        """Return an element, counted from 1, without outer spaces; empty when it is absent."""
        elements = self.elements
        return elements[position].strip(" ") if position < len(elements) else ""


@dataclass(frozen=True, slots=True)
class Trailer:
    """What SE, GE, or IEA states, as written: how much it closes, and under which number."""

    count: str
    control: str


@dataclass(frozen=True, slots=True)
class Acknowledgment:
    """A TA1: the other side's answer to an interchange we sent."""

    control: str
    date: str
    time: str
    answer: str
    note: str


# The three below are filled while a file is read; they are whole once it has been read to its end.


@dataclass(slots=True, eq=False)
class Interchange:
    """ISA to IEA, its fields as written."""

    segment_number: int
    sender: str
    receiver: str
    date: str
    time: str
    version: str
    control: str
    ack_requested: str
    usage: str
    delimiters: Delimiters
    groups: list[Group] = field(default_factory=list)
    acknowledgments: list[Acknowledgment] = field(default_factory=list)
    trailer: Trailer | None = None


@dataclass(slots=True, eq=False)
class Group:
    """GS to GE. It counts its transactions and does not hold them, so that memory stays level."""

    segment_number: int
    interchange: Interchange
    functional_id: str
    sender: str
    receiver: str
    control: str
    version: str
    transaction_count: int = 0
    trailer: Trailer | None = None


@dataclass(slots=True, eq=False)
class Transaction:
    """ST to SE, both counted in `segment_count`. `guide` is ST03."""

    segment_number: int
    group: Group
    set_id: str
    control: str
    guide: str
    segment_count: int = 1
    trailer: Trailer | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A REF: whose number it is, and the number."""

    qualifier: str
    value: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A DTP: what happens on a day, or from `on` to `until`."""

    qualifier: str
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """An AMT. `text` is the number as written."""

    qualifier: str
    cents: int
    text: str


@dataclass(frozen=True, slots=True)
class Dollars:
    """An amount of money: whole cents, and the number as written. Both are empty where it is absent."""

    cents: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two figures of a sound file that do not agree, said for the person who must ask about it."""

    segment_number: int
    message: str


@dataclass(frozen=True, slots=True)
class Name:
    """Whom an NM1 or an N1 names. An `id_qualifier` of 34 is a Social Security number: do not store it."""

    role: str
    last: str
    first: str = ""
    middle: str = ""
    id_qualifier: str = ""
    id_value: str = ""

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}".strip()
