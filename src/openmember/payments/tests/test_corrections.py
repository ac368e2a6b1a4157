"""Settling, undoing, moving and joining: the receipt stays, and every cent is somewhere."""

import pytest
from django.db import transaction

from openmember.billing.queries import get_bill
from openmember.billing.services import hold_bill
from openmember.ledger.queries import get_balance, list_transfers
from openmember.ledger.types import Code
from openmember.members.types import NotAllowed, Role
from openmember.payments.gateways.protocol import Answer, Outcome
from openmember.payments.jobs import check_books
from openmember.payments.queries import get_payment, list_moves, list_refunds
from openmember.payments.services.corrections import (
    AlreadyReversed,
    CannotCorrect,
    apply_credit,
    merge_accounts,
    move_allocation,
    reverse_payment,
    settle_payment,
    take_back,
)
from openmember.payments.services.refunds import record_refund
from openmember.payments.testing import (
    TESTER,
    TODAY,
    a_bill,
    a_payment,
    a_refund,
    an_account,
    staff,
)
from openmember.payments.types import Payment, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return an_account()


@pytest.fixture(autouse=True)
def _the_books_balance_afterwards():
    yield
    assert check_books() == ()


def reverse(payment: Payment, to: Status = Status.RETURNED, actor=TESTER) -> Payment:
    with transaction.atomic():
        return reverse_payment(
            payment=payment, to=to, reason="closed account", reversed_on=TODAY, actor=actor
        )


def settle(payment: Payment) -> Payment:
    return settle_payment(payment=payment, settled_on=TODAY, actor=TESTER)


def take_off(payment: Payment, bill, cents: int) -> Payment:
    return take_back(
        payment=payment, bill_id=bill.id, amount_cents=cents, reason="wrong bill", on=TODAY,
        actor=TESTER,
    )  # fmt: skip


def merge(account, into):
    return merge_accounts(account=account, into=into, merged_on=TODAY, actor=TESTER)


def owed_and_credit(account) -> tuple[int, int]:
    balance = get_balance(account_number=account.number)
    return balance.owed_cents, balance.credit_cents


def open_cents(account, bill) -> int:
    return get_bill(numbers=account.numbers, bill_id=bill.id, today=TODAY).open_cents


def standing_at(account, code: Code) -> int:
    return sum(
        one.amount_cents * ((one.debit is code) - (one.credit is code))
        for one in list_transfers(account_number=account.number)
    )


def test_settling_brings_the_money_to_the_bank(account):
    settle(a_payment(account, 40_00))

    assert standing_at(account, Code.BANK) == 40_00
    assert standing_at(account, Code.DRAWERS) == 0


def test_settling_twice_is_once(account):
    payment = settle(a_payment(account, 40_00))

    settle(payment)

    assert [move.to_status for move in list_moves(payment=payment)] == ["accepted", "settled"]


def test_settling_leaves_out_what_refunds_took_before(account):
    payment = a_payment(account, 40_00)
    a_refund(payment, 10_00, key="r1")

    refund = list_refunds(payment=payment)[0]
    record_refund(
        payment=payment, refund_id=refund.id, answer=Answer(Outcome.APPROVED, "paid"), on=TODAY
    )

    settle(payment)

    assert standing_at(account, Code.BANK) == 30_00
    assert standing_at(account, Code.DRAWERS) == 0


@pytest.mark.parametrize("to", [Status.VOIDED, Status.RETURNED, Status.CHARGED_BACK])
def test_an_undone_payment_opens_its_bills_and_takes_its_credit(account, to):
    bill = a_bill(account, 30_00)
    payment = a_payment(account, 40_00)

    undone = reverse(payment, to)

    assert (undone.status, undone.allocations) == (to, ())
    assert owed_and_credit(account) == (30_00, 0)
    assert open_cents(account, bill) == 30_00


def test_every_transfer_of_an_undone_payment_has_its_mirror_image(account):
    a_bill(account, 30_00)
    reverse(a_payment(account, 40_00))

    transfers = list_transfers(account_number=account.number)
    payments = {one.id: one for one in transfers if one.kind == "payment"}
    mirrors = {one.reverses: one for one in transfers if one.reverses}
    assert mirrors.keys() == payments.keys()
    assert all(
        (mirrors[id].debit, mirrors[id].credit) == (one.credit, one.debit)
        for id, one in payments.items()
    )


def test_a_payment_is_undone_once(account):
    payment = reverse(a_payment(account))

    with pytest.raises(AlreadyReversed):
        reverse(payment)


