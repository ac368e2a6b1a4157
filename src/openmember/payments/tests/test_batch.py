"""The batch keeps the same books as the door, one payment after another."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmember.billing import queries as billing
from openmember.billing import services as bills
from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.payments import queries
from openmember.payments.batch import BatchPayment, RefusedRow, post_batch
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import reverse_payment
from openmember.payments.services.door import take_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Channel, Method, PaymentRequest, Status

pytestmark = pytest.mark.django_db


def a_row(account, cents: int = 40_00, *, key: str = "k1", **changes) -> BatchPayment:
    row = BatchPayment(
        number=account.number, key=key, amount_cents=cents, method=Method.CHECK,
        channel=Channel.LOCKBOX, payer="lockbox", effective_on=TODAY,
    )  # fmt: skip
    return replace(row, **changes)


def post(*rows: BatchPayment):
    return post_batch(rows=rows, actor=TESTER)


def test_a_batch_settles_the_oldest_first_and_keeps_the_rest_as_credit():
    account = an_account()
    late = a_bill(account, 30_00, due_on=TODAY + timedelta(days=20))
    soon = a_bill(account, 50_00, due_on=TODAY + timedelta(days=5))

    assert post(a_row(account, 100_00)).posted == 1

    (payment,) = queries.list_payments(numbers=account.numbers).payments
    assert [one.bill_id for one in payment.allocations] == [soon.id, late.id]
    assert (payment.unapplied_cents, payment.status) == (20_00, Status.ACCEPTED)
    assert check_books() == ()


def test_payments_of_one_account_follow_one_another():
    account = an_account()
    a_bill(account, 50_00)

    post(a_row(account, 30_00, key="a"), a_row(account, 30_00, key="b"))

    second, first = queries.list_payments(numbers=account.numbers).payments
    assert {first.unapplied_cents, second.unapplied_cents} == {0, 10_00}
    assert check_books() == ()


def test_the_same_batch_again_posts_nothing():
    account = an_account()
    rows = (a_row(account, key="a"), a_row(account, key="b"))
    post(*rows)

    again = post(*rows)

    assert (again.posted, again.repeated) == (0, 2)


def test_what_is_wrong_is_refused_by_position_and_the_rest_is_posted():
    account = an_account()
    bill_of_another = a_bill(an_account())
    a_payment(account, 5_00, key="used")

    result = post(
        a_row(account),
        a_row(account, number="999999999999", key="a"),
        a_row(account, 0, key="b"),
        a_row(account, 41_00),
        a_row(account, key="used"),
        replace(a_row(an_account(), key="c"), bill_id=bill_of_another.id),
    )

    assert result.posted == 1
    assert result.refused == (
        RefusedRow(2, "unknown_account"),
        RefusedRow(3, "not_positive"),
        RefusedRow(4, "key_reused"),
        RefusedRow(5, "key_reused"),
        RefusedRow(6, "unknown_bill"),
    )
    assert check_books() == ()


def test_a_row_may_name_its_bill():
    account = an_account()
    a_bill(account, 40_00)
    named = a_bill(account, 40_00, line=Line.MEDICAL)

    post(a_row(account, 40_00, bill_id=named.id), a_row(account, 10_00, key="k2"))

    assert billing.get_bill(numbers=account.numbers, bill_id=named.id, today=TODAY).open_cents == 0
    assert get_balance(account_number=account.number).premium_cents == 30_00
    assert check_books() == ()


def test_every_payment_of_a_batch_is_audited_under_its_account():
    by_rule, by_name = an_account(), an_account()
    bill = a_bill(by_name)

    post(a_row(by_rule), a_row(by_name, bill_id=bill.id))

    for account in (by_rule, by_name):
        (entry,) = fetch_all(
            "SELECT actor FROM kernel_audit_entry WHERE action = 'payment.accepted'"
            " AND account_number = %(number)s",
            {"number": account.number},
        )
        assert entry.actor == "system:test"


def test_a_key_too_long_stops_the_batch_before_anything_is_posted():
    account = an_account()

    with pytest.raises(ValueError, match="row 2"):
        post(a_row(account), a_row(account, key="k" * 201))

    assert queries.list_payments(numbers=account.numbers).total == 0


def test_a_held_bill_is_left_alone():
    account = an_account()
    bill = a_bill(account)
    bills.hold_bill(bill=bill, held=True, reason="Disputed", actor=TESTER)

    post(a_row(account, 40_00))

    assert get_balance(account_number=account.number).credit_cents == 40_00


def test_a_payment_of_a_batch_is_reversed_like_any_other():
    account = an_account()
    a_bill(account, 30_00)
    post(a_row(account, 40_00))
    (payment,) = queries.list_payments(numbers=account.numbers).payments

    reverse_payment(
        payment=payment, to=Status.RETURNED, reason="R01", reversed_on=TODAY, actor=TESTER
    )

    balance = get_balance(account_number=account.number)
    assert (balance.owed_cents, balance.credit_cents) == (30_00, 0)
    assert check_books() == ()


accounts = st.lists(
    st.tuples(
        st.lists(
            st.tuples(st.integers(1, 90), st.sampled_from(Line), st.integers(0, 9)), max_size=4
        ),
        st.lists(st.integers(1, 150), min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(accounts)
def test_the_batch_and_the_door_keep_the_same_books(given_accounts):
    rows, pairs = [], []
    for owed, paid in given_accounts:
        by_batch, by_door = an_account(), an_account()
        pairs.append((by_batch, by_door))
        for account in (by_batch, by_door):
            for dollars, line, days in owed:
                a_bill(account, dollars * 100, line=line, due_on=TODAY + timedelta(days=days))
        for place, dollars in enumerate(paid):
            rows.append(a_row(by_batch, dollars * 100, key=f"k{place}"))
            take_payment(account=by_door, request=as_request(rows[-1]), actor=TESTER)

    post(*rows)

    for by_batch, by_door in pairs:
        assert what_stands(by_batch) == what_stands(by_door)
    assert check_books() == ()


def as_request(row: BatchPayment) -> PaymentRequest:
    return PaymentRequest(
        row.key, row.amount_cents, row.method, row.channel, row.payer, row.effective_on
    )


def what_stands(account):
    balance = get_balance(account_number=account.number)
    payments = queries.list_payments(numbers=account.numbers).payments
    return (
        (
            balance.premium_cents,
            balance.medical_cents,
            balance.pharmacy_cents,
            balance.credit_cents,
        ),
        [
            bill.open_cents
            for bill in billing.list_bills(numbers=account.numbers, today=TODAY).bills
        ],
        sorted((one.amount_cents, one.unapplied_cents, len(one.allocations)) for one in payments),
    )
