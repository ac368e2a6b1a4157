"""A gathered file as bytes: read in the database's order, opened and written row by row."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from openmember.exchange.nacha import codes
from openmember.exchange.nacha.writer import (
    LARGEST_AMOUNT_CENTS,
    BatchHead,
    EntryLine,
    Sender,
    Writer,
    parts_of,
)
from openmember.kernel.sql import fetch_one
from openmember.payments.ach.originator import get_originator
from openmember.payments.ach.sealing import get_sealer
from openmember.payments.ach.types import AchBatch, AchFile
from openmember.rulebook.amounts import get_amount

# As payments_ach_sequence counts; the numbers it never gives are the balancing entries'.
FIRST_TO_BALANCE = 9_999_900
FIRST_BALANCING_SEQUENCE = FIRST_TO_BALANCE + 1
_AT_ONCE = 5_000
_BLOCK = 1 << 20
_CODES = {
    ("debit", "checking"): codes.CHECKING_DEBIT, ("debit", "savings"): codes.SAVINGS_DEBIT,
    ("credit", "checking"): codes.CHECKING_CREDIT, ("credit", "savings"): codes.SAVINGS_CREDIT,
    ("prenote", "checking"): "28", ("prenote", "savings"): "38",
}  # fmt: skip
ROWS = (
    "SELECT e.account_number, e.id, e.bank_id, e.amount_cents, e.payment_id, e.is_recurring,"
    " d.routing::text, d.sealed, d.kind, d.holder FROM payments_ach_entry e JOIN payments_ach_bank_detail d"
    " ON (d.account_number, d.bank_id, d.version) = (e.account_number, e.bank_id, e.version)"
    " WHERE e.file_id = %(file)s AND e.batch = %(batch)s AND e.id BETWEEN %(first)s AND %(last)s ORDER BY e.id"
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds, balancing entries left out."""

    sha256: str
    entries: int
    debit_cents: int
    credit_cents: int


class _Hashing:
    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.digest.update(data)
        self._out.write(data)


def write(file: AchFile, batches: Sequence[AchBatch], out: BinaryIO) -> Written:
    """Write a file in the transaction that holds it. The same file is the same bytes each time.

    Errors: exchange.nacha.writer.NotWritable, CannotOpen.
    """
    sender = fetch_one("SELECT sender FROM payments_ach_file WHERE id = %(id)s", {"id": file.id})
    said: dict[str, Any] = json.loads(sender.sender)
    hashing = _Hashing(out)
    made_at = file.gathered_at.astimezone(ZoneInfo(settings.TIME_ZONE))
    writer = Writer(
        hashing.write,
        Sender(said["odfi"], said["bank_name"], said["origin"], said["origin_name"]),
        made_at,
        file.name[-5].upper(),
    )
    balancing = iter(range(FIRST_BALANCING_SEQUENCE, 10**7))
    entries = debits = credits_ = 0
    for batch in batches:
        added = _balancing(batch, said, balancing)
        of_batch = writer.batch(_head(batch, said), chain(_entries(file, batch), added))
        entries += of_batch.entries - len(added)
        debits += of_batch.debit_cents if batch.kind == "debit" else 0
        credits_ += of_batch.credit_cents if batch.kind == "credit" else 0
    writer.end()
    return Written(hashing.digest.hexdigest(), entries, debits, credits_)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _head(batch: AchBatch, said: dict[str, Any]) -> BatchHead:
    classes = {
        "debit": codes.DEBITS_ONLY,
        "credit": codes.CREDITS_ONLY,
        "prenote": codes.DEBITS_ONLY,
    }
    is_mixed = said["balanced"] and batch.cents
    return BatchHead(
        number=batch.number,
        service_class=codes.MIXED if is_mixed else classes[batch.kind],
        company_name=said["company_name"],
        company_id=said["company_id"],
        sec=batch.sec,
        description=batch.description,
        effective_on=batch.effective_on,
        odfi=said["odfi"][:8],
        # Source: Nacha Operating Rules, Appendix Three: SDHHMM asks for the window that settles then.
        descriptive_date="SD1300" if batch.same_day else "",
    )


def _entries(file: AchFile, batch: AchBatch) -> Iterator[EntryLine]:
    open_ = get_sealer().open
    transactions = {kind: _CODES[batch.kind, kind] for kind in ("checking", "savings")}
    first = fetch_one(
        "SELECT first_entry, last_entry FROM payments_ach_batch"
        " WHERE file_id = %(file)s AND number = %(batch)s",
        {"file": file.id, "batch": batch.number},
    )
    is_web = batch.sec == "WEB"
    connection.ensure_connection()
    # A cursor of the server's, in binary: a million rows pass through in memory for a few thousand.
    with connection.connection.cursor(name="ach_entries", binary=True) as rows:
        rows.itersize = _AT_ONCE
        rows.execute(
            ROWS,
            {"file": file.id, "batch": batch.number, "first": first.first_entry, "last": first.last_entry},
        )  # fmt: skip
        for account, entry, bank, cents, payment, recurring, routing, sealed, kind, holder in rows:
            yield EntryLine(
                transactions[kind],
                routing,
                open_(sealed, account_number=account, bank_id=bank),
                cents,
                str(payment or entry),
                holder,
                ("R" if recurring else "S") if is_web else "",
                entry % FIRST_TO_BALANCE + 1,
            )


def _balancing(batch: AchBatch, said: dict[str, Any], sequences: Iterator[int]) -> list[EntryLine]:
    """Return what makes a batch's debits and credits equal, in parts that fit and that may go the same day."""
    if not (said["balanced"] and batch.cents):
        return []
    most_cents = LARGEST_AMOUNT_CENTS
    if batch.same_day:
        most_cents = int(get_amount("ACH-SAMEDAY", on=batch.effective_on).value * 100)
    transaction = codes.CHECKING_CREDIT if batch.kind == "debit" else codes.CHECKING_DEBIT
    return [
        EntryLine(
            transaction, said["odfi"], get_originator().balancing_account, cents, "", said["company_name"],
            "S" if batch.sec == "WEB" else "", next(sequences),
        )
        for cents in parts_of(batch.cents, most_cents)
    ]  # fmt: skip
