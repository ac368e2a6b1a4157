"""Says what an ACH file holds as plain dictionaries, for reports and comparison."""

from __future__ import annotations

from typing import Any

from . import codes
from .controls import hash_of
from .lines import Source
from .reader import open_nacha
from .types import Batch, Control, FileHeader, Report, Totals


def report_as_dict(source: Source) -> dict[str, Any]:
    """Read an ACH file to its end and return it as a dictionary."""
    return as_dict(open_nacha(source).report)


def as_dict(report: Report) -> dict[str, Any]:
    """Return a report as a dictionary. Entries are counted, returns and changes listed."""
    shape = report.shape
    found: dict[str, Any] = {
        "bytes": shape.byte_count,
        "encoding": shape.encoding,
        "eol": shape.eol,
        "physical_lines": shape.lines,
        "line_lengths": {str(size): count for size, count in shape.line_lengths.items()},
        "records": shape.records,
        "padding_9_lines": shape.padding_lines,
        "file_header": _header(report.header) if report.header else None,
        "batches": [_batch(batch) for batch in report.batches],
        "computed": {
            "batch_count": len(report.batches),
            **_totals(report.totals),
            "entry_addenda_count": _count(report.totals),
            "block_count": report.block_count,
        },
        "file_control": _file_control(report.control) if report.control else None,
    }
    if report.control:
        stated, counted = found["file_control"], found["computed"]
        found["file_control_balances"] = {name: stated[name] == counted[name] for name in stated}
    found["all_controls_balance_ignoring_block_count"] = _balances(report, found)
    found["structural_problems"] = list(report.structural_problems)
    return found


def _header(header: FileHeader) -> dict[str, Any]:
    return {
        "immediate_destination": header.destination,
        "immediate_origin": header.origin,
        "file_creation_date": header.created_on,
        "file_creation_time": header.created_at,
        "file_id_modifier": header.modifier,
        "destination_name": header.destination_name,
        "origin_name": header.origin_name,
        "destination_check_digit_ok": codes.is_routing_number(header.destination),
    }


def _batch(batch: Batch) -> dict[str, Any]:
    found: dict[str, Any] = {
        "service_class": batch.service_class,
        "company_name": batch.company_name,
        "company_id": batch.company_id,
        "sec": batch.sec,
        "entry_description": batch.description,
        "effective_entry_date": batch.effective_on,
        "settlement_julian": batch.settlement_day,
        "odfi": batch.odfi,
        "batch_number": batch.number,
        **_totals(batch.totals),
        "bad_check_digit_lines": batch.bad_check_digit_lines,
        "returns": batch.returns,
        "nocs": batch.changes,
        "prenotes": batch.prenotes,
        "transaction_codes": batch.transactions,
        "line": batch.line,
    }
    control = batch.control
    if control is None:
        return found
    stated = {
        "service_class": control.service_class,
        "entry_addenda_count": control.count,
        "entry_hash": control.entry_hash,
        "debit_cents": control.debit_cents,
        "credit_cents": control.credit_cents,
        "batch_number": control.batch_number,
    }
    balances = {
        "count": control.count == _count(batch.totals),
        "hash": control.entry_hash == hash_of(batch.totals),
        "debit": control.debit_cents == batch.totals.debit_cents,
        "credit": control.credit_cents == batch.totals.credit_cents,
        "service_class_matches": control.service_class == batch.service_class,
    }
    return {**found, "control": stated, "balances": balances}


def _totals(totals: Totals) -> dict[str, int]:
    return {
        "entries": totals.entries,
        "addenda": totals.addenda,
        "entry_hash": hash_of(totals),
        "debit_cents": totals.debit_cents,
        "credit_cents": totals.credit_cents,
    }


def _file_control(control: Control) -> dict[str, int | None]:
    return {
        "batch_count": control.batch_count,
        "block_count": control.block_count,
        "entry_addenda_count": control.count,
        "entry_hash": control.entry_hash,
        "debit_cents": control.debit_cents,
        "credit_cents": control.credit_cents,
    }


def _balances(report: Report, found: dict[str, Any]) -> bool:
    if report.control is None or any(batch.control is None for batch in report.batches):
        return False
    whole = {**found["file_control_balances"], "block_count": True}
    parts = [value for batch in found["batches"] for value in batch["balances"].values()]
    return all(whole.values()) and all(parts)


def _count(totals: Totals) -> int:
    return totals.entries + totals.addenda
