"""Reads what an 820 says of its payment, before the first entity."""

from __future__ import annotations

from openmember.exchange.x12.pieces import check_place
from openmember.exchange.x12.types import Name, Segment, Transaction
from openmember.exchange.x12.values import Values

from .entities import HEADER, HOLDS
from .types import Header

_PAYERS = ("PR", "RM")


def read_header(segments: list[Segment], transaction: Transaction, values: Values) -> Header:
    """Read the segments after an ST, up to the first ENT."""
    by_id: dict[str, list[Segment]] = {}
    for segment in segments:
        if check_place(segment, HEADER, HOLDS, values.log):
            by_id.setdefault(segment.id, []).append(segment)
    start = Segment(transaction.segment_number, "ST", [])
    bpr = _only(by_id, "BPR", start, values)
    trn = _only(by_id, "TRN", start, values)
    names = [values.organization(segment) for segment in by_id.get("N1", [])]
    return Header(
        control=transaction.control,
        guide=transaction.guide or transaction.group.version,
        segment_number=transaction.segment_number,
        handling=bpr.at(1),
        amount=values.dollars(bpr, 2),
        credit_debit=values.code(bpr, 3, ("C", "D"), "credit or debit"),
        method=values.required(bpr, 4, "a payment method such as ACH or CHK"),
        paid_on=values.day_or_warning(bpr, 16),
        paid_on_text=bpr.at(16),
        traces=tuple(one.at(2) for one in by_id.get("TRN", [])),
        originator=trn.at(3),
        payer=_named(names, _PAYERS, "payer", start, values),
        payee=_named(names, ("PE",), "payee", start, values),
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


def _named(
    names: list[Name], roles: tuple[str, ...], what: str, start: Segment, values: Values
) -> Name | None:
    found = [name for name in names if name.role in roles]
    if len(found) != 1:
        expected = " or ".join(roles)
        message = f"The transaction names {len(found)} {what}s; expected one N1 with {expected}."
        values.log.error(start, "header-incomplete", message)
    return found[0] if found else None
