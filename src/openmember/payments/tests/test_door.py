"""The one door: what a payment settles, and what it refuses without a trace."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from openmember.billing.queries import get_bill
from openmember.billing.services import hold_bill
from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance, list_transfers
from openmember.payments.queries import list_payments
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.services.door import KeyReused, PaymentRefused, take_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Channel, Method, PaymentRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return an_account()


def open_cents(account, *bills) -> list[int]:
    return [
        get_bill(numbers=account.numbers, bill_id=bill.id, today=TODAY).open_cents for bill in bills
    ]


def a_request(cents: int = 40_00, *bill_ids: int) -> PaymentRequest:
    return PaymentRequest(
        key="k1", amount_cents=cents, method=Method.CASH, channel=Channel.COMMAND, payer="guest",
        effective_on=TODAY, bill_ids=bill_ids,
    )  # fmt: skip


def take(account, request: PaymentRequest):
    with transaction.atomic():
        return take_payment(account=account, request=request, actor=TESTER)


def test_a_named_bill_is_settled_before_an_older_one(account):
    older = a_bill(account, 100_00, due_on=TODAY - timedelta(days=9))
    named = a_bill(account, 100_00)

    a_payment(account, 40_00, named)

    assert open_cents(account, older, named) == [100_00, 60_00]


def test_named_bills_are_settled_in_the_order_named(account):
    first, second = a_bill(account, 100_00), a_bill(account, 100_00)

    a_payment(account, 150_00, second, first)

    assert open_cents(account, first, second) == [50_00, 0]


def test_without_names_the_oldest_due_is_settled_first(account):
    later = a_bill(account, 100_00, due_on=TODAY)
    sooner = a_bill(account, 100_00, due_on=TODAY - timedelta(days=1))

    a_payment(account, 130_00)

    assert open_cents(account, later, sooner) == [70_00, 0]


def test_of_bills_due_the_same_day_the_premium_comes_first(account):
    pharmacy, medical, premium = (
        a_bill(account, 10_00, line=line) for line in (Line.PHARMACY, Line.MEDICAL, Line.PREMIUM)
    )

    a_payment(account, 15_00)

    assert open_cents(account, premium, medical, pharmacy) == [0, 5_00, 10_00]


def test_what_no_bill_asks_for_is_credit(account):
    a_bill(account, 30_00)

    payment = a_payment(account, 40_00)

    assert payment.unapplied_cents == 10_00
    assert get_balance(account_number=account.number).credit_cents == 10_00


def test_what_named_bills_do_not_ask_for_is_credit_and_settles_no_other(account):
    named, other = a_bill(account, 30_00), a_bill(account, 30_00)

    a_payment(account, 40_00, named)

    assert open_cents(account, named, other) == [0, 30_00]
    assert get_balance(account_number=account.number).credit_cents == 10_00


def test_a_bill_on_hold_is_passed_over(account):
    held, free = a_bill(account, 30_00), a_bill(account, 30_00)
    hold_bill(bill=held, held=True, reason="disputed", actor=TESTER)

    a_payment(account, 40_00)

    assert open_cents(account, held, free) == [30_00, 0]


def test_a_bill_on_hold_is_settled_when_it_is_named(account):
    held = a_bill(account, 30_00)
    hold_bill(bill=held, held=True, reason="disputed", actor=TESTER)

    a_payment(account, 30_00, held)

    assert open_cents(account, held) == [0]


def test_a_bill_older_than_any_open_one_is_found_again(account):
    a_payment(account, 30_00, a_bill(account, 30_00))
    old = a_bill(
        account, 30_00, issued_on=TODAY - timedelta(days=300), due_on=TODAY - timedelta(days=290)
    )

    a_payment(account, 30_00)

    assert open_cents(account, old) == [0]


def test_the_same_key_and_contents_is_the_same_payment(account):
    assert take(account, a_request()) == take(account, a_request())
    assert get_balance(account_number=account.number).credit_cents == 40_00


@pytest.mark.parametrize(
    "change",
    [
        {"amount_cents": 40_01},
        {"method": Method.CHECK},
        {"channel": Channel.DESK},
        {"payer": "somebody else"},
    ],
)
def test_the_same_key_with_other_contents_is_refused_without_a_trace(account, change):
    first = take(account, a_request())

    with pytest.raises(KeyReused):
        take(account, replace(a_request(), **change))

    assert list_payments(numbers=account.numbers).payments == (first,)
    assert len(list_transfers(account_number=account.number)) == 1


def test_a_key_is_the_accounts_own(account):
    other = an_account()

    assert take(account, a_request()).id != take(other, a_request()).id


def test_a_bill_of_another_account_is_refused_and_the_key_is_still_unused(account):
    strange = a_bill(an_account())

    with pytest.raises(PaymentRefused):
        take(account, a_request(40_00, strange.id))

    assert take(account, a_request(50_00)).amount_cents == 50_00


@pytest.mark.parametrize("cents", [0, -1])
def test_nothing_is_not_an_amount(account, cents):
    with pytest.raises(PaymentRefused):
        take(account, a_request(cents))


def test_a_bill_named_twice_is_refused(account):
    bill = a_bill(account)

    with pytest.raises(PaymentRefused):
        take(account, a_request(40_00, bill.id, bill.id))


def test_an_account_that_was_joined_to_another_takes_nothing(account):
    merge_accounts(account=account, into=an_account(), merged_on=TODAY, actor=TESTER)

    with pytest.raises(PaymentRefused):
        take(account, a_request())


def test_a_bill_in_a_payment_plan_comes_last_by_the_rule():
    account = an_account()
    planned = a_bill(account, 300_00, line=Line.MEDICAL, due_on=TODAY - timedelta(days=5))
    premium = a_bill(account, 100_00, due_on=TODAY + timedelta(days=5))
    fetch_all(
        "UPDATE billing_bill SET plan_id = 1 WHERE account_number = %(number)s AND id = %(id)s",
        {"number": account.number, "id": planned.id},
    )

    payment = a_payment(account, 120_00)

    assert [(part.bill_id, part.amount_cents) for part in payment.allocations] == [
        (planned.id, 20_00),
        (premium.id, 100_00),
    ]


def test_money_that_comes_after_its_month_was_closed_is_booked_in_the_first_open_one():
    account = an_account()
    last_year = TODAY.replace(year=TODAY.year - 1)
    fetch_all(
        "INSERT INTO ledger_closing (month, position, action, actor, seal)"
        " VALUES (%(month)s, 1, 'close', 'test', '\\x00')",
        {"month": last_year.replace(day=1)},
    )
    request = PaymentRequest("late", 40_00, Method.CHECK, Channel.LOCKBOX, "lockbox", last_year)

    payment = take_payment(account=account, request=request, actor=TESTER)

    (transfer,) = list_transfers(account_number=account.number)
    assert payment.effective_on == last_year
    assert transfer.effective_on > last_year
