"""Reads what a transaction says of itself, before its first member."""

from __future__ import annotations

from openmember.exchange.x12.types import Segment, Transaction
from openmember.exchange.x12.values import Values

from .coverages import read_dates, read_references
from .types import Header, Organization, Quantity

_PURPOSES = ("00", "15", "22")
_ACTIONS = ("2", "4", "RX")
_ROLES = ("P5", "IN", "BO", "TV")
_IDS = ("BGN", "REF", "DTP", "QTY", "N1", "ACT")


def read_header(segments: list[Segment], transaction: Transaction, values: Values) -> Header:
    """Read the segments after an ST, up to the first INS."""
    by_id: dict[str, list[Segment]] = {segment_id: [] for segment_id in _IDS}
    for segment in segments:
        if segment.id in by_id:
            by_id[segment.id].append(segment)
        else:
            message = f"{segment.id!r} stands before the first INS; expected it elsewhere."
            values.log.error(segment, "unexpected-segment", message)
    start = Segment(transaction.segment_number, "ST", [])
    begin = by_id["BGN"][0] if by_id["BGN"] else Segment(start.number, "BGN", [])
    if len(by_id["BGN"]) != 1:
        message = f"The transaction has {len(by_id['BGN'])} BGN; expected one after its ST."
        values.log.error(start, "header-incomplete", message)
    references = read_references(by_id["REF"], values)
    header = Header(
        control=transaction.control,
        segment_number=transaction.segment_number,
        purpose=values.code(begin, 1, _PURPOSES, "a purpose"),
        reference=values.required(begin, 2, "a reference"),
        created_on=values.day(begin, 3),
        created_time=begin.at(4),
        original_reference=begin.at(6),
        action=values.code(begin, 8, _ACTIONS, "an action"),
        master_policy=next((ref.value for ref in references if ref.qualifier == "38"), ""),
        dates=read_dates(by_id["DTP"], values),
        quantities=_read_quantities(by_id["QTY"], values),
        organizations=tuple(_read_organization(segment, values) for segment in by_id["N1"]),
    )
    for role, what in (("P5", "sponsor"), ("IN", "payer")):
        if not header.organization(role):
            message = f"The transaction names no {what}; expected an N1 with {role}."
            values.log.error(start, "header-incomplete", message)
    return header


def _read_quantities(segments: list[Segment], values: Values) -> tuple[Quantity, ...]:
    return tuple(
        Quantity(segment.number, values.code(segment, 1, ("DT", "ET", "TO"), "a total"), count)
        for segment in segments
        if (count := values.count(segment, 2)) is not None
    )


def _read_organization(segment: Segment, values: Values) -> Organization:
    return Organization(
        role=values.code(segment, 1, _ROLES, "a role"),
        name=segment.at(2),
        id_qualifier=segment.at(3),
        id_value=segment.at(4),
    )
