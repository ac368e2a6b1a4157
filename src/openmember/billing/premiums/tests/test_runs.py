"""What a run may do, twice over, and out of order."""

from datetime import date

import pytest
from django.db import connections

from openmember.billing import queries as billing
from openmember.billing import services
from openmember.billing.premiums import queries
from openmember.billing.premiums.rules import OutOfOrder
from openmember.billing.premiums.services import runs
from openmember.billing.premiums.services.runs import (
    ChangeTooLarge,
    RunAtWork,
    RunRequest,
    RunUnfinished,
)
from openmember.billing.premiums.testing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    MARCH,
    bill,
    billed_cents,
    cover,
    covered,
    lines_of,
)  # fmt: skip
from openmember.billing.premiums.types import RunState
from openmember.billing.testing import a_bill
from openmember.billing.types import BillLine, Line
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger import queries as ledger
from openmember.members.testing import TESTER, staff
from openmember.members.types import NotAllowed, Role

pytestmark = pytest.mark.django_db


def preview(month, **asked):
    return runs.preview(request=RunRequest(month=month, today=month, **asked), actor=TESTER)


def test_a_second_run_bills_nothing_new():
    account = covered()
    first = bill(JANUARY)

    again = bill(JANUARY)

    assert (first.bills, again.bills) == (1, 0)
    assert ledger.get_balance(account_number=account.number).premium_cents == 300_00


def test_a_second_run_bills_who_came_since():
    covered()
    bill(JANUARY)
    late = covered(cents=200_00)

    run = bill(JANUARY)

    assert (run.bills, billed_cents(late, JANUARY)) == (1, 200_00)


def test_books_and_balances_are_as_if_each_bill_had_been_raised_alone():
    for kind in CoverageType:
        covered(kind, 333_33, aptc_cents=100_00)
    bill(JANUARY)
    bill(FEBRUARY)

    assert (
        *ledger.list_differences(),
        *billing.list_differences(),
        *queries.list_differences(),
    ) == ()


def test_a_preview_says_what_the_run_then_does():
    covered()
    covered(CoverageType.EXCHANGE, 500_00, aptc_cents=120_00)
    covered(CoverageType.COBRA, 812_35)

    shown = preview(JANUARY)

    assert fetch_one("SELECT count(*) AS n FROM billing_bill").n == 0
    done = bill(JANUARY)
    assert shown.total_cents == done.total_cents == done.billed_cents == 300_00 + 380_00 + 828_59
    assert queries.list_totals(run_id=shown.id) == queries.list_totals(run_id=done.id)


def test_totals_stand_beside_the_month_before():
    covered()
    bill(JANUARY)
    covered(cents=100_00, starts_on=FEBRUARY)

    run = bill(FEBRUARY)

    (total,) = queries.list_totals(run_id=run.id)
    assert (total.before_cents, total.change_cents, total.coverages) == (300_00, 100_00, 2)
    assert queries.get_variance(run_id=run.id).change_bps == 3333


def test_a_large_change_stops_before_anything_is_billed():
    covered()
    bill(JANUARY)
    account = covered(cents=100_00, starts_on=FEBRUARY)

    with pytest.raises(ChangeTooLarge, match=r"33\.3 percent") as stopped:
        bill(FEBRUARY, accept_change=False)

    assert stopped.value.run.state is RunState.STOPPED
    assert billed_cents(account, FEBRUARY) == 0
    assert bill(FEBRUARY, accept_change=True).bills == 2


@pytest.mark.parametrize("month", [JANUARY, date(2025, 12, 1), APRIL])
def test_a_month_out_of_order_needs_a_reason(month):
    covered()
    bill(JANUARY)
    bill(FEBRUARY)

    with pytest.raises(OutOfOrder, match="March 2026 is to be billed next"):
        bill(month)

    assert bill(month, reason="The auditor asked").reason == "The auditor asked"


def test_the_first_month_is_this_one_or_the_next():
    with pytest.raises(OutOfOrder):
        bill(MARCH, today=JANUARY)

    assert bill(FEBRUARY, today=JANUARY).state is RunState.DONE


def test_only_those_who_run_billing_may():
    with pytest.raises(NotAllowed):
        runs.run(request=RunRequest(JANUARY, JANUARY), actor=staff(Role.REPRESENTATIVE))


def test_a_bill_raised_before_the_run_is_the_months_bill():
    account = covered()
    raised = services.raise_bill(
        account=account, key="premium:2026-01", line=Line.PREMIUM, title="January",
        lines=(BillLine("January", 280_00),), issued_on=JANUARY, due_on=JANUARY, actor=TESTER,
    )  # fmt: skip

    run = bill(JANUARY)

    assert run.bills == 0
    row = fetch_one(
        "SELECT bill_id, share_cents FROM billing_premium WHERE account_number = %s",
        [account.number],
    )
    assert (row.bill_id, row.share_cents) == (raised.id, 280_00)
    assert ledger.get_balance(account_number=account.number).premium_cents == 280_00


def test_bills_are_dated_and_due_on_the_regions_days():
    account = covered()

    bill(APRIL, today=date(2026, 3, 2), reason="first")

    row = fetch_one(
        "SELECT issued_on, due_on, month FROM billing_bill WHERE account_number = %s",
        [account.number],
    )
    assert (row.issued_on, row.due_on) == (date(2026, 3, 10), date(2026, 4, 1))


def test_a_run_that_breaks_off_is_taken_up_where_it_was(settings):
    settings.PREMIUM_RANGE_ACCOUNTS = 1
    accounts = [covered() for _ in range(3)]
    settled = []

    def break_off(billed):
        settled.append(billed.first)
        if len(settled) == 2:
            raise KeyboardInterrupt

    request = RunRequest(month=JANUARY, today=JANUARY)
    with pytest.raises(KeyboardInterrupt):
        runs.run(request=request, actor=TESTER, settle=break_off)
    with pytest.raises(RunUnfinished, match="2026-01"):
        bill(FEBRUARY)

    run = runs.run(request=request, actor=TESTER, settle=break_off)

    assert (run.state, run.bills, run.billed_cents) == (RunState.DONE, 3, 900_00)
    assert [billed_cents(account, JANUARY) for account in accounts] == [300_00] * 3


def test_what_was_priced_and_lost_is_priced_again(settings):
    covered()

    def lose(billed):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.run(request=RunRequest(JANUARY, JANUARY), actor=TESTER, settle=lose)
    fetch_all("TRUNCATE billing_premium_item, billing_premium_seen")

    assert bill(JANUARY).billed_cents == 300_00


def test_two_at_a_time_are_refused():
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('billing_premium_run'))")
        with pytest.raises(RunAtWork):
            bill(JANUARY)
    finally:
        other.close()


def test_other_bills_of_the_account_are_left_alone():
    account = covered()
    a_bill(account, 55_00, line=Line.MEDICAL, issued_on=JANUARY, due_on=FEBRUARY)

    bill(JANUARY)

    balance = ledger.get_balance(account_number=account.number)
    assert (balance.premium_cents, balance.medical_cents) == (300_00, 55_00)


def test_dental_and_health_stand_on_one_bill():
    account = covered()
    cover(account, CoverageType.DIRECT, 40_00, insurance_line="DEN", plan="Dental")

    bill(JANUARY)

    assert lines_of(account, JANUARY) == [
        ("Gold 500, January 2026", 300_00),
        ("Dental, January 2026", 40_00),
    ]
