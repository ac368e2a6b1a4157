"""The month's journal as files: the same totals as the trial balance, and readable by others."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from openmember.payments.closing import queries
from openmember.payments.closing.exports import auditfile, journal_csv
from openmember.payments.closing.tests.test_closing import MONTH, TODAY_THEN, pay
from openmember.payments.jobs import ensure_months
from openmember.payments.testing import TODAY, a_bill, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db):
    ensure_months(TODAY)
    return an_account()


def test_the_journals_totals_are_those_of_the_trial_balance(account):
    a_bill(account, 100_00)
    pay(account, 40_00)
    balance = queries.get_reports(month=MONTH).trial_balance

    rows = list(csv.DictReader(io.StringIO("".join(journal_csv(month=MONTH)))))

    def cents(name: str) -> int:
        return sum(round(float(row[name]) * 100) for row in rows if row[name])

    assert (
        cents("debit") == cents("credit") == balance.debit_cents == balance.credit_cents == 140_00
    )
    assert account.number not in "".join(journal_csv(month=MONTH))


def test_the_auditfile_is_what_its_schema_asks_for(account, tmp_path):
    pyxaf = pytest.importorskip(
        "pyxaf", reason="the auditfile's independent reader is not installed"
    )
    a_bill(account, 100_00, issued_on=date(2026, 10, 5), due_on=date(2026, 11, 5))
    a_bill(account, 70_00)
    pay(account, 40_00)
    path = tmp_path / "november.xaf"
    path.write_text(
        "".join(auditfile(month=MONTH, organisation="Plan & Sons", created_on=TODAY_THEN))
    )

    assert pyxaf.validate(path).errors == ()
    with pyxaf.open(path) as read:
        lines = [line for transaction in read.transactions() for line in transaction.lines]
    assert sum(line.amount for line in lines if line.side is pyxaf.Side.DEBIT) == Decimal("110.00")
    assert sum(line.amount for line in lines if line.side is pyxaf.Side.CREDIT) == Decimal("110.00")
