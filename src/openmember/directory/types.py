"""The organisation, its regions and its lines."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A telephone line: as people read it, and as a phone dials it (`+1...`)."""

    label: str
    display: str
    dial: str


@dataclass(frozen=True, slots=True)
class FlaggedNumber:
    """A number an article prints that no telephone has. It has nothing a phone could dial."""

    code: str
    printed: str
    why: str
    hours: "Hours | None"
    source: str


@dataclass(frozen=True, slots=True)
class BillDays:
    """When premium bills go out: on `bill_day` of the month before, due on `due_day` of the month covered,
    but never sooner than `notice_days` after they went out."""

    bill_day: int
    due_day: int
    notice_days: int


@dataclass(frozen=True, slots=True)
class Hours:
    """When a line is answered: from one full hour to another, on these days (0 is Monday)."""

    days: tuple[int, ...]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Line:
    """A telephone line, for whom it is and when it is answered.

    `hours` None is day and night. Hours are in `zone`; without one, in the zone of the caller's region.
    `usual` hours are typical, not promised. `holidays`: closed on holidays.
    `interpreted` counts the languages said to be spoken through
    interpreters on this line, where a source gives a number. `source` is article and line (`seed1:17`).
    """

    code: str
    kind: str
    region: str
    area: str
    numbers: tuple[PhoneLine, ...]
    languages: tuple[str, ...]
    hours: Hours | None
    usual: bool
    zone: ZoneInfo | None
    holidays: bool
    interpreted: int
    source: str


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a region that has lines of its own."""

    code: str
    name: str
    zips: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of another region's state that belongs to this region."""

    state: str
    name: str
    zips: frozenset[str]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the country with its own lines, zone and rules."""

    code: str
    name: str
    states: tuple[str, ...]
    zone: ZoneInfo
    member_services: tuple[PhoneLine, ...]
    bill_days: BillDays
    parts: tuple[Part, ...] = ()
    areas: tuple[Area, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ZIP code is, as far as the organisation knows. `region` is empty where it has none."""

    state: str
    region: str
    area: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something an article says: a figure or a few words, and the article and line that say it."""

    code: str
    value: int | str | tuple[str, ...]
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Registration:
    """How a new patient is registered in a region: by this line, or with an application at an office."""

    region: str
    line: str
    office: str
    source: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whose members these are."""

    name: str
    short_name: str
    website: str
    mail: tuple[str, ...]
    tty: str
    regions: tuple[Region, ...]
    hardship: PhoneLine
    hardship_hours: Hours
    bill_days: BillDays
    # Where payments are mailed to; empty where each bill comes with an addressed envelope.
    payment_mail: tuple[str, ...] = ()

    @property
    def member_services(self) -> tuple[PhoneLine, ...]:
        """The first Member Services line of every region."""
        return tuple(region.member_services[0] for region in self.regions)
