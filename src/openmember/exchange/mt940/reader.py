"""Reads an MT940 or MT942 file whole, holds each statement to its balances, and names each problem.

Source: SWIFT, Standards Category 9, MT 940 and MT 942; what banks make of field 86 as their guides say.
"""

import re
from collections.abc import Iterator

from openmember.exchange.mt940 import fields
from openmember.exchange.mt940.types import Problem, Statement, StatementFile

PROBLEMS_AT_MOST = 1000
LINES_AT_MOST = 5_000_000
_TAG = re.compile(r":(\d{2}[A-Z]?|NS):(.*)", re.DOTALL)
_END = re.compile(r"-(?:\}.*|[A-Z]{0,3})?\s*$")
_PASSED_OVER = frozenset({"21", "13", "13D", "34F", "64", "65", "NS", "28", "28C"})
_KNOWN = _PASSED_OVER | {"20", "25", "25P", "60F", "60M", "61", "62F", "62M", "86", "90C", "90D"}


def read_mt940(content: bytes) -> StatementFile:
    """Return what the file says. Nothing in a file raises; use it only when it has no problems."""
    reader = _Reader()
    for line, tag, text in _fields(content, reader):
        reader.take(line, tag, text)
    reader.finish()
    return reader.file


class _Reader:
    """Where reading stands: the open statement, and whether its text is about a movement."""

    def __init__(self) -> None:
        self.file = StatementFile()
        self._open: Statement | None = None
        self._describes = False

    def take(self, line: int, tag: str, text: str) -> None:
        if tag == "20":
            self.end(line)
            self._open = Statement(text.strip(), line)
            self.file.statements.append(self._open)
            return
        if self._open is None:
            self.wrong(line, "order", f"Field {tag} stands outside a statement.")
            return
        if tag not in _KNOWN:
            self.wrong(line, "unknown-field", f"Field {tag} is none of a statement's.")
        self._field(self._open, line, tag, text)
        if tag != "61":
            self._describes = False
        if tag in {"34F", "90C", "90D"}:
            self._open.is_interim = True

    def _field(self, statement: Statement, line: int, tag: str, text: str) -> None:
        match tag[:2]:
            case "25":
                statement.account = " ".join(text.split())
            case "28":
                statement.number = text.strip()
            case "60" | "62":
                self._balance(statement, line, tag, text)
            case "61":
                self._entry(statement, line, text)
            case "86" if self._describes:
                fields.describe(statement.entries[-1], text)
            case "90":
                self._counted(statement, line, tag, text)

    def end(self, line: int) -> None:
        """Judge the statement that is open, if there is one."""
        statement, self._open, self._describes = self._open, None, False
        if statement is None:
            return
        if not statement.account:
            self.wrong(statement.line, "account", "The statement names no account (25).")
        if statement.is_interim:
            self._check_counts(statement)
        elif statement.opening is None or statement.closing is None:
            self.wrong(line, "truncated", "A statement ends without its balances (60, 62).")
        else:
            self._check_balances(statement)

    def finish(self) -> None:
        self.end(self.file.statements[-1].line if self.file.statements else 1)
        if not self.file.statements and not self.file.problems:
            self.wrong(1, "empty", "The file holds no statement.")

    def wrong(self, line: int, code: str, message: str) -> None:
        if len(self.file.problems) < PROBLEMS_AT_MOST:
            self.file.problems.append(Problem(line, code, message))

    def _balance(self, statement: Statement, line: int, tag: str, text: str) -> None:
        found = fields.balance_of(tag, text)
        if found is None or found.on is None:
            self.wrong(
                line, "balance", f"Field {tag} is no balance: a sign, a day, a currency, an amount."
            )
            return
        name = "opening" if tag.startswith("60") else "closing"
        if getattr(statement, name) is not None:
            self.wrong(line, "order", f"The statement has its {name} balance twice.")
        elif name == "closing" and statement.opening is None:
            self.wrong(line, "order", "The closing balance stands before the opening balance.")
        setattr(statement, name, found)

    def _entry(self, statement: Statement, line: int, text: str) -> None:
        found = fields.entry_of(text, line)
        self._describes = found is not None
        if found is None:
            self.wrong(
                line, "movement", "Field 61 is no movement: a day, a direction, an amount, a type."
            )
            return
        if statement.closing is not None:
            self.wrong(line, "order", "A movement stands after the closing balance.")
        statement.entries.append(found)

    def _counted(self, statement: Statement, line: int, tag: str, text: str) -> None:
        found = fields.counted_of(text)
        if found is None:
            self.wrong(line, "count", f"Field {tag} is no count: a number, a currency, an amount.")
        else:
            statement.counted[tag[-1]] = found

    def _check_balances(self, statement: Statement) -> None:
        opening, closing = statement.opening, statement.closing
        assert opening is not None
        assert closing is not None
        made = opening.signed + statement.credits - statement.debits
        if opening.currency != closing.currency:
            self.wrong(statement.line, "currency", "The balances are in two currencies.")
        elif made != closing.signed:
            message = (
                f"The statement does not add up: {opening.signed} and {statement.credits} in and"
                f" {statement.debits} out make {made}, not {closing.signed}."
            )
            self.wrong(statement.line, "does-not-add-up", message)
        if opening.on and closing.on and closing.on < opening.on:
            message = "The closing balance is of an earlier day than the opening balance."
            self.file.notes.append(Problem(statement.line, "days", message))

    def _check_counts(self, statement: Statement) -> None:
        for mark, counted in statement.counted.items():
            signed = [one.signed for one in statement.entries if (one.signed > 0) == (mark == "C")]
            if counted != (len(signed), abs(sum(signed))):
                message = (
                    f"The report counts {counted[0]} of {counted[1]} for {mark};"
                    f" {len(signed)} are listed."
                )
                self.wrong(statement.line, "control", message)


def _fields(content: bytes, reader: _Reader) -> Iterator[tuple[int, str, str]]:
    """Yield each field with the lines that go on with it, without what the network put around statements."""
    start, tag, parts = 0, "", [""]
    for number, line in _lines(content, reader):
        found = _TAG.match(line)
        ends = not found and _END.fullmatch(line) is not None
        if tag and not found and not ends:
            parts.append(_clean(line))
            continue
        if tag:
            yield start, tag, "\n".join(parts)
            tag = ""
        if found:
            start, tag, parts = number, found[1], [_clean(found[2])]
        elif ends:
            reader.end(number)
        elif reader.file.statements and line.strip() and not _is_envelope(line):
            reader.wrong(number, "trailing-data", "The line belongs to no field of a statement.")
    if tag:
        yield start, tag, "\n".join(parts)


def _lines(content: bytes, reader: _Reader) -> Iterator[tuple[int, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # What older bank systems write; every byte is a letter.
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if number > LINES_AT_MOST:
            reader.wrong(number, "too-long", "The file is longer than any bank's.")
            return
        yield number, line


def _clean(line: str) -> str:
    return "".join(letter if letter >= " " else " " for letter in line)


def _is_envelope(line: str) -> bool:
    """Whether the network wrote this line between two statements."""
    return line.startswith(("{", "0000 ", "940 ", ":940:", ":942:", "\x01", "\x03"))
