"""Where members are seen in person: the organisation's facilities and pharmacies, and their drawers."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from openmember.directory.lines import FILE as LINES_FILE
from openmember.directory.lines import USUAL, read_usual
from openmember.directory.opening import Opening, opening_at
from openmember.directory.queries import find_region
from openmember.directory.reading import BadDirectory, folder, naming, read_file, read_hours
from openmember.directory.types import Hours


@dataclass(frozen=True, slots=True)
class Facility:
    """A place with a counter. `name` is the location of the people who work there.

    `member_services_desk`: people can walk in and be helped, at `desks` numbered from 1.
    `float_cents`: the change a drawer starts with.
    `hours`: when people can walk in; None where nobody says. `usual`: typical hours, not promised.
    """

    code: str
    name: str
    region: str
    drawers: tuple[str, ...]
    member_services_desk: bool = False
    float_cents: int = 0
    desks: int = 0
    hours: Hours | None = None
    usual: bool = False
    holidays: bool = False


def list_facilities() -> tuple[Facility, ...]:
    """Return the facilities of the configured organisation. Errors: BadDirectory."""
    return read_facilities(folder() / "facilities.toml")


@cache
def read_facilities(path: Path) -> tuple[Facility, ...]:
    """Return the facilities a file describes. Errors: BadDirectory, naming the value at fault."""
    facts = read_file(path)
    with naming(path):
        found = tuple(
            Facility(
                one["code"],
                one["name"],
                one["region"],
                tuple(one["drawers"]),
                one.get("member_services_desk", False),
                one.get("float_dollars", 0) * 100,
                one.get("desks", 0),
                *_when(one.get("hours"), path),
            )
            for one in facts.get("facility", ())
        )
    for facility in found:
        _check(facility)
    for said in ({one.code for one in found}, {one.name.casefold() for one in found}):
        if len(said) != len(found):
            raise BadDirectory("two facilities have one code or one name")
    return found


def opening_of_facility(facility: Facility, *, moment: datetime) -> Opening | None:
    """Return whether a facility's desk is open, in its region's zone; None where no hours of it are known."""
    region = find_region(code=facility.region)
    if facility.hours is None or region is None:
        return None
    return opening_at(
        facility.hours, moment=moment, zone=region.zone, usual=facility.usual,
        closed_on=region.states if facility.holidays else (),
    )  # fmt: skip


def _check(facility: Facility) -> None:
    """Errors: BadDirectory, naming what is at fault."""
    if not facility.drawers or len(set(facility.drawers)) != len(facility.drawers):
        raise BadDirectory(f"{facility.name}: drawers have names, each its own")
    if not isinstance(facility.float_cents, int) or facility.float_cents < 0:
        raise BadDirectory(f"{facility.name}: float_dollars are full dollars, none or more")
    if not isinstance(facility.desks, int) or (facility.desks > 0) != facility.member_services_desk:
        raise BadDirectory(
            f"{facility.name}: a Member Services desk has desks, and nothing else has"
        )
    if facility.hours and not facility.member_services_desk:
        raise BadDirectory(f"{facility.name}: hours are of a Member Services desk")
    if find_region(code=facility.region) is None:
        raise BadDirectory(f"{facility.name}: there is no region {facility.region}")


def _when(said: str | dict[str, Any] | None, path: Path) -> tuple[Hours | None, bool, bool]:
    """Return the hours of a desk, whether they are the usual ones, and whether holidays are closed."""
    if said is None:
        return None, False, False
    usual, holidays = read_usual(path.with_name(LINES_FILE))
    if said == USUAL:
        return usual, True, holidays
    if isinstance(said, str):
        raise BadDirectory(f"hours are a table or “{USUAL}”, not “{said}”")
    return read_hours(said), False, holidays


def find_facility(*, location: str) -> Facility | None:
    """Return the facility that somebody at this location works at, or None."""
    wanted = location.strip().casefold()
    return next(
        (one for one in list_facilities() if wanted in {one.code, one.name.casefold()}), None
    )
