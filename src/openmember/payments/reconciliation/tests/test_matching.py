"""What the bank, the gateway and the books say is matched by rule, and never by a guess."""

from datetime import timedelta

import pytest

from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.closing.queries import get_trial_balance
from openmember.ledger.types import Code
from openmember.members.types import Actor, NotAllowed, Role
from openmember.payments.jobs import check_books
from openmember.payments.queries import get_payment
from openmember.payments.reconciliation import queries
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.reconciliation.types import Side
from openmember.payments.services import door
from openmember.payments.services.corrections import reverse_payment
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.testing import TESTER, TODAY, a_bill, a_refund, serial
from openmember.payments.types import Channel, Method, PaymentRequest, Status

pytestmark = pytest.mark.django_db

LATER = TODAY + timedelta(days=4)


def pay(account, cents, method=Method.CASH, channel=Channel.COMMAND, *, key="", on=TODAY):
    request = PaymentRequest(key or f"recon-{next(serial)}", cents, method, channel, "guest", on)
    return door.take_payment(account=account, request=request, actor=TESTER)


def pay_by_card(account, cents, on=TODAY):
    request = PaymentRequest(f"recon-{next(serial)}", cents, Method.CARD, Channel.WEB, "guest", on)
    return pay_through_gateway(account=account, request=request, actor=TESTER).payment


def reconcile(day=LATER):
    return reconcile_day(day=day, actor=TESTER)


def status(payment) -> Status:
    return get_payment(numbers=(payment.account_number,), payment_id=payment.id).status


def standing() -> dict[Code, int]:
    """Return what stands on each code of money, and on those that explain it."""
    lines = get_trial_balance(month=TODAY.replace(day=1)).moved
    shown = {
        Code.BANK, Code.CARD_CLEARING, Code.ACH_CLEARING, Code.DRAWERS, Code.LOCKBOX,
        Code.PROCESSOR_FEES, Code.CASH_OVER_SHORT,
    }  # fmt: skip
    return {
        line.code: line.closing_cents for line in lines if line.code in shown and line.closing_cents
    }


def payout():
    return fetch_one("SELECT id, amount_cents, fee_cents, arrives_on FROM payments_payout")


def rules_used() -> list[str]:
    return [
        row.rule
        for row in fetch_all(
            "SELECT rule FROM payments_recon_match WHERE state = 'made' ORDER BY id"
        )
    ]


def test_a_days_cash_is_matched_with_the_deposit_and_settled(account):
    payments = [pay(account, 40_00), pay(account, 25_50)]
    a_bank_day(TODAY + timedelta(days=1), a_line(65_50))

    done = reconcile()

    assert done.matched_by_rule["sum_of_day"] == 1
    assert {status(one) for one in payments} == {Status.SETTLED}
    assert standing() == {Code.BANK: 65_50}
    assert done.open.total == 0
    assert check_books() == ()


def test_a_card_payout_settles_its_payments_and_pays_the_fees(account):
    payments = [pay_by_card(account, 100_00), pay_by_card(account, 50_00)]
    reconcile(TODAY)
    paid_out = payout()
    a_bank_day(paid_out.arrives_on, a_line(paid_out.amount_cents, paid_out.id))

    done = reconcile()

    assert (paid_out.fee_cents, paid_out.amount_cents) == (4_95, 145_05)  # 2.9 % and 30 cents each.
    assert {status(one) for one in payments} == {Status.SETTLED}
    assert standing() == {Code.BANK: 145_05, Code.PROCESSOR_FEES: 4_95}
    assert done.open.total == 0
    assert check_books() == ()


def test_a_payment_is_in_clearing_until_the_payout_is_here(account):
    payment = pay_by_card(account, 100_00)

    done = reconcile(TODAY)

    assert done.matched_by_rule["gateway"] == 1
    assert status(payment) is Status.ACCEPTED
    assert standing() == {Code.CARD_CLEARING: 100_00}
    assert {entry.side for entry in queries.list_queue(today=LATER + timedelta(days=9)).entries} == {
        Side.PAYOUT, Side.GATEWAY,
    }  # fmt: skip


def test_running_again_changes_nothing(account):
    pay(account, 40_00)
    pay_by_card(account, 100_00)
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00))
    reconcile()
    before = standing(), rules_used()

    again = reconcile()

    assert again.loaded == 0
    assert (standing(), rules_used()) == before


def test_two_days_that_make_the_same_sum_are_not_guessed_between(account):
    pay(account, 40_00)
    pay(account, 40_00, on=TODAY - timedelta(days=1))
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00))

    done = reconcile()

    assert rules_used() == []
    assert done.open.total == 3
    (line,) = queries.list_queue(today=LATER, side=Side.BANK).entries
    assert [one.why for one in queries.suggest(entry=line, today=LATER)] == [
        "the same amount, 1 days apart", "the same amount, 2 days apart",
    ]  # fmt: skip


