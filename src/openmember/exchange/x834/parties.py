"""Reads those whom an NM1 names, and what hangs on the name."""

from __future__ import annotations

from collections.abc import Iterable

from openmember.exchange.x12.types import Segment
from openmember.exchange.x12.values import Values

from .loops import Part
from .types import Address, Contact, Demographics, Party, RaceOrEthnicity

_ABSENT = Segment(0, "", [])


def read_party(part: Part, values: Values) -> Party | None:
    """Read the NM1 of a loop and what belongs to it."""
    name = part.find("NM1")
    if not name:
        message = f"Loop {part.loop} names nobody; expected an NM1 after this {part.opener.id}."
        values.log.error(part.opener, "name-missing", message)
        return None
    return Party(
        role=name.at(1),
        is_person=name.at(2) == "1",
        last_name=name.at(3),
        first_name=name.at(4),
        middle_name=name.at(5),
        prefix=name.at(6),
        suffix=name.at(7),
        id_qualifier=name.at(8),
        id_value=name.at(9),
        contacts=_read_contacts(part),
        address=read_address(part),
        demographics=_read_demographics(part, values),
    )


def read_parties(parts: Iterable[Part], values: Values) -> tuple[Party, ...]:
    """Read the party of each loop."""
    return tuple(party for part in parts if (party := read_party(part, values)))


def read_address(part: Part) -> Address | None:
    """Read the N3 and N4 of a loop; None when it has neither."""
    street, place = part.find("N3"), part.find("N4")
    if not street and not place:
        return None
    street, place = street or _ABSENT, place or _ABSENT
    return Address(
        line_1=street.at(1),
        line_2=street.at(2),
        city=place.at(1),
        state=place.at(2),
        postal_code=place.at(3),
        country=place.at(4),
        location_qualifier=place.at(5),
        location=place.at(6),
    )


def _read_demographics(part: Part, values: Values) -> Demographics | None:
    segment = part.find("DMG")
    if not segment:
        return None
    return Demographics(
        born_on=values.day(segment, 2),
        gender=segment.at(3),
        marital_status=segment.at(4),
        race_and_ethnicity=tuple(
            RaceOrEthnicity(components[0], components[2] if len(components) > 2 else "")
            for components in values.repeats(segment, 5)
        ),
        citizenship=segment.at(6),
    )


def _read_contacts(part: Part) -> tuple[Contact, ...]:
    return tuple(
        Contact(segment.at(position), segment.at(position + 1))
        for segment in part.every("PER")
        for position in (3, 5, 7)
        if segment.at(position + 1)
    )
