"""Files of banks taken after the month they speak of was closed: booked in the open month, as late money is."""

from datetime import date

import pytest

from openmember.billing import queries as billing
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.payments.ach.services import files
from openmember.payments.ach.testing import a_debit, a_file, sent_back, take_back
from openmember.payments.ach.tests.returning import again, drawn
from openmember.payments.jobs import check_books
from openmember.payments.testing import TESTER, TODAY, a_bill, a_refund, an_account
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def close_november() -> None:
    fetch_one(
        "SELECT ledger_close_month(%(month)s, %(today)s, '[]', 'staff:1')",
        {"month": NOVEMBER, "today": date(2026, 12, 3)},
    )


def booked(payment) -> set[date]:
    rows = fetch_all(
        "SELECT DISTINCT effective_on FROM ledger_transfer WHERE account_number = %(number)s"
        " AND effective_on >= %(since)s",
        {"number": payment.account_number, "since": DECEMBER},
    )
    return {row.effective_on for row in rows}


@pytest.mark.parametrize("refunded", [False, True])
def test_a_return(tmp_path, refunded):
    account = an_account()
    bill = a_bill(account, 40_00)
    payment, entry = drawn(tmp_path, account)
    if refunded:
        # Not sent yet: it stays here when the payment comes back.
        a_refund(payment, 15_00, key="r")
    close_november()

    taken = take_back(tmp_path, [sent_back(entry, "R02")])

    assert (taken.posted, again(payment).status) == (1, Status.RETURNED)
    found = billing.get_bill(numbers=account.numbers, bill_id=bill.id, today=TODAY)
    assert found.open_cents == 40_00
    assert booked(payment) == {DECEMBER}
    assert check_books() == ()


def test_a_settlement(tmp_path):
    account = an_account()
    a_bill(account, 40_00)
    payment = a_debit(account)
    a_file(tmp_path)
    close_november()

    files.settle_files(on=date(2026, 12, 3), actor=TESTER)

    assert again(payment).status is Status.SETTLED
    assert booked(payment) == {DECEMBER}
    assert check_books() == ()
