"""Premiums whose bills moved when accounts were joined: grace runs for them where they are owed now."""

from datetime import date

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from openmember.billing.grace import queries
from openmember.billing.grace.jobs import sweep_grace
from openmember.billing.grace.testing import a_covered_account, a_premium
from openmember.billing.grace.types import Status
from openmember.billing.premiums.services.runs import RunRequest
from openmember.billing.premiums.testing import FEBRUARY, JANUARY
from openmember.billing.premiums.testing import covered as covered_by_run
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all
from openmember.members.testing import TESTER
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import merge_accounts, reverse_payment
from openmember.payments.services.premiums import run_premiums
from openmember.payments.testing import a_payment, an_account
from openmember.payments.tests.grace_days import (
    APR,
    FEB,
    JAN,
    MAR,
    aptc_account,
    balance,
    covered,
    letters,
    on_days,
    only_case,
    work,
)
from openmember.payments.types import Status as PaymentStatus

pytestmark = pytest.mark.django_db


def joined(account, into, on=date(2025, 12, 28)):
    return merge_accounts(account=account, into=into, merged_on=on, actor=TESTER)


def run_month(month):
    run_premiums(request=RunRequest(month=month, today=month, accept_change=True), actor=TESTER)


def test_a_premium_that_moved_before_it_was_late_opens_a_case_and_ends_the_coverage_it_is_for():
    account, other = aptc_account(), an_account()
    into = joined(account, other)

    taken = on_days("2026-01-02", FEB, "2026-03-21", APR)

    assert [step for _, step in taken] == ["opened", "pended", "warned", "terminated"]
    assert only_case(into).account_number == into.number
    assert covered(account) == [(date(2026, 1, 31), False)]
    assert balance(into).premium_cents == 120_00, "only January is covered, and owed"
    assert "coverage_ended" in letters(into)


def test_a_moved_premium_that_is_paid_where_it_moved_to_is_made_good():
    into = joined(aptc_account(), an_account())
    work(date(2026, 1, 2))
    a_payment(into, 360_00)

    assert work(date(2026, 2, 15)) == {"cured": 1}
    assert only_case(into).status is Status.CURED


def test_what_was_paid_before_a_bill_moved_counts_toward_enough():
    account = a_covered_account()
    a_premium(account, JAN, 100_00, aptc_cents=300_00)
    a_payment(account, 96_00)
    joined(account, an_account())

    assert work(date(2026, 1, 2)) == {}, "96 % is enough; 4 dollars alone would not be"


def test_a_bill_that_moved_twice_still_opens_one_case():
    account = aptc_account()
    middle = joined(account, an_account())
    into = joined(middle, an_account(), on=date(2025, 12, 29))

    on_days("2026-01-02", FEB, "2026-03-21", APR)

    assert only_case(into).status is Status.TERMINATED
    assert covered(account) == [(date(2026, 1, 31), False)]
    assert balance(into).premium_cents == 120_00


def test_paid_coverage_of_the_account_that_stays_goes_on():
    account, other = aptc_account(), a_covered_account()
    for covers in (JAN, FEB, MAR):
        a_premium(other, covers, aptc_cents=300_00)
    a_payment(other, 360_00)
    joined(account, other)

    on_days("2026-01-02", FEB, "2026-03-21", APR)

    assert covered(account) == [(date(2026, 1, 31), False)]
    assert covered(other) == [(None, False)]


def test_a_bill_for_both_ends_the_coverage_of_both():
    account, other = a_covered_account(), a_covered_account()
    into = joined(account, other)
    for covers in (JAN, FEB, MAR):
        a_premium(into, covers, aptc_cents=300_00)

    on_days("2026-01-02", FEB, "2026-03-21", APR)

    assert covered(account) == covered(other) == [(date(2026, 1, 31), False)]


def test_a_case_of_another_kind_of_coverage_does_not_count_what_moved():
    account = aptc_account()
    other = a_covered_account(CoverageType.COBRA)
    bill = a_premium(other, JAN, kind=CoverageType.COBRA)
    into = joined(account, other)
    work(date(2026, 1, 2))
    cobra = queries.find_open_case(numbers=(other.number,), today=date(2026, 1, 2))

    assert cobra.coverage_type is CoverageType.COBRA
    assert cobra.open_cents == 120_00

    a_payment(into, 120_00, bill)
    assert sweep_grace(today=date(2026, 1, 20), actor=TESTER).steps == {"cured": 1}
    assert work(date(2026, 1, 21)) == {"opened": 1}, "then the other one begins"


def test_a_returned_payment_of_a_joined_account_opens_a_case_where_the_bill_is_owed_now():
    account = aptc_account()
    work(date(2026, 1, 2))
    payment = a_payment(account, 360_00)
    assert work(date(2026, 1, 20)) == {"cured": 1}
    into = joined(account, an_account(), on=date(2026, 1, 25))
    reverse_payment(
        payment=payment, to=PaymentStatus.RETURNED, reason="R01", reversed_on=date(2026, 1, 28),
        actor=TESTER,
    )  # fmt: skip

    assert work(date(2026, 2, 2)) == {"opened": 1, "pended": 1}
    assert queries.find_open_case(numbers=into.numbers, today=FEB).account_number == into.number


def test_what_a_case_dealt_with_before_joining_opens_no_second_one():
    account = aptc_account()
    on_days("2026-01-02", FEB, "2026-03-21", APR)
    joined(account, an_account(), on=date(2026, 4, 5))

    assert work(date(2026, 4, 6)) == {}


def test_where_a_moved_bill_came_from_is_history():
    joined(aptc_account(), an_account())

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        fetch_all("UPDATE billing_moved_bill SET moved_on = moved_on + 1")
    assert check_books() == ()


def test_the_next_run_counts_what_was_taken_off_after_the_bill_moved():
    """100 of 300 were paid before the bill moved, 200 are taken off where it moved to: 100 come back."""
    account = covered_by_run(state="WA", starts_on=date(2025, 6, 1))
    run_month(JANUARY)
    a_payment(account, 100_00)
    into = joined(account, an_account(), on=date(2026, 1, 2))

    on_days("2026-01-03", "2026-02-01", "2026-03-05")
    assert only_case(into).status is Status.TERMINATED
    assert balance(into).premium_cents == 0
    run_month(FEBRUARY)

    assert (balance(into).premium_cents, balance(into).credit_cents) == (0, 100_00)
    assert check_books() == ()
