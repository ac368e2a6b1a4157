"""What pages hand to the shared pieces, and what the pieces need to know of the organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class PhoneLine(Protocol):
    """A telephone line: as people read it, and as a phone dials it."""

    @property
    def label(self) -> str: ...
    @property
    def display(self) -> str: ...
    @property
    def dial(self) -> str: ...


class Organisation(Protocol):
    """Whose members these are. The directory's own type fits."""

    @property
    def name(self) -> str: ...
    @property
    def short_name(self) -> str: ...
    @property
    def tty(self) -> str: ...
    @property
    def member_services(self) -> Sequence[PhoneLine]: ...


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page; `current` marks the page a person is on."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One value and how it is shown: text, money (cents), date, moment, number or status."""

    value: object
    kind: str = "text"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of a table. With `sort`, the heading is a link that orders by that name."""

    label: str
    kind: str = "text"
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a summary list, with an optional link to change it."""

    label: str
    value: object
    kind: str = "text"
    url: str = ""
    action: str = ""
