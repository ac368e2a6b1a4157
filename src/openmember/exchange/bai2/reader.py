"""Reads a BAI2 file whole, checks every trailer and every balance, and names each problem.

Source: BAI, Cash Management Balance Reporting Specifications, version 2.
"""

from openmember.exchange.bai2.records import Fields, Record, cut, note_problem
from openmember.exchange.bai2.types import (
    Account,
    BankFile,
    Group,
    Problem,
    Summary,
    Trailer,
    Transaction,
    direction,
)
from openmember.exchange.bai2.values import amount_of, count_of, date_of, read_funds

OPENING, CLOSING, CREDITS, DEBITS = "010", "015", "100", "400"
GROUP_STATUSES = frozenset({"1", "2", "3", "4"})


def read_bai2(content: bytes) -> BankFile:
    """Return what the file says. Nothing in a file raises; use it only when it has no problems."""
    reader = _Reader()
    for record in cut(content, reader.file):
        reader.take(record)
    reader.finish()
    return reader.file


class _Reader:
    """Where reading stands: the open group and account, and the records counted for each trailer."""

    def __init__(self) -> None:
        self.file = BankFile()
        self._group: Group | None = None
        self._account: Account | None = None
        self._account_total = 0
        # Physical records since the header of the account, the group, the file.
        self._counts = {"account": 0, "group": 0, "file": 0}
        self._has_header = self._is_over = False

    def take(self, record: Record) -> None:
        if self._is_over:
            self._wrong(record, "trailing-data", "Something follows the file trailer (99).")
            return
        for level in self._counts:
            self._counts[level] += record.size
        if not self._has_header and record.code != "01":
            self._wrong(record, "no-header", "The file does not start with a file header (01).")
            self._has_header = True
        {
            "01": self._file_header, "02": self._group_header, "03": self._account_header,
            "16": self._transaction, "49": self._account_trailer, "98": self._group_trailer,
            "99": self._file_trailer,
        }[record.code](record)  # fmt: skip

    def finish(self) -> None:
        """Note what the end of the file cut off."""
        last = self.file.physical_lines
        if not self._has_header:
            note_problem(self.file, last, "empty", "The file holds no record.")
        elif not self._is_over:
            self._close_account(last)
            self._close_group(last)
            note_problem(self.file, last, "truncated", "The file ends without its trailer (99).")

    def _file_header(self, record: Record) -> None:
        if self._has_header:
            self._wrong(record, "second-header", "A second file header (01) inside the file.")
            return
        self._has_header = True
        fields = Fields(record)
        file = self.file
        file.sender, file.receiver = fields.next(), fields.next()
        file.created, file.created_time, file.file_id = fields.next(), fields.next(), fields.next()
        _length, _block = fields.next(), fields.next()
        file.version = fields.next()
        if date_of(file.created) is None:
            self._wrong(record, "date", "The day the file was made is not in the calendar.")
        if file.version != "2":
            self._wrong(record, "version", "The file is not of version 2.")

    def _group_header(self, record: Record) -> None:
        self._close_account(record.line)
        self._close_group(record.line)
        fields = Fields(record)
        receiver, originator, status, as_of = (fields.next() for _field in range(4))
        _time, currency, modifier = fields.next(), fields.next(), fields.next()
        self._group = Group(
            receiver, originator, status, as_of, date_of(as_of), currency, modifier, record.line
        )
        self.file.groups.append(self._group)
        self._counts["group"] = record.size
        if self._group.as_of_on is None:
            self._wrong(record, "date", "The day of the group is not in the calendar.")
        if status not in GROUP_STATUSES:
            self._wrong(
                record,
                "status",
                f"The status of the group is {status[:3]!r}; expected 1, 2, 3 or 4.",
            )

    def _account_header(self, record: Record) -> None:
        self._close_account(record.line)
        if self._group is None:
            self._wrong(record, "order", "An account (03) stands outside a group.")
            return
        fields = Fields(record)
        number, currency = fields.next(), fields.next() or self._group.currency
        self._account = Account(number, currency, record.line)
        self._group.accounts.append(self._account)
        self._counts["account"], self._account_total = record.size, 0
        if not number:
            self._wrong(record, "account", "The account has no number.")
        while not fields.is_exhausted:
            type_code, typed = fields.next(), fields.next()
            amount = amount_of(typed, self.file, record.line, f"Summary {type_code[:3]}")
            items = count_of(fields.next(), self.file, record.line, "The number of items")
            funds = read_funds(fields, amount, self.file, record.line)
            if type_code:
                self._check_type(record, type_code)
                self._account.summaries.append(Summary(type_code, amount, items, funds))
            elif amount is not None:
                self._wrong(record, "type", "An amount of the account has no type.")
            self._account_total += amount or 0

    def _transaction(self, record: Record) -> None:
        if self._account is None:
            self._wrong(record, "order", "A transaction (16) stands outside an account.")
            return
        fields = Fields(record)
        type_code = fields.next()
        amount = amount_of(fields.next(), self.file, record.line, "The amount")
        funds = read_funds(fields, amount, self.file, record.line)
        bank, customer = fields.next(), fields.next()
        self._check_type(record, type_code)
        if amount is None and direction(type_code):
            self._wrong(record, "amount", "A transaction has no amount.")
        elif amount is not None and amount < 0:
            self._wrong(
                record,
                "amount",
                "The amount of a transaction has a sign; its type gives the direction.",
            )
        self._account.transactions.append(
            Transaction(type_code, amount or 0, funds, bank, customer, fields.text(), record.line)
        )
        self._account_total += amount or 0

    def _account_trailer(self, record: Record) -> None:
        if self._account is None:
            self._wrong(record, "order", "An account trailer (49) ends no account.")
            return
        fields = Fields(record)
        total = amount_of(fields.next(), self.file, record.line, "The control total")
        records = count_of(fields.next(), self.file, record.line, "The record count")
        self._account.trailer = Trailer(
            total,
            None,
            records,
            self._account_total,
            len(self._account.transactions),
            self._counts["account"],
        )
        self._check_trailer(record, self._account.trailer, "account", "")
        self._check_balances(self._account)
        self._account = None

    def _group_trailer(self, record: Record) -> None:
        self._close_account(record.line)
        if self._group is None:
            self._wrong(record, "order", "A group trailer (98) ends no group.")
            return
        accounts = self._group.accounts
        total = sum(one.trailer.control_total or 0 for one in accounts if one.trailer)
        self._group.trailer = self._trailer(record, total, len(accounts), self._counts["group"])
        self._check_trailer(record, self._group.trailer, "group", "accounts")
        self._group = None

    def _file_trailer(self, record: Record) -> None:
        self._close_account(record.line)
        self._close_group(record.line)
        groups = self.file.groups
        total = sum(one.trailer.control_total or 0 for one in groups if one.trailer)
        self.file.trailer = self._trailer(record, total, len(groups), self._counts["file"])
        self._check_trailer(record, self.file.trailer, "file", "groups")
        self._is_over = True

    def _trailer(self, record: Record, total: int, units: int, records: int) -> Trailer:
        fields = Fields(record)
        said = amount_of(fields.next(), self.file, record.line, "The control total")
        said_units = count_of(fields.next(), self.file, record.line, "A count")
        said_records = count_of(fields.next(), self.file, record.line, "The record count")
        return Trailer(said, said_units, said_records, total, units, records)

    def _check_trailer(self, record: Record, trailer: Trailer, what: str, units: str) -> None:
        compared = [("control total", trailer.control_total, trailer.counted_total)]
        if units:
            compared.append((f"number of {units}", trailer.units, trailer.counted_units))
        compared.append(("number of records", trailer.records, trailer.counted_records))
        for name, said, counted in compared:
            if said != counted:
                self._wrong(
                    record,
                    "control",
                    f"The {what} trailer says a {name} of {said}; {counted} was counted.",
                )

    def _check_type(self, record: Record, type_code: str) -> None:
        if len(type_code) != 3 or not (type_code.isascii() and type_code.isdecimal()):
            self._wrong(record, "type", "A type code is not three digits.")

    def _check_balances(self, account: Account) -> None:
        """Hold the day to its sum where the bank gives both balances; note totals that the details lack."""
        opening, closing = account.balance(OPENING), account.balance(CLOSING)
        credits = sum(one.amount for one in account.transactions if direction(one.type_code) > 0)
        debits = sum(one.amount for one in account.transactions if direction(one.type_code) < 0)
        if not account.transactions:
            credits, debits = account.balance(CREDITS) or 0, account.balance(DEBITS) or 0
        if None not in (opening, closing) and opening + credits - debits != closing:  # type: ignore[operator]  # not None
            self._note_balance(
                account, f"{opening} and {credits} in and {debits} out do not make {closing}"
            )
        for code, counted in ((CREDITS, credits), (DEBITS, debits)):
            said = account.balance(code)
            if account.transactions and said is not None and said != counted:
                message = f"The total {code} is {said}, the transactions listed make {counted}."
                self.file.notes.append(Problem(account.line, "totals", message))

    def _note_balance(self, account: Account, what: str) -> None:
        note_problem(self.file, account.line, "balance", f"The day does not add up: {what}.")

    def _close_account(self, line: int) -> None:
        if self._account is not None:
            note_problem(self.file, line, "truncated", "An account ends without its trailer (49).")
            self._account = None

    def _close_group(self, line: int) -> None:
        if self._group is not None:
            note_problem(self.file, line, "truncated", "A group ends without its trailer (98).")
            self._group = None

    def _wrong(self, record: Record, code: str, message: str) -> None:
        note_problem(self.file, record.line, code, message)
