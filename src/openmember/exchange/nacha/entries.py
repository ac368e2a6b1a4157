"""Reads the entries of one batch with their addenda, and counts them."""

from __future__ import annotations

from collections.abc import Iterator

from . import codes, records
from .problems import ProblemLog
from .types import Batch, Change, Entry, Return

_FREE_TEXT, _CHANGE, _RETURN = "05", "98", "99"
_INTERNATIONAL_ADDENDA = frozenset(str(number) for number in range(10, 19))


class EntryReader:
    """Takes records 6 and 7 one after another and gives each entry when its last addenda is read."""

    def __init__(self, batch: Batch, log: ProblemLog) -> None:
        self._batch = batch
        self._log = log
        self._entry: Entry | None = None
        self._expects_addenda = False
        self._announced: int | None = None
        self._texts: list[str] = []
        self._count = 0
        self._return: Return | None = None
        self._change: Change | None = None
        self._last_trace = ""

    def take(self, line: int, record: str) -> Iterator[Entry]:
        """Read one record 6 or 7."""
        if record[0] == "6":
            yield from self.close()
            self._begin(line, record)
        elif self._entry is None:
            self._log.error(line, "structure", "The addenda belongs to no entry.")
        else:
            self._addenda(line, record)

    def close(self) -> Iterator[Entry]:
        """Give the entry whose addenda are all read, if there is one."""
        if self._entry is None:
            return
        entry, batch = self._entry, self._batch
        if self._texts or self._return or self._change:
            entry = entry._replace(
                addenda=tuple(self._texts), returned=self._return, change=self._change
            )
        self._check_whole(entry)
        totals = batch.totals
        totals.entries += 1
        totals.addenda += self._count
        if entry.is_prenote:
            batch.prenotes += 1
        self._entry, self._texts, self._count = None, [], 0
        self._return = self._change = None
        yield entry

    def _begin(self, line: int, record: str) -> None:
        batch, log = self._batch, self._log
        transaction, routing = record[1:3], record[3:12]
        is_international = batch.sec == codes.INTERNATIONAL
        cents = records.number(record[29:39])
        if cents is None:
            log.error(line, "amount", "The amount is no number.")
        self._entry = entry = Entry(
            line=line,
            batch=batch,
            transaction=transaction,
            routing=routing,
            account=record[39:74].strip() if is_international else record[12:29].strip(),
            amount_cents=cents or 0,
            individual_id="" if is_international else record[39:54].strip(),
            name="" if is_international else record[54:76].strip(),
            discretionary="" if is_international else record[76:78].strip(),
            trace=record[79:94],
        )
        self._expects_addenda = record[78] == "1"
        self._announced = self._announced_addenda(record)
        if record[78] not in "01":
            log.error(line, "addenda", "The addenda indicator is not 0 or 1.")
        if transaction not in codes.TRANSACTIONS:
            log.error(line, "transaction", "The transaction code is none of the trade.")
        else:
            self._count_money(entry)
        self._check_routing(entry)
        if records.number(entry.trace) is None:
            log.error(line, "trace", "The trace number is no number.")

    def _announced_addenda(self, record: str) -> int | None:
        if self._batch.sec in {"CTX", "ENR", "TRX", "ATX"}:
            return records.number(record[54:58])
        return records.number(record[12:16]) if self._batch.sec == codes.INTERNATIONAL else None

    def _count_money(self, entry: Entry) -> None:
        totals, counts = self._batch.totals, self._batch.transactions
        counts[entry.transaction] = counts.get(entry.transaction, 0) + 1
        if entry.is_debit:
            totals.debit_cents += entry.amount_cents
        else:
            totals.credit_cents += entry.amount_cents
        if entry.is_prenote and entry.amount_cents:
            self._log.error(entry.line, "prenote", "A prenotification moves no money.")

    def _check_routing(self, entry: Entry) -> None:
        bank = records.number(entry.routing[:8])
        if bank is None:
            self._log.error(entry.line, "routing", "The receiving bank is no number.")
            return
        self._batch.totals.entry_hash += bank
        if entry.routing[8] != str(codes.check_digit(entry.routing)):
            self._batch.bad_check_digit_lines.append(entry.line)
            self._log.error(
                entry.line, "check_digit", "The check digit of the receiving bank is wrong."
            )

    def _addenda(self, line: int, record: str) -> None:
        self._count += 1
        kind = record[1:3]
        if kind == _RETURN and not (self._return or self._change):
            self._return = found = records.returned(line, record, self._log)
            self._batch.returns.append(_said(found, died_on="date_of_death"))
        elif kind == _CHANGE and not (self._return or self._change):
            self._change = change = records.change(line, record, self._log)
            self._batch.changes.append(_said(change, corrected="corrected_data"))
        elif kind == _FREE_TEXT:
            self._text(line, record)
        elif kind in _INTERNATIONAL_ADDENDA and self._batch.sec == codes.INTERNATIONAL:
            self._texts.append(record[3:83].rstrip())
        else:
            self._log.error(line, "addenda", "The addenda is of a kind the entry cannot have.")

    def _text(self, line: int, record: str) -> None:
        assert self._entry is not None
        self._texts.append(record[3:83].rstrip())
        if records.number(record[83:87]) != self._count:
            self._log.error(line, "addenda", "The addenda does not follow the one before it.")
        if record[87:94] != self._entry.trace[8:]:
            self._log.error(line, "addenda", "The addenda is numbered for another entry.")

    def _check_whole(self, entry: Entry) -> None:
        log, sec, line = self._log, self._batch.sec, entry.line
        if self._expects_addenda != (self._count > 0):
            log.error(
                line, "addenda", "The entry has addenda it does not announce, or none it does."
            )
        if self._announced is not None and not entry.returned and self._announced != self._count:
            said = f"The entry announces {self._announced} addenda and has {self._count}."
            log.error(line, "addenda", said)
        if (sec == codes.CHANGE_CLASS) != (entry.change is not None):
            log.error(line, "change", "Changes stand in batches of class COR, and only there.")
        if entry.change and entry.amount_cents:
            log.error(entry.line, "change", "A notification of change moves no money.")
        if not entry.returned and not entry.change:
            self._check_forward(entry)

    def _check_forward(self, entry: Entry) -> None:
        log, sec = self._log, self._batch.sec
        if len(self._texts) > codes.ADDENDA_AT_MOST.get(sec, 1):
            log.error(entry.line, "addenda", "The entry has more addenda than its class allows.")
        if entry.trace[:8] != self._batch.odfi:
            log.error(entry.line, "trace", "The trace number is not of the originating bank.")
        if entry.trace <= self._last_trace:
            log.error(entry.line, "trace", "The trace number does not follow the last one.")
        self._last_trace = entry.trace


def _said(found: Return | Change, **renamed: str) -> dict[str, str]:
    return {renamed.get(name, name): value for name, value in found._asdict().items()}
