"""The organisation and its regions, read once from its files, and refused where they cannot be right."""

from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from openmember.directory.lines import read_lines
from openmember.directory.reading import (
    BadDirectory,
    folder,
    naming,
    read_bill_days,
    read_file,
    zip_prefixes,
)
from openmember.directory.types import (
    Area,
    Hours,
    Line,
    Organisation,
    Part,
    PhoneLine,
    Place,
    Region,
)

__all__ = ["BadDirectory", "find_place", "find_region", "find_region_of_state", "get_organisation"]
ZIP_PREFIX = 3


def get_organisation() -> Organisation:
    """Return the configured organisation. Errors: BadDirectory."""
    return read_organisation(folder())


@cache
def read_organisation(place: Path) -> Organisation:
    """Return the organisation a folder describes. Errors: BadDirectory, naming the value at fault."""
    path = place / "organisation.toml"
    facts = read_file(path)
    lines = read_lines(place / "lines.toml")
    _states_by_prefix(place)
    with naming(path):
        regions = read_regions(place / "regions.toml", lines, facts["premium_bills"])
        hardship, hours = _hardship(lines)
        return Organisation(
            name=facts["name"],
            short_name=facts["short_name"],
            website=facts["website"],
            mail=tuple(facts["mail"]),
            tty=facts["tty"],
            regions=regions,
            hardship=hardship,
            hardship_hours=hours,
            payment_mail=tuple(facts.get("payments", {}).get("mail", ())),
            bill_days=read_bill_days(facts["premium_bills"]),
        )


def find_region(*, code: str) -> Region | None:
    """Return the region with this code, or None."""
    return _by_code(folder()).get(code)


def find_region_of_state(*, state: str) -> Region | None:
    """Return the region a state belongs to, or None where the organisation has none."""
    return next((region for region in get_organisation().regions if state in region.states), None)


def find_place(*, zip_code: str) -> Place | None:
    """Return where a ZIP code is, or None where no state of ours has it.

    A part of a state that belongs to another region (southwest Washington) wins over the state.
    """
    prefix = zip_code.strip()[:ZIP_PREFIX]
    state = _states_by_prefix(folder()).get(prefix)
    if state is None:
        return None
    regions = get_organisation().regions
    apart = (one.code for one in regions if any(prefix in part.zips for part in one.parts))
    whole = (one.code for one in regions if state in one.states)
    code = next(apart, None) or next(whole, "")
    region = find_region(code=code)
    areas = region.areas if region else ()
    return Place(state, code, next((area.code for area in areas if prefix in area.zips), ""))


def zone_of(*, region: str) -> ZoneInfo:
    """Return the zone whose calendar a member of this region lives by; headquarters' when unknown."""
    found = find_region(code=region)
    return found.zone if found else ZoneInfo(settings.TIME_ZONE)


def read_regions(
    path: Path, lines: tuple[Line, ...], bill_days: dict[str, Any]
) -> tuple[Region, ...]:
    """Return the regions of a file, each with its Member Services lines. Errors: BadDirectory."""
    facts = read_file(path)
    with naming(path):
        regions = tuple(_region(row, lines, bill_days) for row in facts["region"])
    known = {region.code for region in regions}
    areas = {area.code for region in regions for area in region.areas}
    for line in lines:
        if line.region not in known | {""} or line.area not in areas | {""}:
            raise BadDirectory(f"{line.code}: there is no region {line.area or line.region}")
    return regions


@cache
def _by_code(place: Path) -> dict[str, Region]:
    return {region.code: region for region in read_organisation(place).regions}


@cache
def _states_by_prefix(place: Path) -> dict[str, str]:
    path = place / "regions.toml"
    facts = read_file(path)
    with naming(path):
        ranges = facts.get("zips", {}).items()
        return {prefix: state for state, said in ranges for prefix in zip_prefixes(said)}


def _region(row: dict[str, Any], lines: tuple[Line, ...], bill_days: dict[str, Any]) -> Region:
    own = [one for one in lines if one.kind == "member_services" and one.region == row["code"]]
    numbers = tuple(
        PhoneLine(row["name"], number.display, number.dial) for one in own for number in one.numbers
    )
    if not numbers:
        raise BadDirectory(f"{row['code']}: a region has a Member Services line")
    return Region(
        code=row["code"],
        name=row["name"],
        states=tuple(row["states"]),
        zone=ZoneInfo(row["zone"]),
        member_services=numbers,
        bill_days=read_bill_days({**bill_days, **row.get("premium_bills", {})}),
        parts=tuple(
            Part(part["state"], part["name"], zip_prefixes(part["zips"]))
            for part in row.get("parts", ())
        ),
        areas=tuple(
            Area(area["code"], area["name"], zip_prefixes(area["zips"]))
            for area in row.get("area", ())
        ),
        source=row.get("source", ""),
    )


def _hardship(lines: tuple[Line, ...]) -> tuple[PhoneLine, Hours]:
    for line in lines:
        if line.kind == "hardship" and line.hours is not None:
            return line.numbers[0], line.hours
    raise BadDirectory("lines.toml: there is no line for people who cannot pay, with its hours")
