"""Reads single records by their columns. Nothing here looks at another record."""

from __future__ import annotations

import re

from . import codes
from .problems import ProblemLog
from .types import Batch, Change, Control, FileHeader, Return

_BLANK_DATES = frozenset({"", "000000"})
_DATE = re.compile(r"[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]|")


def number(text: str) -> int | None:
    """Return the number a column holds, or None when it is not all digits."""
    return int(text) if text.isascii() and text.isdecimal() else None


def file_header(line: int, record: str, log: ProblemLog) -> FileHeader:
    """Read record 1."""
    header = FileHeader(
        destination=record[3:13].strip(),
        origin=record[13:23].strip(),
        created_on=record[23:29].strip(),
        created_at=record[29:33].strip(),
        modifier=record[33],
        destination_name=record[40:63].strip(),
        origin_name=record[63:86].strip(),
    )
    if (record[1:3], record[34:40]) != ("01", "094101"):
        log.error(
            line,
            "file_header",
            "The file header has another priority, record size, blocking factor or format than"
            " 01, 094, 10 and 1.",
        )
    if not _DATE.fullmatch(header.created_on) or not _TIME.fullmatch(header.created_at):
        log.error(line, "date", "The day or time the file was made is none.")
    if not (header.modifier.isascii() and header.modifier.isalnum()):
        log.error(line, "file_header", "The file id modifier is not a letter or digit.")
    if not header.destination or not header.origin:
        log.error(line, "file_header", "The file header names no destination or no origin.")
    elif not codes.is_routing_number(header.destination):
        log.warn(line, "check_digit", "The immediate destination is no routing number.")
    return header


def batch_header(line: int, record: str, log: ProblemLog) -> Batch:
    """Read record 5."""
    is_international = record[50:53] == codes.INTERNATIONAL
    batch = Batch(
        line=line,
        service_class=record[1:4],
        company_name="" if is_international else record[4:20].strip(),
        company_id=record[40:50].strip(),
        sec=record[50:53],
        description=record[53:63].strip(),
        descriptive_date="" if is_international else record[63:69].strip(),
        effective_on=record[69:75].strip(),
        settlement_day=record[75:78].strip(),
        odfi=record[79:87],
        number=number(record[87:94]),
    )
    if batch.service_class not in codes.SERVICE_CLASSES:
        log.error(line, "service_class", "The service class is not 200, 220 or 225.")
    if batch.sec == "ADV":
        log.error(line, "sec", "The operator's own advices (ADV) are not read.")
    elif batch.sec not in codes.CLASSES:
        log.error(line, "sec", "The standard entry class is none of the trade.")
    if batch.effective_on not in _BLANK_DATES and not _DATE.fullmatch(batch.effective_on):
        log.error(line, "date", "The effective entry date is no date.")
    if batch.settlement_day and number(batch.settlement_day) is None:
        log.error(line, "date", "The settlement day is no day of the year.")
    if number(batch.odfi) is None or batch.number is None:
        log.error(line, "number", "The originating bank or the batch number is no number.")
    return batch


def batch_control(record: str) -> Control:
    """Read record 8."""
    return Control(
        service_class=record[1:4],
        count=number(record[4:10]),
        entry_hash=number(record[10:20]),
        debit_cents=number(record[20:32]),
        credit_cents=number(record[32:44]),
        company_id=record[44:54].strip(),
        odfi=record[79:87],
        batch_number=number(record[87:94]),
    )


def file_control(record: str) -> Control:
    """Read record 9."""
    return Control(
        batch_count=number(record[1:7]),
        block_count=number(record[7:13]),
        count=number(record[13:21]),
        entry_hash=number(record[21:31]),
        debit_cents=number(record[31:43]),
        credit_cents=number(record[43:55]),
    )


def returned(line: int, record: str, log: ProblemLog) -> Return:
    """Read addenda 99."""
    found = Return(
        code=record[3:6],
        original_trace=record[6:21].strip(),
        died_on=record[21:27].strip(),
        original_rdfi=record[27:35].strip(),
        info=record[35:79].strip(),
        trace=record[79:94].strip(),
    )
    if found.code not in codes.RETURNS:
        log.error(line, "return_code", "The return reason is no code of the trade.")
    _check_traces(line, found.original_trace, found.trace, log)
    return found


def change(line: int, record: str, log: ProblemLog) -> Change:
    """Read addenda 98."""
    found = Change(
        code=record[3:6],
        original_trace=record[6:21].strip(),
        original_rdfi=record[27:35].strip(),
        corrected=record[35:64].rstrip(),
        trace=record[79:94].strip(),
    )
    if found.code not in codes.CHANGES:
        log.error(line, "change_code", "The change is no code of the trade.")
    if not found.corrected:
        log.error(line, "change_code", "The change says nothing to correct.")
    _check_traces(line, found.original_trace, found.trace, log)
    return found


def _check_traces(line: int, original: str, own: str, log: ProblemLog) -> None:
    if number(original) is None or number(own) is None:
        log.error(line, "trace", "A trace number is no number.")
