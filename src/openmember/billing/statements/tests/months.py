"""What the tests of statements share: running a month, and moving money as the rooms above do."""

from datetime import date

from openmember.billing.statements import queries, services
from openmember.billing.testing import a_bill
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.testing import TESTER

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


def run(month: date, **options):
    after = date(month.year + month.month // 12, month.month % 12 + 1, 2)
    return services.run_month(month=month, today=after, actor=TESTER, **options)


def bill(account, cents: int, on: date, **facts):
    return a_bill(account, cents, issued_on=on, due_on=date(2027, 1, 15), **facts)


def pay(account, cents: int, on: date, bill=None, kind: str = "payment") -> None:
    """Post what a payment posts; the payments room lies above this one."""
    premium = min(
        cents,
        fetch_one(
            "SELECT premium_cents FROM ledger_balance WHERE account_number = %s", [account.number]
        )[0],
    )
    fetch_all(
        "SELECT ledger_settle(%s, 1020::smallint, %s, 0, 0, %s, %s, %s, 'payment:7')",
        [account.number, premium, cents - premium, kind, on],
    )
    if bill:
        fetch_all(
            "UPDATE billing_bill SET open_cents = open_cents - %s WHERE id = %s", [premium, bill.id]
        )


def post(account, debit: int, credit: int, cents: int, on: date, kind: str = "other") -> None:
    fetch_all(
        "SELECT ledger_post(%s, %s::smallint, %s::smallint, %s, %s, %s, 'test')",
        [account.number, debit, credit, cents, kind, on],
    )


def statement_of(account, month: date):
    known = queries.list_statements(numbers=account.numbers, holder_id=account.holder_id)
    found = [one for one in known if one.month == month]
    return found[0] if found else None


def sums(statement):
    return (
        statement.opening_cents, statement.charges_cents, statement.receipts_cents,
        statement.adjustments_cents, statement.closing_cents,
    )  # fmt: skip
