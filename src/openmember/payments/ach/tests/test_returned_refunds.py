"""Money that went back to the member, and then to their bank as well."""

from datetime import date, datetime

import pytest

from openmember.billing import queries as billing
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.members.types import Role
from openmember.payments.ach.services.banks import stop_bank
from openmember.payments.ach.testing import (
    NOON,
    a_bank_account,
    a_debit,
    a_file,
    entries_of,
    sent_back,
    take_back,
)
from openmember.payments.ach.tests.returning import again, cash, drawn, open_exceptions
from openmember.payments.credits.queries import list_refunds
from openmember.payments.credits.services.checks import issue_checks
from openmember.payments.credits.services.refunds import decide_refund, list_ways, refund_payment
from openmember.payments.credits.types import Way
from openmember.payments.jobs import check_books
from openmember.payments.testing import TESTER, TODAY, a_bill, a_refund, an_account, staff
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db


def test_a_return_after_a_refund_asks_for_the_money_again(tmp_path):
    account = an_account()
    payment, entry = drawn(tmp_path, account)
    a_refund(payment, 40_00, key="r")
    late = datetime(2026, 12, 3, 12, 0, tzinfo=NOON.tzinfo)
    sent = a_file(tmp_path, file_on=late.date(), now=late)
    assert [one.transaction for one in entries_of(tmp_path, sent)] == ["22"]
    bank_before = cash()

    taken = take_back(tmp_path, [sent_back(entry, "R10")], made_on="261210")

    (bill,) = billing.list_bills(numbers=account.numbers, today=TODAY, state="open").bills
    assert (bill.open_cents, bill.title) == (40_00, "Payment returned after it was refunded")
    assert cash() == bank_before - 40_00
    assert taken.returns[0]["outcome"] == "after_refund"
    assert ("after_refund", "R10") in open_exceptions()
    assert check_books() == ()


def test_a_return_after_a_part_was_refunded_asks_for_that_part(tmp_path):
    account = an_account()
    bill = a_bill(account, 30_00)
    payment, entry = drawn(tmp_path, account)
    a_refund(payment, 25_00, key="r")
    late = datetime(2026, 12, 3, 12, 0, tzinfo=NOON.tzinfo)
    a_file(tmp_path, file_on=late.date(), now=late)

    take_back(tmp_path, [sent_back(entry, "R10")], made_on="261210")

    owed = {
        one.id: one.open_cents
        for one in billing.list_bills(numbers=account.numbers, today=TODAY).bills
    }
    assert owed.pop(bill.id) == 30_00
    assert list(owed.values()) == [25_00]
    assert cash() == -25_00
    assert check_books() == ()


def test_a_refund_that_has_not_left_stays_when_the_payment_comes_back(tmp_path):
    account = an_account()
    payment, entry = drawn(tmp_path, account)
    a_refund(payment, 40_00, key="r")

    take_back(tmp_path, [sent_back(entry, "R02")])

    balance = get_balance(account_number=account.number)
    assert (again(payment).status, balance.refunds_cents, balance.owed_cents) == (
        Status.RETURNED,
        0,
        0,
    )
    assert cash() == 0
    assert check_books() == ()


def test_a_refund_the_bank_refuses_is_credit_again_and_a_persons(tmp_path):
    account = an_account()
    payment, _ = drawn(tmp_path, account)
    a_refund(payment, 15_00, key="r")
    late = datetime(2026, 12, 3, 12, 0, tzinfo=NOON.tzinfo)
    sent = a_file(tmp_path, file_on=late.date(), now=late)
    (credit,) = entries_of(tmp_path, sent)

    take_back(tmp_path, [sent_back(credit, "R23")], made_on="261208")

    assert get_balance(account_number=account.number).credit_cents == 40_00
    assert open_exceptions() == [("refund_came_back", "R23")]
    assert check_books() == ()


def test_credit_goes_back_by_check_when_its_bank_account_was_stopped(tmp_path):
    account = an_account()
    bank = a_bank_account(account)
    a_debit(account, 40_00, bank=bank)
    a_file(tmp_path, settled=True)
    a_debit(account, 50_00, bank=bank)
    sent = a_file(tmp_path, settled=True)
    take_back(tmp_path, [sent_back(entries_of(tmp_path, sent)[0], "R02")])

    (way,) = list_ways(numbers=account.numbers, on=TODAY)

    assert (way.credit.cents, way.way) == (40_00, Way.CHECK)


@pytest.mark.parametrize("queued", [False, True])
def test_a_refund_asked_for_before_its_bank_account_was_stopped_goes_by_check(tmp_path, queued):
    account = an_account()
    fetch_all(
        "UPDATE members_member SET street = '1 Main St', city = 'Town', postal_code = '00501'"
        " WHERE id = %(id)s",
        {"id": account.holder_id},
    )
    bank = a_bank_account(account)
    first = a_debit(account, 40_00, bank=bank)
    a_file(tmp_path, settled=True)
    a_refund(first, 15_00, key="r")
    a_debit(account, 50_00, bank=bank)
    sent = a_file(tmp_path, settled=True)
    if queued:
        fetch_all("SELECT payments_ach_queue_refunds_to_banks(%(on)s)", {"on": date(2027, 3, 1)})

    take_back(tmp_path, [sent_back(entries_of(tmp_path, sent)[0], "R02")])

    (asked,) = list_refunds(numbers=account.numbers)
    assert [(part.way, part.refund_status) for part in asked.parts] == [(Way.CHECK, "requested")]
    assert issue_checks(on=TODAY, actor=TESTER) is None, "the bank may still take it back"
    assert issue_checks(on=date(2027, 3, 1), actor=TESTER) is not None
    (drawn_for,) = list_refunds(numbers=account.numbers)
    assert drawn_for.parts[0].check_status == "issued"
    assert check_books() == ()


def test_a_refund_approved_after_its_bank_account_was_stopped_goes_by_check(tmp_path):
    account = an_account()
    bank = a_bank_account(account)
    first = a_debit(account, 400_00, bank=bank)
    a_file(tmp_path, settled=True)
    asked = refund_payment(
        payment=again(first), amount_cents=150_00, key="r", reason="asked", refunded_on=TODAY,
        actor=TESTER,
    )  # fmt: skip
    stop_bank(bank=bank, status="stopped", code="R02", on=TODAY, actor=TESTER)
    decide_refund(
        refund=asked, approved=True, decision="right", on=TODAY, actor=staff(Role.SUPERVISOR)
    )

    fetch_all("SELECT payments_ach_queue_refunds(%(on)s)", {"on": TODAY})

    (decided,) = list_refunds(numbers=account.numbers)
    assert decided.parts[0].way is Way.CHECK
    assert check_books() == ()
