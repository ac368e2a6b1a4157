"""Returns booked in sets keep the books that one by one keep."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmember.billing import queries as billing
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.payments import queries
from openmember.payments.ach.testing import (
    a_debit,
    a_file,
    entries_of,
    sent_back,
    take_back,
)
from openmember.payments.ach.tests.returning import again
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import reverse_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db


accounts = st.lists(
    st.tuples(
        st.lists(st.integers(1, 90), max_size=3),
        st.lists(st.integers(1, 150), min_size=1, max_size=3),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(accounts)
def test_returns_in_sets_keep_the_books_that_one_by_one_keep(tmp_path, given_accounts):
    pairs, of_set, of_one = [], [], []
    for bills, debits, other in given_accounts:
        in_set, one_by_one = an_account(), an_account()
        pairs.append((in_set, one_by_one))
        for account, kept in ((in_set, of_set), (one_by_one, of_one)):
            for dollars in bills:
                a_bill(account, dollars * 100)
            if other:
                a_payment(account, 35_00)
            kept += [a_debit(account, dollars * 100) for dollars in debits]
    entries = {
        one.individual_id: one for one in entries_of(tmp_path, a_file(tmp_path, settled=True))
    }
    ids = {payment.id for payment in of_set}

    take_back(
        tmp_path, [sent_back(entry, "R02") for key, entry in entries.items() if int(key) in ids]
    )
    for payment in of_one:
        reverse_payment(
            payment=again(payment),
            to=Status.RETURNED,
            reason="R02",
            reversed_on=TODAY,
            actor=TESTER,
        )

    for in_set, one_by_one in pairs:
        assert what_stands(in_set) == what_stands(one_by_one)
    assert [one for one in check_books() if not one.check.startswith("ach")] == []


def what_stands(account):
    balance = get_balance(account_number=account.number)
    payments = queries.list_payments(numbers=account.numbers).payments
    bills = billing.list_bills(numbers=account.numbers, today=TODAY).bills
    transfers = fetch_all(
        "SELECT debit, credit, amount_cents, kind, reverses IS NULL AS first FROM ledger_transfer"
        " WHERE account_number = %(number)s ORDER BY 1, 2, 3, 4, 5",
        {"number": account.number},
    )
    return (
        (balance.owed_cents, balance.credit_cents),
        sorted(bill.open_cents for bill in bills),
        sorted((one.status, one.amount_cents, one.unapplied_cents) for one in payments),
        [tuple(row) for row in transfers],
    )
