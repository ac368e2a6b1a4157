"""Composes 820 files from plain values, for tests and the demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from openmember.exchange.testing import Row, Sending, compose_x12
from openmember.exchange.x12.sums import as_dollars

EXCHANGE, GROUP = "005010X306", "005010X218"
_SENDING = Sending()


@dataclass(frozen=True, slots=True)
class Paid:
    """One ENT: who it is for, and its lines as (type or number, cents).

    Shape: with a `qualifier` of ZZ the lines name types (APTC), else numbers. `adjustments` are ADX of
    earlier payments, `rows` go after the last line as they are.
    """

    number: str
    lines: tuple[tuple[str, int], ...]
    qualifier: str = "ZZ"
    last_name: str = "River"
    first_name: str = "Ana"
    number_qualifier: str = "C1"
    adjustments: tuple[tuple[int, str], ...] = ()
    rows: tuple[Row, ...] = ()


def compose_820(
    entities: Sequence[Paid],
    *,
    amount_cents: int | None = None,
    trace: str = "TRACE-1",
    method: str = "ACH",
    credit_debit: str = "C",
    guide: str = EXCHANGE,
    paid_on: date = date(2026, 11, 20),
    sending: Sending = _SENDING,
) -> bytes:
    """Compose an 820 with one payment; its amount is the sum of its lines unless said otherwise."""
    rows = rows_820(
        entities, amount_cents=amount_cents, trace=trace, method=method, credit_debit=credit_debit,
        guide=guide, paid_on=paid_on,
    )  # fmt: skip
    return b"".join(
        compose_x12([rows], set_id="820", functional_id="RA", guide=guide, sending=sending)
    )


def rows_820(
    entities: Sequence[Paid],
    *,
    amount_cents: int | None = None,
    trace: str = "TRACE-1",
    method: str = "ACH",
    credit_debit: str = "C",
    guide: str = EXCHANGE,
    paid_on: date = date(2026, 11, 20),
) -> Iterator[Row]:
    """Yield the segments of one payment, without ST and SE."""
    if amount_cents is None:
        amount_cents = sum(_cents(entity) for entity in entities)
    day = paid_on.isoformat().replace("-", "")
    money = as_dollars(amount_cents)
    yield ("BPR", "I", money, credit_debit, method, *[""] * 11, day)
    yield ("TRN", "3", trace)
    yield ("N1", "PE", "SAMPLE PLAN", "FI", "990000002")
    yield ("N1", "RM" if guide == EXCHANGE else "PR", "SAMPLE PAYER", "FI", "990000001")
    for number, entity in enumerate(entities, 1):
        yield from _rows_of(number, entity, guide)


def _rows_of(number: int, entity: Paid, guide: str) -> Iterator[Row]:
    yield ("ENT", str(number))
    role = "IL" if guide == EXCHANGE else "EY"
    name = ("NM1", role, "1", entity.last_name, entity.first_name, "", "", "")
    yield (*name, entity.number_qualifier, entity.number)
    for cents, reason in entity.adjustments:
        yield ("ADX", as_dollars(cents), reason)
    for what, cents in entity.lines:
        yield ("RMR", entity.qualifier, what, "", as_dollars(cents))
    yield from entity.rows


def _cents(entity: Paid) -> int:
    lines = sum(cents for _, cents in entity.lines)
    return lines + sum(cents for cents, _ in entity.adjustments)
