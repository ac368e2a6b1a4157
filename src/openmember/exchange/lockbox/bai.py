"""Reads a lockbox file in BAI's records: 1, 2 and 5 are headers, 6 a check, 4 its overflow, 7 to 9 totals.

Source: BAI lockbox format as banks print it; positions in docs/formats/lockbox.md.
"""

import re
from datetime import date

from openmember.exchange.lockbox.types import Check, LockboxFile, Total, day_of, lines_of

# The fields of each record, in order, with how many characters each has and whether they are digits; a check's
# name and payee have no fixed end in practice.
_RECORDS = {
    "1": "priority:9x2 destination:x10 origin:x10 day:9x6 time:9x4",
    "2": "destination:x10 origin:x10 reference:x10 service:9x3 size:9x3 block:9x4 format:x1",
    "5": "batch:9x3 item:9x3 lockbox:9x7 day:9x6 destination:x10 origin:*10",
    "6": "batch:9x3 item:9x3 cents:9x10 routing:9x9 account:9_x10 number:9x10 dated:9_x6"
    " remitter:*30 payee:*90",
    "4": "batch:9x3 item:9x3 of:9x1 sequence:9x2 last:9x1 said:*90",
    "7": "batch:9x3 item:9x3 lockbox:9x7 day:9x6 checks:9x3 cents:9x10",
    "8": "batch:9x3 item:9x3 lockbox:9x7 day:9x6 checks:9x4 cents:9x10",
    "9": "records:9x6",
}
_FIELD = re.compile(r"(\w+):(9_x|9x|x|\*)(\d+)")
_CHARACTERS = {"9x": r"\d{%s}", "9_x": r"[\d ]{%s}", "x": ".{%s}", "*": ".{0,%s}"}
_LAYOUTS = {
    kind: re.compile(
        kind
        + "".join(
            f"(?P<{name}>{_CHARACTERS[what] % size})" for name, what, size in _FIELD.findall(fields)
        )
    )
    for kind, fields in _RECORDS.items()
}
_NAMES = {
    "1": "header", "2": "service record", "5": "lockbox header", "6": "check", "4": "overflow",
    "7": "batch total", "8": "lockbox total", "9": "trailer",
}  # fmt: skip
_MAY_FOLLOW = {
    "": "1", "1": "2", "2": "5", "5": "6", "6": "467", "4": "467", "7": "678", "8": "59", "9": "",
}  # fmt: skip


def read_bai_lockbox(content: bytes) -> LockboxFile:
    """Return what the file says. Nothing in a file raises."""
    reader = _Reader()
    for number, line in lines_of(content, reader.file):
        reader.take(number, line.rstrip(" "))
    reader.finish()
    return reader.file


class _Reader:
    """Where reading stands: the record before, the open lockbox, and the checks no total has counted yet."""

    def __init__(self) -> None:
        self.file = LockboxFile()
        self._before = ""
        self._line = 1
        self._lockbox, self._day = "", date.min
        self._of_batch: list[Check] = []
        self._of_lockbox: list[Check] = []
        self._overflow_is_open = False

    def take(self, line: int, record: str) -> None:
        kind = record[0]
        self._line = line
        if kind not in _RECORDS:
            self.file.wrong(line, "unknown-record", "The line is none of a lockbox file's records.")
            return
        self.file.records += 1
        if kind not in _MAY_FOLLOW[self._before]:
            after = _NAMES.get(self._before, "the start of the file")
            self.file.wrong(line, "order", f"A {_NAMES[kind]} ({kind}) may not follow {after}.")
        self._before = kind
        found = _LAYOUTS[kind].fullmatch(record)
        if found is None:
            self.file.wrong(
                line, "layout", f"The {_NAMES[kind]} ({kind}) does not have the layout of one."
            )
            return
        values = found.groupdict()
        if self._overflow_is_open and kind != "4":
            self.file.wrong(
                line, "overflow", "The overflow (4) before this line says that more follows."
            )
            self._overflow_is_open = False
        readers = {
            "5": self._header, "6": self._check, "4": self._overflow, "7": self._batch,
            "8": self._total, "9": self._trailer,
        }  # fmt: skip
        if kind in readers:
            readers[kind](line, values)

    def finish(self) -> None:
        if self._before != "9":
            self.file.wrong(self._line, "truncated", "The file ends without its trailer (9).")
        elif not self.file.lockboxes:
            self.file.wrong(self._line, "empty", "The file holds no lockbox.")

    def _header(self, line: int, values: dict[str, str]) -> None:
        day = day_of(values["day"])
        if day is None:
            self.file.wrong(line, "date", "The day of the deposit is not in the calendar.")
        self._lockbox, self._day = values["lockbox"], day or date.min

    def _check(self, line: int, values: dict[str, str]) -> None:
        check = Check(
            line, self._lockbox, self._day, int(values["batch"]), int(values["item"]), int(values["cents"]),
            values["routing"], values["account"].strip(), int(values["number"]), values["dated"].strip(),
            values["remitter"].strip(), values["payee"].strip(),
        )  # fmt: skip
        if not check.amount_cents:
            self.file.wrong(line, "amount", "The check is of nothing.")
        if any((one.batch, one.item) == (check.batch, check.item) for one in self._of_batch[-1:]):
            self.file.wrong(
                line, "item", f"Item {check.item} of batch {check.batch} stands there twice."
            )
        self.file.checks.append(check)
        self._of_batch.append(check)
        self._of_lockbox.append(check)

    def _overflow(self, line: int, values: dict[str, str]) -> None:
        check = self._of_batch[-1] if self._of_batch else None
        if check is None or (check.batch, check.item) != (
            int(values["batch"]),
            int(values["item"]),
        ):
            self.file.wrong(
                line, "overflow", "The overflow (4) is of another item than the check before it."
            )
            return
        if int(values["sequence"]) != len(check.overflow) + 1:
            self.file.wrong(line, "overflow", "An overflow (4) is missing, or stands there twice.")
        check.overflow.append(values["said"].strip())
        self._overflow_is_open = values["last"] != "9"

    def _batch(self, line: int, values: dict[str, str]) -> None:
        total = Total(values["batch"], int(values["checks"]), int(values["cents"]))
        if any(one.batch != int(total.name) for one in self._of_batch):
            self.file.wrong(
                line, "batch", f"The total is of batch {total.name}; a check is of another."
            )
        self._compare(line, f"batch {total.name}", total, self._of_batch)
        self.file.batches.append(total)
        self._of_batch = []

    def _total(self, line: int, values: dict[str, str]) -> None:
        total = Total(values["lockbox"], int(values["checks"]), int(values["cents"]))
        if total.name != self._lockbox or day_of(values["day"]) != self._day:
            self.file.wrong(
                line, "lockbox", "The total is of another lockbox or day than its header."
            )
        self._compare(line, "the lockbox", total, self._of_lockbox)
        self.file.lockboxes.append(total)
        self._of_lockbox = []

    def _compare(self, line: int, what: str, said: Total, checks: list[Check]) -> None:
        counted, cents = len(checks), sum(one.amount_cents for one in checks)
        if (said.checks, said.cents) != (counted, cents):
            message = (
                f"The total of {what} says {said.checks} checks of {said.cents} cents;"
                f" {counted} of {cents} were counted."
            )
            self.file.wrong(line, "control", message)

    def _trailer(self, line: int, values: dict[str, str]) -> None:
        self.file.stated_records = int(values["records"])
        if self.file.stated_records != self.file.records:
            message = f"The trailer says {self.file.stated_records} records; {self.file.records} were counted."
            self.file.wrong(line, "control", message)
