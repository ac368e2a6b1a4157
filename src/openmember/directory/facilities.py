"""Where members are seen in person: the organisation's facilities and pharmacies, and their drawers."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from openmember.directory.queries import find_region
from openmember.directory.reading import BadDirectory, folder, naming, read_file


@dataclass(frozen=True, slots=True)
class Facility:
    """A place with a counter. `name` is the location of the people who work there.

    `member_services_desk`: people can walk in and be helped, at `desks` numbered from 1.
    `float_cents`: the change a drawer starts with.
    """

    code: str
    name: str
    region: str
    drawers: tuple[str, ...]
    member_services_desk: bool = False
    float_cents: int = 0
    desks: int = 0


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
            )
            for one in facts.get("facility", ())
        )
    for facility in found:
        if not facility.drawers or len(set(facility.drawers)) != len(facility.drawers):
            raise BadDirectory(f"{facility.name}: drawers have names, each its own")
        if not isinstance(facility.float_cents, int) or facility.float_cents < 0:
            raise BadDirectory(f"{facility.name}: float_dollars are full dollars, none or more")
        if (
            not isinstance(facility.desks, int)
            or (facility.desks > 0) != facility.member_services_desk
        ):
            raise BadDirectory(
                f"{facility.name}: a Member Services desk has desks, and nothing else has"
            )
        if find_region(code=facility.region) is None:
            raise BadDirectory(f"{facility.name}: there is no region {facility.region}")
    for said in ({one.code for one in found}, {one.name.casefold() for one in found}):
        if len(said) != len(found):
            raise BadDirectory("two facilities have one code or one name")
    return found


def find_facility(*, location: str) -> Facility | None:
    """Return the facility that somebody at this location works at, or None."""
    wanted = location.strip().casefold()
    return next(
        (one for one in list_facilities() if wanted in {one.code, one.name.casefold()}), None
    )
