"""What the bank says of a deposit: matched by its slip or by being the only one, and settled."""

from datetime import timedelta

import pytest

from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.types import Code
from openmember.members.types import Role
from openmember.payments.drawers.services.deposits import make_deposit
from openmember.payments.drawers.services.opening import open_drawer
from openmember.payments.drawers.testing import a_person, a_visit, count, standing, statuses, take
from openmember.payments.jobs import check_books
from openmember.payments.queries import get_payment
from openmember.payments.reconciliation import queries as reconciliation
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.services.door import take_payment
from openmember.payments.testing import TESTER, TODAY, a_payment, an_account
from openmember.payments.types import Channel, Method, PaymentRequest, Status

pytestmark = pytest.mark.django_db

LATER = TODAY + timedelta(days=4)


def test_the_next_bank_file_matches_the_deposit_and_settles_its_payments(
    account, drawer, cashier, facility
):
    other = a_payment(an_account(), 58_00)  # As much, on the same day, in no drawer.
    take(account, drawer, cashier, a_visit(40_00))
    take(account, drawer, cashier, a_visit(19_00, check_cents=19_00, check_number="77"))
    count(drawer, cashier, 239_00, 19_00)
    deposit = make_deposit(facility=facility, on=TODAY, actor=cashier)
    assert (deposit.cash_cents, deposit.checks_cents) == (39_00, 19_00)
    a_bank_day(TODAY + timedelta(days=1), a_line(58_00, deposit.slip, "DEPOSIT"))

    done = reconcile_day(day=LATER, actor=TESTER)

    assert done.matched_by_rule["reference"] == 1
    assert set(statuses(account).values()) == {Status.SETTLED}
    assert (
        get_payment(numbers=(other.account_number,), payment_id=other.id).status is Status.ACCEPTED
    )
    assert standing() == {Code.BANK: 58_00, Code.DRAWERS: 58_00, Code.CASH_OVER_SHORT: 1_00}
    assert done.open.total == 1
    assert check_books() == ()


def test_a_bank_that_names_no_slip_is_matched_by_the_only_deposit_of_the_amount(
    account, drawer, cashier, facility
):
    take(account, drawer, cashier, a_visit(40_00))
    a_payment(account, 5_00)  # The day's takings come to more than the deposit.
    count(drawer, cashier, 240_00)
    make_deposit(facility=facility, on=TODAY, actor=cashier)
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00, type_code="175"))

    done = reconcile_day(day=LATER, actor=TESTER)

    assert done.matched_by_rule["amount_and_day"] == 1
    assert check_books() == ()


def test_two_deposits_of_one_amount_without_a_slip_are_not_guessed_between(account, facility):
    for name in ("Pharmacy 1", "Pharmacy 2"):
        person = a_person(Role.CASHIER)
        drawer = open_drawer(
            facility=facility, name=name, float_cents=200_00, on=TODAY, actor=person
        )
        take(account, drawer, person, a_visit(40_00))
        count(drawer, person, 240_00)
        make_deposit(facility=facility, on=TODAY, actor=person)
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00, type_code="175"))

    assert reconcile_day(day=LATER, actor=TESTER).open.total == 3


def test_a_match_taken_apart_puts_the_money_back_into_clearing(account, drawer, cashier, facility):
    from openmember.payments.reconciliation.services.working import undo_match

    take(account, drawer, cashier, a_visit(40_00))
    count(drawer, cashier, 241_00)
    deposit = make_deposit(facility=facility, on=TODAY, actor=cashier)
    a_bank_day(TODAY + timedelta(days=1), a_line(41_00, deposit.slip))
    reconcile_day(day=LATER, actor=TESTER)
    assert standing() == {Code.BANK: 41_00, Code.CASH_OVER_SHORT: -1_00}
    (row,) = fetch_all("SELECT id FROM payments_recon_match WHERE state = 'made'")

    undo_match(match_id=row.id, reason="another branch's", on=LATER, actor=TESTER)

    assert standing() == {Code.DRAWERS: 41_00, Code.CASH_OVER_SHORT: -1_00}
    assert check_books() == ()


def test_card_takings_come_with_the_terminals_payout(account, drawer, cashier):
    take(account, drawer, cashier, a_visit(100_00, card_cents=100_00))
    reconcile_day(day=TODAY, actor=TESTER)
    paid = fetch_one("SELECT id, amount_cents, arrives_on FROM payments_payout")
    a_bank_day(paid.arrives_on, a_line(paid.amount_cents, paid.id))

    reconcile_day(day=LATER, actor=TESTER)

    assert set(statuses(account).values()) == {Status.SETTLED}
    assert reconciliation.list_queue(today=LATER).total == 0
    assert check_books() == ()


@pytest.mark.parametrize(
    "written",
    ["DEP:{slip}", "DEPOSIT\n{slip}", "DEPOSIT {slip}.", "SLIP#{slip}", "{bare}", "SLIP:{bare},"],
)
def test_a_slip_is_found_however_the_bank_writes_it(account, drawer, cashier, facility, written):
    take(account, drawer, cashier, a_visit(40_00))
    count(drawer, cashier, 240_00)
    deposit = make_deposit(facility=facility, on=TODAY, actor=cashier)
    take_payment(  # Amount alone does not help.
        account=an_account(), actor=TESTER,
        request=PaymentRequest(
            key="w", amount_cents=40_00, method=Method.WIRE, channel=Channel.BANK, payer="guest",
            effective_on=TODAY,
        ),
    )  # fmt: skip
    said = written.format(slip=deposit.slip, bare=deposit.slip.lstrip("0"))
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00, "", said))

    done = reconcile_day(day=LATER, actor=TESTER)

    assert done.matched_by_rule["reference"] == 1
    assert set(statuses(account).values()) == {Status.SETTLED}


def test_a_slip_inside_other_digits_is_none(account, drawer, cashier, facility):
    take(account, drawer, cashier, a_visit(40_00))
    count(drawer, cashier, 240_00)
    deposit = make_deposit(facility=facility, on=TODAY, actor=cashier)
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00, "", f"REF 7{deposit.slip}"))

    done = reconcile_day(day=LATER, actor=TESTER)

    assert done.matched_by_rule["reference"] == 0


@pytest.mark.parametrize("is_deposited", [True, False])
def test_a_line_that_is_no_deposit_never_takes_what_lies_in_a_drawer(
    account, drawer, cashier, facility, is_deposited
):
    take(account, drawer, cashier, a_visit(40_00))
    if is_deposited:
        count(drawer, cashier, 240_00)
        make_deposit(facility=facility, on=TODAY, actor=cashier)
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00, "X", "INTEREST PAID", type_code="354"))

    done = reconcile_day(day=LATER, actor=TESTER)

    assert not any(done.matched_by_rule.values())
    assert set(statuses(account).values()) == {Status.ACCEPTED}


def test_the_deposit_is_matched_after_a_line_of_the_same_amount(account, drawer, cashier, facility):
    take(account, drawer, cashier, a_visit(40_00))
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00, "X", "INTEREST PAID", type_code="354"))
    reconcile_day(day=TODAY + timedelta(days=1), actor=TESTER)
    count(drawer, cashier, 240_00)
    deposit = make_deposit(facility=facility, on=TODAY, actor=cashier)
    a_bank_day(TODAY + timedelta(days=2), a_line(40_00, deposit.slip, "DEPOSIT", type_code="175"))

    done = reconcile_day(day=LATER, actor=TESTER)

    assert (done.matched_by_rule["reference"], done.open.total) == (1, 1)
    assert check_books() == ()
