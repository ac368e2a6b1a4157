"""Reads what a member is covered by (loop 2300) and the reporting categories (loop 2700)."""

from __future__ import annotations

from collections.abc import Iterable

from openmember.exchange.x12.types import Amount, Dated, Reference, Segment
from openmember.exchange.x12.values import Values

from .loops import Loop, Part
from .parties import read_parties
from .types import HealthCoverage, IdCard, OtherInsurance, ReportingCategory

MAINTENANCE_TYPES = ("001", "002", "021", "024", "025", "026", "030", "032")


def read_dates(segments: Iterable[Segment], values: Values) -> tuple[Dated, ...]:
    """Read DTPs."""
    return tuple(dated for segment in segments if (dated := values.dated(segment)))


def read_amounts(segments: Iterable[Segment], values: Values) -> tuple[Amount, ...]:
    """Read AMTs."""
    return tuple(amount for segment in segments if (amount := values.amount(segment)))


def read_references(segments: Iterable[Segment], values: Values) -> tuple[Reference, ...]:
    """Read REFs."""
    return tuple(values.reference(segment) for segment in segments)


def read_coverage(part: Part, values: Values) -> HealthCoverage:
    """Read an HD with all that belongs to it."""
    health = part.opener
    return HealthCoverage(
        segment_number=health.number,
        maintenance_type=values.code(health, 1, MAINTENANCE_TYPES, "a maintenance type"),
        insurance_line=values.required(health, 3, "an insurance line such as HMO"),
        plan_description=health.at(4),
        level=health.at(5),
        dates=read_dates(part.every("DTP"), values),
        amounts=read_amounts(part.every("AMT"), values),
        references=read_references(part.every("REF"), values),
        id_cards=tuple(IdCard(*map(card.at, range(1, 5))) for card in part.every("IDC")),
        providers=read_parties(_inner(part, Loop.PROVIDER), values),
        other_insurance=tuple(
            _read_other_insurance(inner, values) for inner in _inner(part, Loop.OTHER_INSURANCE)
        ),
    )


def read_category(part: Part, values: Values) -> ReportingCategory | None:
    """Read one name and value; None when it has no name, and so says nothing."""
    name, reference, dated = (part.find(segment_id) for segment_id in ("N1", "REF", "DTP"))
    if not name:
        return None
    values.code(name, 1, ("75",), "a reporting category")
    title = values.required(name, 2, "the name of a category")
    # Exchanges name every amount of money so: APTC AMT, PRE AMT 1, TOT RES AMT.
    is_money = "AMT" in title.split()
    return ReportingCategory(
        name=title,
        reference=values.reference(reference) if reference else None,
        dated=values.dated(dated) if dated else None,
        cents=values.cents(reference, 2) if reference and is_money else None,
    )


def _read_other_insurance(part: Part, values: Values) -> OtherInsurance:
    benefits = part.opener
    return OtherInsurance(
        sequence=benefits.at(1),
        policy=benefits.at(2),
        coordination=benefits.at(3),
        service_type=benefits.at(4),
        references=read_references(part.every("REF"), values),
        dates=read_dates(part.every("DTP"), values),
        parties=read_parties(part.inner, values),
    )


def _inner(part: Part, loop: Loop) -> list[Part]:
    return [inner for inner in part.inner if inner.loop is loop]