def test_one_cent_off_is_not_matched(account):
    pay(account, 40_00)
    a_bank_day(TODAY + timedelta(days=1), a_line(39_99))

    assert reconcile().open.total == 2
    assert check_books() == ()


def test_money_too_late_for_the_window_is_not_matched_by_amount(account):
    pay(account, 40_00)
    a_bank_day(TODAY + timedelta(days=9), a_line(40_00))

    assert reconcile(TODAY + timedelta(days=10)).open.total == 2


def test_a_wire_is_found_by_its_reference_among_like_amounts(account):
    wires = [
        pay(account, 900_00, Method.WIRE, Channel.WIRE, key=f"FED2026112200{n}") for n in (1, 2)
    ]
    a_bank_day(TODAY, a_line(900_00, "FED20261122002"))

    done = reconcile()

    assert done.matched_by_rule["reference"] == 1
    (left,) = done.open.entries or queries.list_queue(today=LATER).entries
    assert left.text == "FED20261122001"
    assert {status(one) for one in wires} == {Status.ACCEPTED, Status.SETTLED}


def test_a_voided_payment_never_went_to_the_bank(account):
    payment = pay(account, 40_00)
    reverse_payment(
        payment=payment, to=Status.VOIDED, reason="typed twice", reversed_on=TODAY, actor=TESTER
    )

    reconcile()

    assert rules_used() == ["undone"]
    assert standing() == {}
    assert check_books() == ()


def test_a_refund_before_the_payout_leaves_no_cent_in_clearing(account):
    payment = pay_by_card(account, 100_00)
    reconcile(TODAY)
    a_refund(payment, 30_00, key="r1")
    reconcile(TODAY)
    payouts = fetch_all("SELECT id, amount_cents FROM payments_payout ORDER BY amount_cents")
    a_bank_day(TODAY + timedelta(days=3), *(a_line(one.amount_cents, one.id) for one in payouts))

    reconcile()

    assert [one.amount_cents for one in payouts] == [-30_00, 96_80]
    assert standing() == {Code.BANK: 66_80, Code.PROCESSOR_FEES: 3_20}
    assert check_books() == ()


def test_a_check_the_bank_returns_leaves_both_sides_alike(account):
    a_bill(account, 40_00)
    payment = pay(account, 40_00, Method.CHECK, Channel.LOCKBOX)
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00))
    reconcile(TODAY + timedelta(days=1))
    paid = get_payment(numbers=(account.number,), payment_id=payment.id)
    reverse_payment(
        payment=paid,
        to=Status.RETURNED,
        reason="R01",
        reversed_on=TODAY + timedelta(days=2),
        actor=TESTER,
    )
    a_bank_day(TODAY + timedelta(days=2), a_line(-40_00))

    done = reconcile()

    assert done.open.total == 0
    assert standing() == {}
    assert check_books() == ()


def test_a_payment_settled_by_its_own_file_is_not_settled_twice(account):
    from openmember.payments.services.corrections import settle_payment

    payment = pay(account, 40_00, Method.ACH, Channel.AUTOPAY)
    settle_payment(payment=payment, settled_on=TODAY, actor=TESTER)
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00))

    done = reconcile()

    assert done.open.total == 0
    assert standing() == {Code.BANK: 40_00}
    assert check_books() == ()


def test_a_late_posting_is_an_entry_of_its_own(account):
    pay(account, 40_00)
    reconcile()
    pay(account, 10_00)

    assert reconcile().loaded == 1
    assert sum(entry.amount_cents for entry in queries.list_queue(today=LATER).entries) == 50_00
    assert check_books() == ()


def test_a_day_stated_anew_takes_its_old_line_out_of_the_match(account):
    pay(account, 40_00)
    day = TODAY + timedelta(days=1)
    a_bank_day(day, a_line(40_00))
    reconcile()
    assert a_bank_day(day, a_line(41_00)).restated == 1

    done = reconcile()

    assert standing() == {Code.DRAWERS: 40_00}
    assert done.open.total == 2
    assert check_books() == ()


def test_the_banks_figure_becomes_the_books_line_by_line(account):
    pay(account, 40_00)
    pay(account, 900_00, Method.WIRE, Channel.WIRE)
    pay_by_card(account, 100_00)
    reconcile(TODAY)
    a_bank_day(
        TODAY + timedelta(days=2),
        a_line(40_00),
        a_line(7_77),
        a_line(payout().amount_cents, payout().id),
    )
    reconcile()

    statement = queries.get_statement(until=LATER)

    assert statement.bank_cents == 40_00 + 7_77 + payout().amount_cents
    assert statement.books_cents == 40_00 + 900_00 + payout().amount_cents
    assert dict(statement.lines)["open_bank"] == 7_77
    assert dict(statement.lines)["open_books"] == -900_00
    assert statement.unexplained_cents == 0


def test_only_who_reconciles_may_run_it(account):
    with pytest.raises(NotAllowed):
        reconcile_day(day=TODAY, actor=Actor("staff", 1, roles=frozenset({Role.BILLING})))
