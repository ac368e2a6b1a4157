"""Composes X12 files from plain values, for tests, benchmarks, and the demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .x12.types import Delimiters

_DELIMITERS = Delimiters()

Row = Sequence[str]  # A segment's identifier and elements.


@dataclass(frozen=True, slots=True)
class Sending:
    """Everything about an interchange that is not its content."""

    sender: str = "SPONSOR"
    receiver: str = "HEALTHPLAN"
    control: int = 1
    usage: str = "P"
    sent_on: date = date(2026, 1, 2)
    delimiters: Delimiters = _DELIMITERS
    line_end: str = "\n"


@dataclass(frozen=True, slots=True)
class Cover:
    """One HD loop."""

    line: str = "HMO"
    plan: str = ""
    level: str = "IND"
    maintenance: str = "021"
    begins_on: date | None = date(2026, 1, 1)
    ends_on: date | None = None
    premium_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Enrollee:
    """One INS loop. `other` rows go, as they are, between the name's loop and the coverages."""

    number: str
    first_name: str = "Ana"
    last_name: str = "River"
    is_subscriber: bool = True
    relationship: str = "18"
    maintenance: str = "021"
    reason: str = "28"
    benefit_status: str = "A"
    group: str = ""
    references: tuple[tuple[str, str], ...] = ()
    dates: tuple[tuple[str, date], ...] = ()
    born_on: date | None = None
    gender: str = "U"
    address: tuple[str, str, str, str] | None = None
    phone: str = ""
    other: tuple[Row, ...] = ()
    coverages: tuple[Cover, ...] = ()
    categories: tuple[tuple[str, str, str], ...] = ()


def compose_834(
    enrollees: Sequence[Enrollee],
    *,
    action: str = "2",
    states_totals: bool = True,
    sending: Sending = Sending(),
) -> bytes:
    """Compose a valid 834 with one transaction."""
    subscribers = sum(enrollee.is_subscriber for enrollee in enrollees)
    totals = {"TO": len(enrollees), "ET": subscribers, "DT": len(enrollees) - subscribers}
    rows = rows_834(enrollees, action=action, totals=totals if states_totals else {})
    return b"".join(compose_x12([rows], sending=sending))


def rows_834(
    enrollees: Iterable[Enrollee], *, action: str = "2", totals: dict[str, int] | None = None
) -> Iterator[Row]:
    """Yield the segments of one 834, without ST and SE."""
    yield ("BGN", "00", "REF-1", "20260102", "0930", "", "", "", action)
    yield ("REF", "38", "POLICY-1")
    yield from (("QTY", qualifier, str(count)) for qualifier, count in (totals or {}).items())
    yield ("N1", "P5", "Sample Sponsor", "FI", "990000001")
    yield ("N1", "IN", "Sample Plan", "FI", "990000002")
    for enrollee in enrollees:
        yield from _rows_of(enrollee)


def compose_x12(
    transactions: Iterable[Iterable[Row]],
    *,
    set_id: str = "834",
    functional_id: str = "BE",
    guide: str = "005010X220A1",
    sending: Sending = Sending(),
) -> Iterator[bytes]:
    """Wrap transactions into one group and one interchange, and yield its segments as bytes."""
    number = 0
    yield _isa(sending)
    day, control = _compact(sending.sent_on), str(sending.control)
    head = ("GS", functional_id, sending.sender, sending.receiver, day, "0930", control, "X", guide)
    yield _encode(head, sending)
    for number, rows in enumerate(transactions, 1):
        count = 2
        yield _encode(("ST", set_id, f"{number:04}", guide), sending)
        for row in rows:
            count += 1
            yield _encode(row, sending)
        yield _encode(("SE", str(count), f"{number:04}"), sending)
    yield _encode(("GE", str(number), control), sending)
    yield _encode(("IEA", "1", f"{sending.control:09}"), sending)


def _rows_of(enrollee: Enrollee) -> Iterator[Row]:
    change = (enrollee.maintenance, enrollee.reason, enrollee.benefit_status)
    yield ("INS", "Y" if enrollee.is_subscriber else "N", enrollee.relationship, *change)
    yield ("REF", "0F", enrollee.number)
    if enrollee.group:
        yield ("REF", "1L", enrollee.group)
    yield from (("REF", *reference) for reference in enrollee.references)
    yield from (_dated(qualifier, day) for qualifier, day in enrollee.dates)
    yield ("NM1", "IL", "1", enrollee.last_name, enrollee.first_name)
    if enrollee.phone:
        yield ("PER", "IP", "", "TE", enrollee.phone)
    if enrollee.address:
        street, *place = enrollee.address
        yield ("N3", street)
        yield ("N4", *place)
    if enrollee.born_on:
        yield ("DMG", "D8", _compact(enrollee.born_on), enrollee.gender)
    yield from enrollee.other
    for cover in enrollee.coverages:
        yield from _rows_of_cover(cover)
    if enrollee.categories:
        yield ("LS", "2700")
        for number, (name, qualifier, value) in enumerate(enrollee.categories, 1):
            yield from (("LX", str(number)), ("N1", "75", name), ("REF", qualifier, value))
        yield ("LE", "2700")


def _rows_of_cover(cover: Cover) -> Iterator[Row]:
    yield ("HD", cover.maintenance, "", cover.line, cover.plan, cover.level)
    if cover.begins_on:
        yield _dated("348", cover.begins_on)
    if cover.ends_on:
        yield _dated("349", cover.ends_on)
    if cover.premium_cents is not None:
        sign, cents = "-" if cover.premium_cents < 0 else "", abs(cover.premium_cents)
        yield ("AMT", "P3", f"{sign}{cents // 100}.{cents % 100:02}")


def _dated(qualifier: str, day: date) -> Row:
    return ("DTP", qualifier, "D8", _compact(day))


def _compact(day: date) -> str:
    return day.isoformat().replace("-", "")


def _isa(sending: Sending) -> bytes:
    blank, cut = " " * 10, sending.delimiters
    parties = ("ZZ", f"{sending.sender:15}", "ZZ", f"{sending.receiver:15}")
    moment = (_compact(sending.sent_on)[2:], "0930", cut.repetition or "U", "00501")
    tail = (f"{sending.control:09}", "0", sending.usage, cut.component)
    row = ("ISA", "00", blank, "00", blank, *parties, *moment, *tail)
    return (cut.element.join(row) + cut.segment + sending.line_end).encode()


def _encode(row: Row, sending: Sending) -> bytes:
    cut = sending.delimiters
    text = cut.element.join(row).rstrip(cut.element)
    if cut.segment in text or text.count(cut.element) >= len(row):
        raise ValueError(f"A value of {row[0]} holds a delimiter, which X12 cannot escape.")
    return (text + cut.segment + sending.line_end).encode()
