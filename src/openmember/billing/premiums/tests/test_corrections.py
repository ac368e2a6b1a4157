"""What comes to light later stands on the next bill, and on no other."""

from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmember.billing.premiums import queries
from openmember.billing.premiums.services import rates
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
from openmember.billing.premiums.types import Rate
from openmember.coverage import models
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.queries import get_balance, list_transfers
from openmember.members.testing import TESTER

pytestmark = pytest.mark.django_db

MONTHS = (JANUARY, FEBRUARY, MARCH)


def change(account, **terms):
    """Change the account's span as an enrolment file would."""
    span = models.Span.objects.get(account_number=account.number)
    for name, value in terms.items():
        setattr(span, name, value)
    span.save()


def owed_cents(account):
    return get_balance(account_number=account.number).premium_cents


def credit_of(account):
    row = fetch_one(
        "SELECT sum(amount_cents)::bigint AS cents FROM billing_premium_credit WHERE account_number = %s",
        [account.number],
    )
    return row.cents


def test_a_premium_that_rose_is_asked_for_on_the_next_bill():
    account = covered(cents=300_00)
    bill(JANUARY)
    change(account, premium_cents=320_00)

    bill(FEBRUARY)

    assert lines_of(account, JANUARY) == [("Gold 500, January 2026", 300_00)]
    assert lines_of(account, FEBRUARY) == [
        ("Gold 500, February 2026", 320_00),
        ("Correction for January 2026", 20_00),
    ]


def test_a_correction_is_made_once():
    account = covered(cents=300_00)
    bill(JANUARY)
    change(account, premium_cents=320_00)
    bill(FEBRUARY)

    bill(MARCH)

    assert lines_of(account, MARCH) == [("Gold 500, March 2026", 320_00)]
    assert billed_cents(account, JANUARY) == 320_00


def test_coverage_added_late_is_billed_for_its_months():
    bill(JANUARY)
    account = covered(cents=300_00)

    bill(FEBRUARY)

    assert lines_of(account, FEBRUARY) == [
        ("Gold 500, February 2026", 300_00),
        ("Correction for January 2026", 300_00),
    ]


def test_months_nobody_ran_are_nobodys_to_correct():
    covered()
    bill(MARCH, today=MARCH)
    account = covered(cents=300_00)

    bill(APRIL)

    assert lines_of(account, APRIL) == [
        ("Gold 500, April 2026", 300_00),
        ("Correction for March 2026", 300_00),
    ]


def test_coverage_that_ended_earlier_is_taken_off():
    account = covered(cents=310_00)
    bill(JANUARY)
    bill(FEBRUARY)
    change(account, ends_on=date(2026, 1, 10))

    bill(MARCH)

    assert lines_of(account, MARCH) == []
    assert (billed_cents(account, JANUARY), billed_cents(account, FEBRUARY)) == (100_00, 0)
    assert credit_of(account) == 210_00 + 310_00


def test_what_is_owed_back_leaves_revenue_for_the_payments_room():
    account = covered(cents=310_00)
    bill(JANUARY)
    change(account, canceled=True)

    bill(FEBRUARY)

    newest = list_transfers(account_number=account.number)[0]
    assert (int(newest.debit), int(newest.credit), newest.amount_cents) == (4010, 1900, 310_00)
    row = fetch_one(
        "SELECT bills FROM billing_premium_credit WHERE account_number = %s", [account.number]
    )
    bills = fetch_all("SELECT id FROM billing_bill WHERE account_number = %s", [account.number])
    assert row.bills == [one.id for one in bills]


def test_the_tax_credit_is_corrected_with_the_premium():
    account = covered(CoverageType.EXCHANGE, 500_00, aptc_cents=300_00)
    bill(JANUARY)
    change(account, aptc_cents=350_00)

    bill(FEBRUARY)

    assert lines_of(account, FEBRUARY)[-1] == ("Correction for January 2026", -50_00)
    taken = sum(
        one.amount_cents
        for one in list_transfers(account_number=account.number)
        if one.kind == "premium_aptc"
    )
    assert taken == 300_00 + 350_00 + 50_00


