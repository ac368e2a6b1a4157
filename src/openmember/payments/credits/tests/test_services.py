"""Credit given back: by whom, which way, once, and always in the books."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from openmember.billing import queries as billing
from openmember.billing.debts.services import propose_write_off
from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.queries import get_balance
from openmember.ledger.types import Code
from openmember.members.types import Actor, Address, NotAllowed, Role
from openmember.payments import queries as payments
from openmember.payments.credits import dormancy, jobs, queries
from openmember.payments.credits.services import checks as drawing
from openmember.payments.credits.services import dormant, refunds
from openmember.payments.credits.types import Dormancy, Suggestion, Way
from openmember.payments.jobs import check_books
from openmember.payments.services import corrections, door
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.services.refunds import list_waiting_refunds
from openmember.payments.testing import TESTER, TODAY, a_bill, a_member, a_payment, an_account
from openmember.payments.types import Channel, Method, PaymentRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]

FINANCE = frozenset({Role.FINANCE})
ANN, BOB = Actor("staff", 1, roles=FINANCE), Actor("staff", 2, roles=FINANCE)


@pytest.fixture
def account():
    """An account whose holder has an address."""
    home = Address(street="1 Elm St", city="Oakland", state="CA", postal_code="94612")
    return an_account(holder=a_member(address=home))


def by_card(account, cents, key="card"):
    request = PaymentRequest(key, cents, Method.CARD, Channel.WEB, "guest", TODAY)
    return pay_through_gateway(account=account, request=request, actor=TESTER).payment


def propose(account, cents, *, key="one", actor=ANN, on=TODAY):
    return refunds.propose_refund(
        account=account, amount_cents=cents, key=key, reason="overpaid", on=on, actor=actor
    )


def decide(refund, actor, *, approved=True):
    return refunds.decide_refund(
        refund=refund, approved=approved, decision="", on=TODAY, actor=actor
    )


def balance(account):
    found = get_balance(account_number=account.number)
    return found.credit_cents, found.refunds_cents


def standing_on(code) -> int:
    return int(
        fetch_one(
            "SELECT coalesce(sum(amount_cents * ((debit = %(code)s)::int - (credit = %(code)s)::int)), 0)"
            " AS cents FROM ledger_transfer",
            {"code": int(code)},
        ).cents
    )


def issue():
    return drawing.issue_checks(on=TODAY, actor=ANN)


def checks(account):
    return [
        part.check_number
        for refund in queries.list_refunds(numbers=account.numbers)
        for part in refund.parts
        if part.check_number
    ]


def test_card_credit_goes_back_to_the_card_at_once_within_the_limit(account):
    by_card(account, 50_00)

    refund = propose(account, 50_00)

    assert (refund.status, refund.parts[0].way) == ("approved", Way.TENDER)
    assert balance(account) == (0, 0)
    assert check_books() == ()


def test_above_the_limit_somebody_else_approves(account):
    a_payment(account, 500_00)
    refund = propose(account, 100_01)

    assert (refund.status, balance(account)) == ("proposed", (500_00, 0))
    with pytest.raises(refunds.CreditRefused, match="somebody else approves"):
        decide(refund, ANN)
    with pytest.raises(NotAllowed):
        decide(refund, Actor("staff", 3, roles=frozenset({Role.BILLING})))
    assert decide(refund, BOB).status == decide(refund, BOB).status == "approved"
    assert balance(account) == (399_99, 100_01)
    assert check_books() == ()


def test_small_refunds_of_one_person_do_not_add_up_past_the_limit(account):
    a_payment(account, 500_00)

    statuses = [propose(account, 60_00, key=key).status for key in ("one", "two")]

    assert statuses == ["approved", "proposed"]


def test_the_database_itself_refuses_one_pair_of_eyes(account):
    a_payment(account, 500_00)
    refund = propose(account, 500_00)

    with pytest.raises(DatabaseError, match="four_eyes"), transaction.atomic():
        fetch_all(
            "UPDATE payments_credit_refund SET status = 'approved', decided_by = proposed_by,"
            " decided_on = proposed_on WHERE id = %s",
            [refund.id],
        )


def test_a_key_asks_once(account):
    a_payment(account, 50_00)

    assert propose(account, 20_00).id == propose(account, 20_00).id
    assert balance(account) == (30_00, 20_00)
    with pytest.raises(refunds.CreditRefused):
        propose(account, 21_00)


def test_credit_asked_for_is_not_there_to_be_asked_for_again(account):
    a_payment(account, 500_00)
    propose(account, 400_00)

    with pytest.raises(refunds.CreditRefused, match="less credit"):
        propose(account, 101_00, key="two")
    assert propose(account, 100_00, key="two").status == "approved"


def test_credit_used_meanwhile_is_not_taken_from_bills(account):
    a_payment(account, 500_00)
    refund = propose(account, 400_00)
    bill = a_bill(account, 450_00)
    payment = payments.list_payments(numbers=account.numbers).payments[0]
    corrections.apply_credit(
        payment=payment, amount_cents=450_00, bill_ids=(bill.id,), on=TODAY, actor=TESTER
    )

    with pytest.raises(refunds.CreditRefused, match="used meanwhile"):
        decide(refund, BOB)
    assert decide(refund, BOB, approved=False).status == "refused"
    assert check_books() == ()


def test_a_paper_check_is_waited_for_before_its_money_goes_back(account):
    request = PaymentRequest("c", 50_00, Method.CHECK, Channel.LOCKBOX, "guest", TODAY)
    door.take_payment(account=account, request=request, actor=TESTER)

    with pytest.raises(refunds.CreditRefused, match="may still bounce"):
        propose(account, 50_00, on=TODAY + timedelta(days=9))
    assert propose(account, 50_00, on=TODAY + timedelta(days=10)).status == "approved"


def test_credit_from_a_joined_account_goes_back_by_check(account):
    other = an_account()
    by_card(other, 50_00)
    joined = merge_accounts(account=other, into=account, merged_on=TODAY, actor=TESTER)

    refund = propose(joined, 50_00)

    assert refund.parts[0].way is Way.CHECK
    assert check_books() == ()


def test_the_database_sends_no_joined_credit_to_a_tender(account):
    other = an_account()
    a_payment(other, 50_00)
    merge_accounts(account=other, into=account, merged_on=TODAY, actor=TESTER)
    payment = payments.list_payments(numbers=(account.number,)).payments[0]

    with pytest.raises(Exception, match="goes back by check"):
        fetch_all(
            "SELECT payments_credit_propose(%s, 'k', %s, 0, %s, 'r', %s, 'staff:1')",
            [account.number,
             f'[{{"payment_id": {payment.id}, "amount_cents": 1, "way": "tender"}}]', TODAY, TODAY],
        )  # fmt: skip


def test_checks_are_drawn_once_and_paid_from_the_bank(account):
    a_payment(account, 50_00)
    propose(account, 50_00)

    runs = issue(), issue()

    assert runs[0] is not None
    assert runs[1] is None
    assert (balance(account), standing_on(Code.REFUNDS_PAYABLE)) == ((0, 0), 0)
    (check,) = queries.list_checks(run_id=runs[0])
    assert (check.payee, check.amount_cents, check.address[0]) == ("Ana Ruiz", 50_00, "1 Elm St")
    assert check_books() == ()


def test_a_check_needs_somewhere_to_go():
    account = an_account()
    a_payment(account, 50_00)
    propose(account, 50_00)

    assert (issue(), queries.count_without_address()) == (None, 1)


def test_a_network_is_not_asked_to_send_what_goes_by_check(account, settings):
    settings.REFUND_TENDER_DAYS = -1
    by_card(account, 50_00)
    propose(account, 50_00)

    assert list_waiting_refunds(older_than_seconds=-60) == ()
    issue()
    assert len(checks(account)) == 1
    assert check_books() == ()


def test_a_stopped_check_is_credit_again_and_the_bank_is_told(account):
    a_payment(account, 50_00)
    propose(account, 50_00)
    issue()
    (number,) = checks(account)

    stop = {"number": number, "reason": "lost", "on": TODAY, "actor": ANN}
    assert (drawing.stop_check(**stop), drawing.stop_check(**stop)) == (True, False)

    assert balance(account) == (50_00, 0)
    run = issue()
    assert [check.number for check in queries.list_voided_checks(run_id=run)] == [number]
    assert issue() is None
    with pytest.raises(refunds.CreditRefused, match="stopped already"):
        drawing.clear_check(number=number, amount_cents=50_00, on=TODAY, actor=ANN)
    assert check_books() == ()


def test_a_check_the_bank_paid_is_cleared_for_its_amount_only(account):
    a_payment(account, 50_00)
    propose(account, 50_00)
    issue()
    (number,) = checks(account)

    with pytest.raises(refunds.CreditRefused, match="drawn for 5000"):
        drawing.clear_check(number=number, amount_cents=50_01, on=TODAY, actor=ANN)
    assert drawing.clear_check(number=number, amount_cents=50_00, on=TODAY, actor=ANN)
    with pytest.raises(refunds.CreditRefused, match="cleared already"):
        drawing.stop_check(number=number, reason="lost", on=TODAY, actor=ANN)


def test_a_check_nobody_cashes_is_credit_again(account):
    a_payment(account, 50_00)
    propose(account, 50_00)
    issue()

    assert drawing.let_checks_go_stale(today=TODAY + timedelta(days=180), actor=TESTER) == 0
    assert drawing.let_checks_go_stale(today=TODAY + timedelta(days=181), actor=TESTER) == 1
    assert balance(account) == (50_00, 0)
    assert check_books() == ()


def test_files_lost_on_the_way_are_written_by_the_next_call(account, tmp_path, monkeypatch):
    a_payment(account, 50_00)
    propose(account, 50_00)
    monkeypatch.setattr(jobs, "write_run", lambda **given: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        jobs.write_checks(out=tmp_path, on=TODAY, actor=ANN)
    monkeypatch.undo()

    ((run, issued, register),) = jobs.write_checks(out=tmp_path, on=TODAY, actor=ANN)

    assert run.checks == 1
    assert str(checks(account)[0]) in issued.read_text(encoding="utf-8")
    assert "Ana Ruiz" in register.read_text(encoding="utf-8")
    assert jobs.write_checks(out=tmp_path, on=TODAY, actor=ANN) == ()


def test_the_search_finds_credit_and_forgets_what_is_gone(account):
    a_payment(account, 50_00)

    jobs.find_credits(today=TODAY)
    queue = queries.list_queue(today=TODAY + timedelta(days=20))
    assert (queue.total, queue.credit_cents, queue.rows[0].age_days) == (1, 50_00, 20)
    assert queue.rows[0].suggestion is Suggestion.REFUND

    propose(account, 50_00)
    jobs.find_credits(today=TODAY)
    assert queries.list_queue(today=TODAY).rows == ()


@pytest.mark.parametrize(("cents", "asked"), [(4_99, False), (5_00, True)])
def test_excess_after_assistance_goes_back_from_five_dollars(account, cents, asked):
    a_payment(account, 50_00)

    refund = refunds.refund_excess(
        account=account, excess_cents=cents, key="k", reason="assistance", on=TODAY, actor=TESTER
    )

    assert (refund is not None) is asked


def test_what_is_paid_on_a_written_off_bill_is_recovered(account):
    visit = a_bill(account, 20_00, line=Line.MEDICAL)
    propose_write_off(
        bill=visit, amount_cents=20_00, key="k", reason="small", on=TODAY, actor=TESTER
    )
    request = PaymentRequest(
        "late", 30_00, Method.CASH, Channel.COMMAND, "guest", TODAY, (visit.id,)
    )
    door.take_payment(account=account, request=request, actor=TESTER)

    assert (jobs.recover_named(today=TODAY), jobs.recover_named(today=TODAY)) == (1, 0)

    again = billing.get_bill(numbers=account.numbers, bill_id=visit.id, today=TODAY)
    assert (again.open_cents, again.adjusted_cents, again.paid_cents) == (0, 0, 20_00)
    assert (balance(account), standing_on(Code.WRITE_OFF)) == ((10_00, 0), 0)
    assert check_books() == ()


def queued(account):
    jobs.find_credits(today=TODAY)
    return queries.list_queue(today=LONG_AFTER).rows[0]


LONG_AFTER = date(2030, 1, 1)


def test_nothing_is_turned_over_without_a_configured_period(account):
    a_payment(account, 50_00)

    with pytest.raises(refunds.CreditRefused, match="no dormancy period is configured for CA"):
        dormant.turn_over(queued=queued(account), today=LONG_AFTER, actor=ANN)
    assert jobs.turn_over_dormant(today=LONG_AFTER, actor=ANN) == (0, 0)
    assert balance(account) == (50_00, 0)


def test_dormant_credit_is_turned_over_once(account, monkeypatch):
    monkeypatch.setattr(
        dormancy, "get_table", lambda: {"CA": Dormancy("CA", 36, "Test Code 1", "verified")}
    )
    a_payment(account, 50_00)
    jobs.find_credits(today=TODAY)

    before = jobs.turn_over_dormant(today=date(2029, 11, 22), actor=ANN)
    runs = [jobs.turn_over_dormant(today=date(2029, 11, 23), actor=ANN) for _ in range(2)]

    assert (before, runs) == ((0, 0), [(1, 50_00), (0, 0)])
    assert (balance(account), standing_on(Code.UNCLAIMED_PROPERTY)) == ((0, 0), -50_00)
    assert check_books() == ()


def test_decided_refunds_and_checks_stay_as_they_are(account):
    a_payment(account, 50_00)
    propose(account, 50_00)
    issue()

    for statement in (
        "UPDATE payments_check SET amount_cents = 1",
        "UPDATE payments_credit_refund SET proposed_by = 'staff:9'",
        "DELETE FROM payments_credit_part",
    ):
        with pytest.raises(DatabaseError, match="history is never changed"), transaction.atomic():
            fetch_all(statement)


@pytest.mark.django_db(transaction=True)
def test_of_two_runs_at_once_one_draws_the_check(account):
    a_payment(account, 50_00)
    propose(account, 50_00)
    runs, ready = [], threading.Barrier(2)

    def draw():
        try:
            ready.wait()
            runs.append(issue())
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(run is not None for run in runs) == [False, True]
    assert len(checks(account)) == 1
    assert check_books() == ()
