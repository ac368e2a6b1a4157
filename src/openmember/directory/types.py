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
class Region:
    """A part of the country with its own lines, zone and rules."""

    code: str
    name: str
    states: tuple[str, ...]
    zone: ZoneInfo
    member_services: tuple[PhoneLine, ...]


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

    @property
    def member_services(self) -> tuple[PhoneLine, ...]:
        """The first Member Services line of every region."""
        return tuple(region.member_services[0] for region in self.regions)