def test_rates_that_change_afterwards_are_corrected():
    def rate(cents, since):
        rates.set_rates(
            rates=(Rate("Gold 500", "", "IND", None, None, since, None, cents),), actor=TESTER
        )

    rate(300_00, JANUARY)
    account = covered(cents=None)
    bill(JANUARY)
    bill(FEBRUARY)
    rate(330_00, FEBRUARY)

    bill(MARCH)

    assert lines_of(account, MARCH) == [
        ("Gold 500, March 2026", 330_00),
        ("Correction for February 2026", 30_00),
    ]


def test_a_bill_taken_back_at_the_desk_is_not_taken_off_twice():
    account = covered(cents=300_00)
    bill(JANUARY)
    row = fetch_one("SELECT id FROM billing_bill WHERE account_number = %s", [account.number])
    fetch_all(
        "SELECT billing_adjust(%s, %s, -30000, 'cancel', 5040::smallint, 'never covered', 'test', %s)",
        [account.number, row.id, JANUARY],
    )
    change(account, canceled=True)

    bill(FEBRUARY)

    assert credit_of(account) is None
    assert owed_cents(account) == 0


def test_what_an_employers_list_was_billed_is_corrected_on_the_sponsors_account():
    from openmember.accounts.testing import an_account

    own = an_account()
    account = covered(CoverageType.EMPLOYER, 400_00)
    rates.set_sponsor_account(
        sponsor_id=models.Sponsor.objects.get().id,
        account_number=own.number,
        since=JANUARY,
        actor=TESTER,
    )
    bill(JANUARY)
    change(account, premium_cents=410_00)

    bill(FEBRUARY)

    assert billed_cents(own, JANUARY) == 410_00
    assert billed_cents(account, JANUARY) == 0


# An independent account of what a month of direct coverage costs, in whole numbers.
def expected_cents(account, month):
    last = date(month.year, month.month + 1, 1).toordinal() - 1
    of_days = last - month.toordinal() + 1
    total = 0
    for span in models.Span.objects.filter(account_number=account.number, canceled=False):
        first_day = max(span.starts_on.toordinal(), month.toordinal())
        last_day = min(span.ends_on.toordinal() if span.ends_on else last, last)
        days = max(0, last_day - first_day + 1)
        total += (2 * span.premium_cents * days + of_days) // (2 * of_days)
    return total


@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(seed=st.integers(0, 10**6))
def test_months_billed_always_come_to_what_the_spans_say(seed):
    """Whatever is added, ended, canceled and changed between runs, in any order."""
    random = Random(seed)
    accounts = [covered(cents=random.randint(1, 90_000)) for _ in range(3)]
    base = fetch_one("SELECT count(*) AS n FROM billing_premium_run").n
    months = [date(2030 + base // 12, 1 + i, 1) for i in range(5)]
    for account in accounts:
        models.Span.objects.filter(account_number=account.number).update(starts_on=months[0])
    for month in months:
        for _ in range(random.randint(0, 4)):
            disturb(random, random.choice(accounts), months)
        bill(month, reason="test")
    bill(date(months[0].year, 6, 1), reason="test")

    for account in accounts:
        for month in months:
            assert billed_cents(account, month) == expected_cents(account, month), month
    assert queries.list_differences() == ()


def disturb(random, account, months):
    span = models.Span.objects.filter(account_number=account.number).order_by("id").last()
    day = date.fromordinal(random.randint(months[0].toordinal(), months[-1].toordinal() + 27))
    match random.randrange(5):
        case 0:
            span.premium_cents = random.randint(1, 90_000)
        case 1:
            span.ends_on = max(day, span.starts_on)
        case 2:
            span.ends_on = None
        case 3:
            span.canceled = not span.canceled
        case _:
            cover(
                account,
                cents=random.randint(1, 90_000),
                starts_on=day,
                ends_on=day,
                insurance_line="DEN",
            )
            return
    span.save()