def test_a_settled_payment_cannot_be_voided(account):
    with pytest.raises(CannotCorrect):
        reverse(settle(a_payment(account)), Status.VOIDED)


def test_only_who_may_refund_undoes_a_payment(account):
    with pytest.raises(NotAllowed):
        reverse(a_payment(account), actor=staff(Role.CASHIER))


def test_a_payment_is_undone_though_another_settled_what_was_taken_off_it(account):
    bill = a_bill(account, 30_00)
    payment = take_off(a_payment(account, 30_00, bill), bill, 30_00)
    a_payment(account, 30_00, bill)

    reverse(payment)

    assert owed_and_credit(account) == (0, 0)


def test_what_is_taken_off_a_bill_is_credit(account):
    bill = a_bill(account, 30_00)
    payment = a_payment(account, 30_00, bill)

    after = take_off(payment, bill, 10_00)

    assert after.unapplied_cents == 10_00
    assert owed_and_credit(account) == (10_00, 10_00)


def test_no_more_is_taken_off_than_was_put_on(account):
    bill = a_bill(account, 30_00)
    payment = a_payment(account, 20_00, bill)

    with pytest.raises(CannotCorrect), transaction.atomic():
        take_off(payment, bill, 20_01)


def test_an_allocation_moves_to_another_bill(account):
    wrong, right = a_bill(account, 30_00), a_bill(account, 30_00)
    payment = a_payment(account, 20_00, wrong)

    move_allocation(
        payment=payment, from_bill_id=wrong.id, to_bill_id=right.id, amount_cents=20_00,
        reason="wrong bill", on=TODAY, actor=TESTER,
    )  # fmt: skip

    assert (open_cents(account, wrong), open_cents(account, right)) == (30_00, 10_00)


def test_an_allocation_does_not_move_to_a_strangers_bill(account):
    bill, strange = a_bill(account, 30_00), a_bill(an_account(), 30_00)
    payment = a_payment(account, 20_00, bill)

    with pytest.raises(CannotCorrect), transaction.atomic():
        move_allocation(
            payment=payment, from_bill_id=bill.id, to_bill_id=strange.id, amount_cents=20_00,
            reason="wrong bill", on=TODAY, actor=TESTER,
        )  # fmt: skip

    assert open_cents(account, bill) == 10_00


def test_credit_is_put_on_bills_by_the_rule(account):
    payment = a_payment(account, 40_00)
    bill = a_bill(account, 30_00)

    apply_credit(payment=payment, amount_cents=40_00, bill_ids=(), on=TODAY, actor=TESTER)

    assert open_cents(account, bill) == 0
    assert owed_and_credit(account) == (0, 10_00)


def test_more_credit_than_there_is_cannot_be_applied(account):
    payment = a_payment(account, 40_00)

    with pytest.raises(CannotCorrect), transaction.atomic():
        apply_credit(payment=payment, amount_cents=40_01, bill_ids=(), on=TODAY, actor=TESTER)


def test_joining_moves_what_is_owed_and_what_is_held(account):
    into = an_account()
    a_payment(account, 10_00)
    a_bill(account, 30_00)

    merge(account, into)

    assert owed_and_credit(account) == (0, 0)
    assert owed_and_credit(into) == (20_00, 0)


def test_a_bill_on_hold_stays_so_in_the_joined_account(account):
    into = an_account()
    a_payment(account, 10_00)
    bill = a_bill(account, 30_00)
    hold_bill(bill=bill, held=True, reason="disputed", actor=TESTER)

    merge(account, into)

    assert owed_and_credit(into) == (30_00, 10_00)


def test_a_returned_payment_of_a_joined_account_is_owed_by_the_one_it_joined(account):
    into = an_account()
    payment = a_payment(account, 30_00, a_bill(account, 30_00))
    merge(account, into)

    reverse(payment)

    assert owed_and_credit(account) == (0, 0)
    assert owed_and_credit(into) == (30_00, 0)


def test_credit_of_a_returned_payment_is_fetched_back_from_where_it_went(account):
    into, last = an_account(), an_account()
    payment = a_payment(account, 40_00)
    merge(account, into)
    merge(into, last)
    bill = a_bill(last, 30_00)
    moved = get_payment(numbers=(account.number,), payment_id=payment.id)

    reverse(moved)

    assert owed_and_credit(last) == (30_00, 0)
    assert open_cents(last, bill) == 30_00
