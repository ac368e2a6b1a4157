"""Where members are seen in person: the organisation's facilities and pharmacies, and their drawers."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from openmember.directory.queries import BadDirectory, find_region


@dataclass(frozen=True, slots=True)
class Facility:
    """A place with a counter. `name` is the location of the people who work there."""

    code: str
    name: str
    region: str
    drawers: tuple[str, ...]


@cache
def list_facilities() -> tuple[Facility, ...]:
    """Return the facilities of the configured organisation. Errors: BadDirectory."""
    return read_facilities(Path(settings.ORGANISATION_FILE))


def read_facilities(path: Path) -> tuple[Facility, ...]:
    """Return the facilities a file describes. Errors: BadDirectory, naming the value at fault."""
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        found = tuple(
            Facility(one["code"], one["name"], one["region"], tuple(one["drawers"]))
            for one in facts.get("facility", ())
        )
    except KeyError as missing:
        raise BadDirectory(f"{path.name}: a facility without {missing}") from missing
    except tomllib.TOMLDecodeError as wrong:
        raise BadDirectory(f"{path.name}: {wrong}") from wrong
    for facility in found:
        if not facility.drawers or len(set(facility.drawers)) != len(facility.drawers):
            raise BadDirectory(f"{facility.name}: drawers have names, each its own")
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
