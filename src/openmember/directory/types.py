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
class Region:
    """A part of the country with its own lines, zone and rules."""

    code: str
    name: str
    states: tuple[str, ...]
    zone: ZoneInfo
    member_services: tuple[PhoneLine, ...]
    bill_days: BillDays


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
