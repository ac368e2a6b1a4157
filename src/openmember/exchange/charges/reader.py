"""Reads a CSV of visit and dispensing charges. Nothing in a file raises; `problems` says what is wrong."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from typing import TextIO

from .types import Charge, ChargeFile, ChargeLine, RowProblem

NEEDED = ("account", "visit", "kind", "date", "description", "amount")
ALLOWED = (*NEEDED, "mrn", "provider")
KINDS = ("visit", "dispensing")
MOST_CENTS = 100_000_000_00
_MONEY = re.compile(r"(-?)(\d{1,11})(?:\.(\d{2}))?")
_LENGTHS = {"account": 40, "visit": 38, "description": 120, "provider": 80, "mrn": 20}


def read_charges(source: TextIO) -> ChargeFile:
    """Read a file of charges to its end."""
    file = ChargeFile()
    charges: dict[str, Charge] = {}
    try:
        for number, row in _rows(source, file):
            _add(number, row, charges, file)
    except (csv.Error, UnicodeDecodeError):
        file.problems.append(RowProblem(0, "The file is no CSV in UTF-8."))
    file.charges = list(charges.values())
    if not file.charges and not file.problems:
        file.problems.append(RowProblem(1, "The file holds no charge."))
    for charge in file.charges:
        if not 0 < charge.cents <= MOST_CENTS:
            message = "The lines of the visit do not add up to more than nothing."
            file.problems.append(RowProblem(charge.row, message))
    return file


def _rows(source: TextIO, file: ChargeFile) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(source, strict=True)
    columns = tuple(
        (name or "").strip().lstrip("\ufeff").lower() for name in reader.fieldnames or ()
    )
    reader.fieldnames = list(columns)
    missing = [name for name in NEEDED if name not in columns]
    unknown = [name for name in columns if name not in ALLOWED]
    if missing or unknown or len(set(columns)) != len(columns):
        message = f"The columns are not those expected: {', '.join(NEEDED)}, and mrn, provider."
        file.problems.append(RowProblem(1, message))
        return
    for row in reader:
        if None in row or None in row.values():
            message = "The row has more or fewer cells than the file has columns."
            file.problems.append(RowProblem(reader.line_num, message))
        else:
            yield reader.line_num, {name: value.strip() for name, value in row.items()}


def _add(number: int, row: dict[str, str], charges: dict[str, Charge], file: ChargeFile) -> None:
    troubles = list(_troubles(row))
    served_on, cents = _day(row["date"]), _cents(row["amount"])
    if troubles or served_on is None or cents is None:
        file.problems += (RowProblem(number, message) for message in troubles)
        return
    said = Charge(
        number, row["account"], row["visit"], row["kind"], served_on, row.get("mrn", ""),
        row.get("provider", ""),
    )  # fmt: skip
    known = charges.setdefault(said.visit, said)
    if _head(known) != _head(said):
        message = f"The row contradicts row {known.row}, which is of the same visit."
        file.problems.append(RowProblem(number, message))
        return
    known.lines.append(ChargeLine(row["description"], cents))


def _troubles(row: dict[str, str]) -> Iterator[str]:
    for name in ("account", "visit", "description"):
        if not row[name]:
            yield f"The column {name} is empty."
    for name, most in _LENGTHS.items():
        if len(row.get(name, "")) > most:
            yield f"The column {name} holds more than {most} characters."
    if row["kind"] not in KINDS:
        yield f"The column kind is not one of {', '.join(KINDS)}."
    if _day(row["date"]) is None:
        yield "The column date is no day of the calendar, such as 2026-11-22."
    if _cents(row["amount"]) is None:
        yield "The column amount is no amount, such as 25.00."


def _head(charge: Charge) -> tuple[object, ...]:
    return (charge.account, charge.kind, charge.served_on, charge.mrn, charge.provider)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _cents(text: str) -> int | None:
    match = _MONEY.fullmatch(text)
    if not match or not text.isascii():
        return None
    cents = int(match[2]) * 100 + int(match[3] or 0)
    return -cents if match[1] else cents
