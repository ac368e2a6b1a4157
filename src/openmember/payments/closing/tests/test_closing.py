"""The month-end close as finance works it: checks, reports, and figures that stay."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from openmember.accounts.types import Account
from openmember.billing.types import Line
from openmember.kernel.sql import Refused, fetch_all
from openmember.ledger.closing.services import MonthRefused
from openmember.ledger.types import Code
from openmember.members.types import Actor, NotAllowed, Role
from openmember.payments.closing import queries
from openmember.payments.closing.services import close_month
from openmember.payments.closing.types import Bucket, Topic
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.services import door
from openmember.payments.services.corrections import merge_accounts, reverse_payment, take_back
from openmember.payments.testing import TESTER, TODAY, a_bill, an_account, serial
from openmember.payments.types import Channel, Method, PaymentRequest, Status
from openmember.rulebook.calendar import is_banking_day

pytestmark = pytest.mark.django_db

MONTH, LAST = date(2026, 11, 1), date(2026, 11, 30)
TODAY_THEN = date(2026, 12, 3)
ROSA = Actor("staff", 1, roles=frozenset({Role.FINANCE}))
WHY = "A trial of the close"


@pytest.fixture(autouse=True)
def months(db):
    ensure_months(TODAY)


@pytest.fixture
def account() -> Account:
    return an_account()


def pay(account, cents, *bills, on=TODAY, method=Method.CASH):
    request = PaymentRequest(
        f"close-{next(serial)}",
        cents,
        method,
        Channel.COMMAND,
        "guest",
        on,
        tuple(bill.id for bill in bills),
    )
    return door.take_payment(account=account, request=request, actor=TESTER)


def close(reason=WHY, today=TODAY_THEN):
    return close_month(month=MONTH, today=today, reason=reason, actor=ROSA)


def check(topic: Topic, **options):
    checks = queries.get_closing(month=MONTH, today=TODAY_THEN, **options).checks
    return next(one for one in checks if one.topic is topic)


def ageing(line=Line.PREMIUM):
    return next(one for one in queries.get_reports(month=MONTH).ageing if one.line is line)


def test_receivables_age_by_line_and_by_days_past_due(account):
    a_bill(account, 100_00, due_on=LAST)
    a_bill(account, 50_00, issued_on=date(2026, 9, 1), due_on=LAST - timedelta(days=45))
    a_bill(
        account,
        30_00,
        line=Line.MEDICAL,
        issued_on=date(2026, 11, 2),
        due_on=LAST - timedelta(days=1),
    )
    pay(account, 20_00)

    premium, medical = ageing(), ageing(Line.MEDICAL)

    assert {bucket: cents for bucket, cents in premium.cents_by_bucket.items() if cents} == {
        Bucket.NOT_DUE: 100_00, Bucket.UNTIL_60: 30_00,
    }  # fmt: skip
    assert medical.cents_by_bucket[Bucket.UNTIL_30] == 30_00
    assert (premium.difference_cents, medical.difference_cents) == (0, 0)


def test_what_happens_after_the_month_does_not_change_its_ageing(account):
    bill = a_bill(account, 100_00, due_on=LAST)
    before = ageing()

    a_bill(account, 70_00, issued_on=date(2026, 12, 1), due_on=date(2026, 12, 20))
    pay(account, 60_00, bill, on=date(2026, 12, 2))

    assert ageing() == before
    assert ageing().difference_cents == 0


def test_accounts_joined_after_the_month_leave_it_as_it_was_closed(account):
    into = an_account()
    a_bill(account, 100_00, due_on=LAST)
    before = ageing()
    close()
    merge_accounts(account=account, into=into, merged_on=date(2026, 12, 2), actor=TESTER)
    after = queries.read_reports(month=MONTH)
    december = queries.get_reports(month=date(2026, 12, 1))

    assert {one.line: one for one in after.ageing}[Line.PREMIUM] == before
    for reports in (after, december):
        transfers = next(
            one for one in reports.trial_balance.lines if one.code is Code.ACCOUNT_TRANSFERS
        )
        assert transfers.closing_cents == 0
        assert all(one.difference_cents == 0 for one in reports.ageing)
    assert december.ageing[0].total_cents == 100_00
    assert check_books() == ()


@pytest.mark.django_db(transaction=True)
def test_a_payment_undone_after_the_month_still_counts_in_it(account):
    bill = a_bill(account, 100_00, due_on=LAST)
    payment = pay(account, 60_00, bill)
    partly = pay(account, 15_00, bill)
    before = ageing()
    assert before.total_cents == 25_00

    take_back(
        payment=partly,
        bill_id=bill.id,
        amount_cents=15_00,
        reason="Other",
        on=date(2026, 12, 2),
        actor=TESTER,
    )
    reverse_payment(
        payment=payment,
        to=Status.RETURNED,
        reason="R01",
        reversed_on=date(2026, 12, 2),
        actor=TESTER,
    )

    assert ageing() == before
    assert ageing().difference_cents == 0


def test_cash_adds_up_to_what_the_codes_of_money_moved(account):
    first = pay(account, 40_00)
    pay(account, 25_00, on=TODAY - timedelta(days=1), method=Method.CHECK)
    reverse_payment(
        payment=first, to=Status.VOIDED, reason="Twice", reversed_on=TODAY, actor=TESTER
    )
    a_bank_day(TODAY, a_line(25_00), a_line(-3_00, text="FEE"))
    reconcile_day(day=TODAY, actor=TESTER)

    reports = queries.get_reports(month=MONTH)

    money = {Code.BANK, Code.CARD_CLEARING, Code.ACH_CLEARING, Code.DRAWERS, Code.LOCKBOX}
    moved = sum(
        line.debit_cents - line.credit_cents
        for line in reports.trial_balance.lines
        if line.code in money
    )
    assert reports.cash_cents == moved == 25_00
    assert [(one.method, one.received_cents, one.given_back_cents) for one in reports.cash] == [
        ("check", 25_00, 0), ("cash", 40_00, 40_00),
    ]  # fmt: skip


def test_premium_of_later_months_is_deferred(account):
    bill = a_bill(account, 100_00, issued_on=date(2026, 11, 10), due_on=date(2026, 12, 1))
    for covers, billed in (("2026-12-01", "2026-11-01"), ("2026-11-01", "2026-10-01")):
        fetch_all(
            "INSERT INTO billing_premium (account_number, covers, bill_month, bill_id, coverage_type, state,"
            " gross_cents, aptc_cents, share_cents, run_id)"
            " VALUES (%s, %s, %s, %s, 'exchange', 'CA', 40000, 30000, 10000, 1)",
            [account.number, covers, billed, bill.id],
        )

    (deferred,) = queries.get_reports(month=MONTH).deferred

    assert (deferred.covers, deferred.cents, deferred.accounts) == (date(2026, 12, 1), 400_00, 1)


def test_the_checks_are_facts(account):
    a_bill(account, 100_00)
    pay(account, 40_00, on=date(2026, 11, 2))

    assert check(Topic.TURN).is_ok
    assert check(Topic.BOOKS).is_ok is None
    assert check(Topic.BOOKS, prove=True).is_ok
    assert len(check(Topic.BANK_DAYS).days) == 19  # The banking days of November 2026.
    assert not check(Topic.RECONCILED).is_ok
    assert not check(Topic.PREMIUM_RUN).is_ok
    assert check(Topic.UNKNOWN_PAYMENTS).is_ok

    for day in (MONTH + timedelta(days=step) for step in range(30)):
        if is_banking_day(day):
            a_bank_day(day)
    reconcile_day(day=TODAY_THEN, actor=TESTER)

    assert check(Topic.BANK_DAYS).is_ok
    assert check(Topic.RECONCILED).is_ok
    assert (check(Topic.DIFFERENCES).count, check(Topic.DIFFERENCES).cents) == (1, 40_00)


def test_an_unknown_payment_holds_a_clean_close_up(account):
    request = PaymentRequest("u1", 12_00, Method.CARD, Channel.WEB, "guest", TODAY)
    door.begin_payment(account=account, request=request, gateway="sandbox", actor=TESTER)

    found = check(Topic.UNKNOWN_PAYMENTS)

    assert (found.is_ok, found.count, found.cents) == (False, 1, 12_00)


def test_a_month_is_not_closed_with_something_missing_and_no_reason(account):
    a_bill(account)

    with pytest.raises(MonthRefused, match="say why"):
        close(reason="")


def test_a_month_is_not_closed_on_books_that_differ(account):
    a_bill(account)
    fetch_all("SET LOCAL session_replication_role = replica")
    fetch_all("UPDATE ledger_balance SET premium_cents = premium_cents + 1")

    with pytest.raises(MonthRefused, match="the books differ"):
        close()


def test_a_closed_month_reports_the_same_for_ever(account):
    bill = a_bill(account, 100_00, due_on=LAST)
    payment = pay(account, 40_00, bill)
    before = queries.read_reports(month=MONTH)

    close()
    take_back(
        payment=payment,
        bill_id=bill.id,
        amount_cents=40_00,
        reason="Moved",
        on=TODAY_THEN,
        actor=TESTER,
    )
    pay(account, 10_00, on=TODAY_THEN)

    after = queries.get_reports(month=MONTH)
    assert (after.ageing, after.cash, after.deferred) == (
        before.ageing,
        before.cash,
        before.deferred,
    )
    assert after.trial_balance.lines == before.trial_balance.lines
    assert after.trial_balance.is_frozen
    assert check_books() == ()


def test_money_for_a_closed_month_is_refused_by_name(account):
    a_bill(account)
    close()

    with pytest.raises((Refused, door.PaymentRefused), match="closed"), transaction.atomic():
        pay(account, 5_00, on=LAST)


def test_settling_an_old_payment_is_booked_in_the_open_month(account):
    pay(account, 40_00)
    close()
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00))

    reconcile_day(day=LAST, actor=TESTER)

    booked = fetch_all("SELECT effective_on FROM ledger_transfer WHERE kind = 'settlement'")
    assert [row.effective_on for row in booked] == [date(2026, 12, 1)]
    assert check_books() == ()


def test_who_may_not_close_does_not(account):
    with pytest.raises(NotAllowed):
        close_month(
            month=MONTH,
            today=TODAY_THEN,
            reason=WHY,
            actor=Actor("staff", 1, roles=frozenset({Role.BILLING})),
        )
