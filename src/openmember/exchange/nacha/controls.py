"""Compares what records 8 and 9 state with what was counted."""

from __future__ import annotations

from collections.abc import Sequence

from . import codes
from .problems import ProblemLog
from .types import Batch, Control, Totals

HASH_DIGITS = 10**10


def hash_of(totals: Totals) -> int:
    """Return the sum of the receiving banks, of which ten digits are stated."""
    return totals.entry_hash % HASH_DIGITS


def check_batch(line: int, batch: Batch, control: Control, log: ProblemLog) -> None:
    """Note each figure of a batch control that its records do not bear out."""
    totals = batch.totals
    for what, stated, counted in (
        ("entry and addenda count", control.count, totals.entries + totals.addenda),
        ("entry hash", control.entry_hash, hash_of(totals)),
        ("total of debits", control.debit_cents, totals.debit_cents),
        ("total of credits", control.credit_cents, totals.credit_cents),
        ("batch number", control.batch_number, batch.number),
        ("service class", control.service_class, batch.service_class),
        ("originating bank", control.odfi, batch.odfi),
    ):
        if stated != counted:
            log.differs(line, what, stated, counted)
    if control.company_id != batch.company_id:
        log.error(line, "control", "The company of the batch control is not that of its header.")
    if batch.service_class == codes.CREDITS_ONLY and totals.debit_cents:
        log.error(batch.line, "service_class", "A batch of credits only (220) holds debits.")
    if batch.service_class == codes.DEBITS_ONLY and totals.credit_cents:
        log.error(batch.line, "service_class", "A batch of debits only (225) holds credits.")
    if not totals.entries:
        log.error(batch.line, "structure", "The batch holds no entry.")


def check_file(
    line: int,
    control: Control,
    batches: Sequence[Batch],
    totals: Totals,
    block_count: int,
    log: ProblemLog,
) -> None:
    """Note each figure of the file control that the batches do not bear out."""
    for what, stated, counted in (
        ("batch count", control.batch_count, len(batches)),
        ("entry and addenda count", control.count, totals.entries + totals.addenda),
        ("entry hash", control.entry_hash, hash_of(totals)),
        ("total of debits", control.debit_cents, totals.debit_cents),
        ("total of credits", control.credit_cents, totals.credit_cents),
    ):
        if stated != counted:
            log.differs(line, what, stated, counted)
    if control.block_count != block_count:
        # Every record is counted another way too: nothing can be missing, and some banks count wrong.
        log.warn(line, "block_count", "The block count is not that of the file.")
