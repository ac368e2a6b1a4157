"""A drawer's day: what is taken, voided, counted and brought to the bank, and what the books say of it."""

import pytest

from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.ledger.types import Code
from openmember.members.types import NotAllowed, Role
from openmember.payments.drawers import queries
from openmember.payments.drawers.services.deposits import make_deposit
from openmember.payments.drawers.services.opening import open_drawer
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.payments.drawers.services.taking import CardNotTaken
from openmember.payments.drawers.services.voids import ask_void, decide_void
from openmember.payments.drawers.testing import a_person, a_visit, count, standing, statuses, take
from openmember.payments.drawers.types import Copay
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import CannotCorrect, reverse_payment
from openmember.payments.services.door import KeyReused
from openmember.payments.testing import TESTER, TODAY, a_bill
from openmember.payments.types import Method, Status

pytestmark = pytest.mark.django_db


def void(receipt, cashier, supervisor, facility):
    ask_void(payment=receipt.payments[0], reason="wrong member", actor=cashier)
    (asked,) = queries.list_voids_waiting(facility=facility.code, actor=supervisor)
    decide_void(request=asked, is_agreed=True, on=TODAY, actor=supervisor)


def test_cash_pays_the_bill_and_gives_change(account, drawer, cashier):
    bill = a_bill(account, 60_00)

    receipt = take(account, drawer, cashier, a_visit(60_00, cash_cents=100_00))

    assert (receipt.amount_cents, receipt.change_cents) == (60_00, 40_00)
    assert receipt.payments[0].allocations[0].bill_id == bill.id
    assert check_books() == ()


def test_a_visit_sent_twice_is_taken_once_and_not_otherwise(account, drawer, cashier):
    first = take(account, drawer, cashier, a_visit(60_00, key="once"))
    again = take(account, drawer, cashier, a_visit(60_00, key="once"))

    assert again.reference == first.reference
    with pytest.raises(KeyReused):
        take(account, drawer, cashier, a_visit(61_00, key="once"))
    assert len(statuses(account)) == 1


def test_a_split_visit_is_several_payments_on_one_receipt(account, drawer, cashier):
    a_bill(account, 100_00)

    receipt = take(
        account, drawer, cashier,
        a_visit(100_00, card_cents=50_00, check_cents=30_00, check_number="1042", rest=Method.CASH),
    )  # fmt: skip

    assert {one.method: one.amount_cents for one in receipt.taken} == {
        Method.CARD: 50_00, Method.CHECK: 30_00, Method.CASH: 20_00,
    }  # fmt: skip
    assert get_balance(account_number=account.number).owed_cents == 0
    assert check_books() == ()


def test_a_card_that_declines_takes_no_cash_either(account, drawer, cashier):
    with pytest.raises(CardNotTaken) as not_taken:
        take(account, drawer, cashier, a_visit(100_00, card_cents=50_01, rest=Method.CASH))

    assert not_taken.value.payment.decline_reason == "insufficient_funds"
    assert set(statuses(account).values()) == {Status.DECLINED}
    assert queries.list_taken(drawer_id=drawer.id, actor=cashier) == ()


def test_a_terminal_that_does_not_answer_is_asked_and_its_visit_finished(account, drawer, cashier):
    from openmember.payments.services.gateway import resolve_payment

    visit = a_visit(60_03, key="slow", card_cents=50_03, rest=Method.CASH)
    with pytest.raises(CardNotTaken) as waits:
        take(account, drawer, cashier, visit)
    assert waits.value.payment.is_waiting
    resolve_payment(payment=waits.value.payment, on=TODAY)

    receipt = take(account, drawer, cashier, visit)

    assert receipt.amount_cents == 60_03
    assert check_books() == ()


def test_a_copay_is_charged_and_paid_in_one_go(account, drawer, cashier):
    a_bill(account, 80_00)
    copay = Copay("dispensing", "RX 7001", "Prescription", 15_00)

    receipt = take(account, drawer, cashier, a_visit(15_00, copay=copay))

    assert [one.bill_title for one in receipt.payments[0].allocations] != ["November premium"]
    assert get_balance(account_number=account.number).pharmacy_cents == 0
    assert get_balance(account_number=account.number).owed_cents == 80_00
    assert check_books() == ()


def test_a_copay_whose_card_declines_is_charged_once_when_paid_otherwise(account, drawer, cashier):
    copay = Copay("visit", "V 12", "Office visit", 15_01)
    with pytest.raises(CardNotTaken):
        take(account, drawer, cashier, a_visit(15_01, copay=copay, card_cents=15_01))

    take(account, drawer, cashier, a_visit(15_01, copay=copay))

    assert get_balance(account_number=account.number).owed_cents == 0
    assert check_books() == ()


def test_a_drawer_is_counted_blind_and_its_difference_posted(account, drawer, cashier):
    take(account, drawer, cashier, a_visit(60_00, cash_cents=100_00))

    counted = count(drawer, cashier, 259_00)

    assert (counted.expected_cash_cents, counted.over_cash_cents) == (260_00, -1_00)
    assert standing() == {Code.DRAWERS: 59_00, Code.CASH_OVER_SHORT: 1_00}
    assert check_books() == ()


