"""Reads what an 835 says of its payment, before the first claim."""

from __future__ import annotations

from openmember.exchange.x12.pieces import check_place
from openmember.exchange.x12.types import Name, Segment, Transaction
from openmember.exchange.x12.values import Values

from .claims import HOLDS
from .types import Header


def read_header(segments: list[Segment], transaction: Transaction, values: Values) -> Header:
    """Read the segments after an ST, up to the first LX, CLP or PLB."""
    by_id: dict[str, list[Segment]] = {}
    for segment in segments:
        if check_place(segment, "the header", HOLDS, values.log):
            by_id.setdefault(segment.id, []).append(segment)
    start = Segment(transaction.segment_number, "ST", [])
    bpr = _only(by_id, "BPR", start, values)
    trn = _only(by_id, "TRN", start, values)
    names = [values.organization(segment) for segment in by_id.get("N1", [])]
    produced = [dated for one in by_id.get("DTM", []) if (dated := values.moment(one))]
    return Header(
        control=transaction.control,
        segment_number=transaction.segment_number,
        handling=bpr.at(1),
        amount=values.dollars(bpr, 2),
        credit_debit=values.code(bpr, 3, ("C", "D"), "credit or debit"),
        method=values.required(bpr, 4, "a payment method such as ACH or CHK"),
        paid_on=values.day_or_warning(bpr, 16),
        traces=tuple(one.at(2) for one in by_id.get("TRN", [])),
        originator=trn.at(3),
        produced_on=next((one.on for one in produced if one.qualifier == "405"), None),
        payer=_named(names, "PR", "payer", start, values),
        payee=_named(names, "PE", "payee", start, values),
        references=tuple(values.reference(segment) for segment in by_id.get("REF", [])),
    )


def _only(
    by_id: dict[str, list[Segment]], segment_id: str, start: Segment, values: Values
) -> Segment:
    found = by_id.get(segment_id, [])
    if len(found) != 1:
        message = f"The transaction has {len(found)} {segment_id}; expected one after its ST."
        values.log.error(start, "header-incomplete", message)
    elif segment_id == "TRN":
        values.required(found[0], 2, "a trace number")
    return found[0] if found else Segment(start.number, segment_id, [])


def _named(names: list[Name], role: str, what: str, start: Segment, values: Values) -> Name | None:
    found = [name for name in names if name.role == role]
    if len(found) != 1:
        message = f"The transaction names {len(found)} {what}s; expected one N1 with {role}."
        values.log.error(start, "header-incomplete", message)
    return found[0] if found else None
