"""A month's journal for other programs: CSV, and the XML Auditfile Financieel, version 3.2.

Both are written as they are read, so that a month of any size takes little memory. Their totals are those of
the trial balance. The auditfile was chosen because its schema is public and can be checked without a service:
docs/runbooks/month-end.md says more.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from xml.sax.saxutils import escape

from openmember.kernel.money import dollars_from_cents
from openmember.ledger.closing.queries import get_trial_balance, iterate_journal
from openmember.ledger.closing.types import CodeBalance, JournalLine, TrialBalance
from openmember.payments.closing.queries import last_of_month

COLUMNS = (
    "transfer", "effective_on", "kind", "reference", "code", "title", "debit", "credit",
)  # fmt: skip
NAMESPACE = "http://www.auditfiles.nl/XAF/3.2"


def journal_csv(*, month: date) -> Iterator[str]:
    """Yield the journal as CSV: two rows for each transfer, a debit and a credit."""
    yield _row(COLUMNS)
    for line in iterate_journal(month=month):
        amount = dollars_from_cents(line.amount_cents)
        day = line.effective_on.isoformat()
        common = (line.id, day, line.kind, line.reference)
        yield _row((*common, int(line.debit), line.debit.title, amount, ""))
        yield _row((*common, int(line.credit), line.credit.title, "", amount))


def trial_balance_csv(balance: TrialBalance) -> Iterator[str]:
    """Yield the trial balance as CSV."""
    yield _row(("code", "title", "opening", "debit", "credit", "closing"))
    for line in balance.lines:
        cents = (line.opening_cents, line.debit_cents, line.credit_cents, line.closing_cents)
        yield _row((int(line.code), line.title, *map(dollars_from_cents, cents)))


def auditfile(*, month: date, organisation: str, created_on: date) -> Iterator[str]:
    """Yield a month's ledger as an XML Auditfile Financieel 3.2.

    Source: XML Auditfile Financieel 3.2, XML Platform. Two lines a transfer; no member is named.
    """
    balance = get_trial_balance(month=month)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<auditfile xmlns="{NAMESPACE}">\n'
    yield _header(month, created_on)
    yield f"<company><companyName>{escape(organisation[:255])}</companyName>"
    # The schema asks for a tax registration; the organisation's own is not ours to know.
    yield "<taxRegistrationCountry>US</taxRegistrationCountry><taxRegIdent>not stated</taxRegIdent>\n"
    yield from _accounts(balance)
    yield _period(month)
    yield from _opening(balance)
    yield from _transactions(month, balance)
    yield "</company>\n</auditfile>\n"


def _header(month: date, created_on: date) -> str:
    return (
        f"<header><fiscalYear>{month:%Y}</fiscalYear><startDate>{month}</startDate>"
        f"<endDate>{last_of_month(month)}</endDate><curCode>USD</curCode>"
        f"<dateCreated>{created_on}</dateCreated><softwareDesc>OpenMember</softwareDesc>"
        "<softwareVersion>1</softwareVersion></header>\n"
    )


def _accounts(balance: TrialBalance) -> Iterator[str]:
    yield "<generalLedger>\n"
    for line in balance.lines:
        kind = "P" if line.code >= 4000 else "B"
        yield (
            f"<ledgerAccount><accID>{int(line.code)}</accID><accDesc>{escape(line.title)}</accDesc>"
            f"<accTp>{kind}</accTp></ledgerAccount>\n"
        )
    yield "</generalLedger>\n"


def _period(month: date) -> str:
    return (
        f"<periods><period><periodNumber>{month.month}</periodNumber><startDatePeriod>{month}</startDatePeriod>"
        f"<endDatePeriod>{last_of_month(month)}</endDatePeriod></period></periods>\n"
    )


def _opening(balance: TrialBalance) -> Iterator[str]:
    opened = [line for line in balance.lines if line.opening_cents]
    debit = sum(line.opening_cents for line in opened if line.opening_cents > 0)
    credit = -sum(line.opening_cents for line in opened if line.opening_cents < 0)
    yield f"<openingBalance><opBalDate>{balance.month}</opBalDate>" + _totals(
        len(opened), debit, credit
    )
    for number, line in enumerate(opened, start=1):
        yield f"<obLine><nr>{number}</nr>{_amount(line)}</obLine>\n"
    yield "</openingBalance>\n"


def _transactions(month: date, balance: TrialBalance) -> Iterator[str]:
    # Counted from the trial balance would be sums of sums; counting is one more pass over the month.
    count = sum(1 for _line in iterate_journal(month=month))
    yield "<transactions>" + _totals(2 * count, balance.debit_cents, balance.credit_cents)
    if count:
        yield "<journal><jrnID>GL</jrnID><desc>General ledger</desc>\n"
        for line in iterate_journal(month=month):
            yield _transaction(line, month)
        yield "</journal>\n"
    yield "</transactions>\n"


def _transaction(line: JournalLine, month: date) -> str:
    sides = "".join(
        f"<trLine><nr>{number}</nr><accID>{int(code)}</accID><docRef>{escape(line.reference)}</docRef>"
        f"<effDate>{line.effective_on}</effDate><amnt>{dollars_from_cents(line.amount_cents)}</amnt>"
        f"<amntTp>{side}</amntTp></trLine>"
        for number, (code, side) in enumerate(((line.debit, "D"), (line.credit, "C")), start=1)
    )
    return (
        f"<transaction><nr>{line.id}</nr><desc>{escape(line.kind)}</desc><periodNumber>{month.month}</periodNumber>"
        f"<trDt>{line.effective_on}</trDt>{sides}</transaction>\n"
    )


def _totals(count: int, debit: int, credit: int) -> str:
    return (
        f"<linesCount>{count}</linesCount><totalDebit>{dollars_from_cents(debit)}</totalDebit>"
        f"<totalCredit>{dollars_from_cents(credit)}</totalCredit>\n"
    )


def _amount(line: CodeBalance) -> str:
    side = "D" if line.opening_cents > 0 else "C"
    amount = dollars_from_cents(abs(line.opening_cents))
    return f"<accID>{int(line.code)}</accID><amnt>{amount}</amnt><amntTp>{side}</amntTp>"


def _row(values: tuple[object, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()