def test_a_counted_drawer_takes_nothing_and_is_not_counted_otherwise(account, drawer, cashier):
    count(drawer, cashier, 200_00)

    assert count(drawer, cashier, 200_00).over_cents == 0
    with pytest.raises(CounterRefused, match="otherwise"):
        count(drawer, cashier, 201_00)
    with pytest.raises(CounterRefused, match="no such drawer"):
        take(account, drawer, cashier, a_visit(10_00))


def test_one_drawer_is_one_cashiers_and_one_cashier_has_one(facility, drawer, cashier):
    def opening(name, actor):
        return open_drawer(facility=facility, name=name, float_cents=200_00, on=TODAY, actor=actor)

    with pytest.raises(CounterRefused, match="somebody else"):
        opening("Pharmacy 1", a_person(Role.CASHIER))
    with pytest.raises(CounterRefused, match="count it first"):
        opening("Pharmacy 2", cashier)
    with pytest.raises(CounterRefused, match="no such drawer"):
        opening("Elsewhere", a_person(Role.CASHIER))
    with pytest.raises(NotAllowed):
        opening("Pharmacy 2", a_person(Role.BILLING))


def test_nobody_takes_into_anothers_drawer(account, drawer):
    with pytest.raises(CounterRefused, match="no such drawer"):
        take(account, drawer, a_person(Role.CASHIER), a_visit(10_00))


def test_a_void_takes_two_people_and_the_money_leaves_the_drawer(
    account, drawer, cashier, supervisor, facility
):
    a_bill(account, 60_00)
    receipt = take(account, drawer, cashier, a_visit(60_00))
    ask_void(payment=receipt.payments[0], reason="wrong member", actor=cashier)
    (asked,) = queries.list_voids_waiting(facility=facility.code, actor=supervisor)

    with pytest.raises(NotAllowed):
        decide_void(request=asked, is_agreed=True, on=TODAY, actor=cashier)
    decide_void(request=asked, is_agreed=True, on=TODAY, actor=supervisor)

    assert set(statuses(account).values()) == {Status.VOIDED}
    assert count(drawer, cashier, 200_00).over_cents == 0
    assert standing() == {}
    assert check_books() == ()


def test_a_supervisor_does_not_agree_to_a_void_of_their_own(account, facility):
    both = a_person(Role.SUPERVISOR)
    drawer = open_drawer(facility=facility, name="Reception 1", float_cents=0, on=TODAY, actor=both)
    receipt = take(account, drawer, both, a_visit(10_00))
    ask_void(payment=receipt.payments[0], reason="mistake", actor=both)
    (asked,) = queries.list_voids_waiting(facility=facility.code, actor=both)

    with pytest.raises(CounterRefused, match="second person"):
        decide_void(request=asked, is_agreed=True, on=TODAY, actor=both)


def test_no_other_way_voids_what_is_in_a_drawer(account, drawer, cashier):
    receipt = take(account, drawer, cashier, a_visit(10_00))

    with pytest.raises(CannotCorrect, match="at the counter"):
        reverse_payment(
            payment=receipt.payments[0], to=Status.VOIDED, reason="x", reversed_on=TODAY, actor=TESTER
        )  # fmt: skip


def test_a_void_after_the_count_comes_out_of_the_bag(
    account, drawer, cashier, supervisor, facility
):
    voided = take(account, drawer, cashier, a_visit(10_00))
    take(account, drawer, cashier, a_visit(50_00))
    count(drawer, cashier, 260_00)
    void(voided, cashier, supervisor, facility)

    assert make_deposit(facility=facility, on=TODAY, actor=cashier).total_cents == 50_00
    assert check_books() == ()


def test_what_went_to_the_bank_is_not_voided(account, drawer, cashier, facility):
    receipt = take(account, drawer, cashier, a_visit(10_00))
    count(drawer, cashier, 210_00)
    make_deposit(facility=facility, on=TODAY, actor=cashier)

    with pytest.raises(CounterRefused, match="refund it instead"):
        ask_void(payment=receipt.payments[0], reason="late", actor=cashier)


def test_a_drawer_with_a_void_that_waits_is_not_counted(account, drawer, cashier):
    receipt = take(account, drawer, cashier, a_visit(10_00))
    ask_void(payment=receipt.payments[0], reason="mistake", actor=cashier)

    with pytest.raises(CounterRefused, match="waits for a supervisor"):
        count(drawer, cashier, 210_00)


def test_a_difference_in_a_drawer_is_found(account, drawer, cashier):
    take(account, drawer, cashier, a_visit(40_00))
    count(drawer, cashier, 240_00)
    fetch_all("ALTER TABLE payments_drawer DISABLE TRIGGER payments_drawer_counted")
    fetch_all(
        "UPDATE payments_drawer SET counted_cash_cents = 239_00, expected_cash_cents = 238_00"
    )

    assert {one.check for one in check_books()} == {"drawer", "drawer count"}
