"""What each kind of coverage is billed for a month."""

from datetime import date

import pytest

from openmember.accounts.services import join_numbers
from openmember.accounts.testing import an_account
from openmember.billing.premiums.services import rates
from openmember.billing.premiums.testing import (
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
from openmember.coverage.services.enrolment import cover_family
from openmember.coverage.types import CoverageType, Span
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.queries import get_balance
from openmember.members.testing import TESTER, a_member

pytestmark = pytest.mark.django_db

EXCHANGE, DIRECT, COBRA = CoverageType.EXCHANGE, CoverageType.DIRECT, CoverageType.COBRA
MEDICARE, EMPLOYER = CoverageType.MEDICARE, CoverageType.EMPLOYER


def transfers(account):
    rows = fetch_all(
        "SELECT debit, credit, amount_cents FROM ledger_transfer WHERE account_number = %s ORDER BY id",
        [account.number],
    )
    return [(row.debit, row.credit, row.amount_cents) for row in rows]


def a_rate(
    cents, *, plan="Gold 500", area="", tier="", ages=(None, None), since=JANUARY, until=None
):
    rate = Rate(plan, area, tier, *ages, since, until, cents)
    return rates.set_rates(rates=(rate,), actor=TESTER)


def test_an_exchange_member_pays_the_premium_less_the_tax_credit():
    account = covered(EXCHANGE, 500_00, aptc_cents=320_00, member_share_cents=180_00)

    bill(JANUARY)

    assert lines_of(account, JANUARY) == [
        ("Gold 500, January 2026", 500_00),
        ("Advance premium tax credit", -320_00),
    ]
    assert get_balance(account_number=account.number).premium_cents == 180_00
    assert transfers(account) == [(1210, 4010, 180_00), (2040, 4010, 320_00)]


def test_other_assistance_an_exchange_names_is_taken_off_too():
    account = covered(EXCHANGE, 500_00, aptc_cents=320_00, member_share_cents=150_00)

    bill(JANUARY)

    assert ("Other premium assistance", -30_00) in lines_of(account, JANUARY)
    assert get_balance(account_number=account.number).premium_cents == 150_00


def test_a_tax_credit_that_covers_everything_leaves_nothing_to_bill():
    account = covered(EXCHANGE, 300_00, aptc_cents=350_00)

    bill(JANUARY)

    assert lines_of(account, JANUARY) == []
    row = fetch_one("SELECT * FROM billing_premium WHERE account_number = %s", [account.number])
    assert (row.gross_cents, row.aptc_cents, row.share_cents, row.bill_id) == (
        300_00,
        300_00,
        0,
        None,
    )
    assert transfers(account) == [(2040, 4010, 300_00)]


def test_a_direct_member_pays_the_premium():
    account = covered(DIRECT, 412_75)

    bill(JANUARY)

    assert lines_of(account, JANUARY) == [("Gold 500, January 2026", 412_75)]


@pytest.mark.parametrize(("extended", "cents"), [(False, 828_59), (True, 1_218_52)])
def test_cobra_is_102_percent_or_150_rounded_down(extended, cents):
    """26 CFR 54.4980B-8 Q1, the example of rules.md 4.5: $812.35."""
    account = covered(COBRA, 812_35)
    if extended:
        rates.extend_cobra(
            account_number=account.number, member_id=account.holder_id,
            began_on=date(2024, 7, 1), actor=TESTER,
        )  # fmt: skip

    bill(JANUARY)

    assert billed_cents(account, JANUARY) == cents


@pytest.mark.parametrize(
    ("began_on", "cents"),
    [
        (date(2024, 8, 1), 828_59),  # January 2026 is the 18th month
        (date(2024, 7, 1), 1_218_52),  # the 19th
        (date(2023, 9, 1), 1_218_52),  # the 29th
        (date(2023, 8, 1), 828_59),  # the 30th, of which COBRA should not tell
    ],
)
def test_the_disability_extension_is_months_19_to_29(began_on, cents):
    account = covered(COBRA, 812_35)
    rates.extend_cobra(
        account_number=account.number, member_id=account.holder_id, began_on=began_on, actor=TESTER
    )

    bill(JANUARY)

    assert billed_cents(account, JANUARY) == cents


def test_a_late_enrolment_penalty_is_a_line_of_its_own():
    account = covered(MEDICARE, 89_00)
    rates.set_medicare_terms(
        account_number=account.number, member_id=account.holder_id, starts_on=JANUARY,
        penalty_cents=12_40, actor=TESTER,
    )  # fmt: skip

    bill(JANUARY)

    assert lines_of(account, JANUARY) == [
        ("Gold 500, January 2026", 89_00),
        ("Late enrollment penalty", 12_40),
    ]


def test_a_premium_withheld_from_social_security_is_never_billed():
    account = covered(MEDICARE, 89_00)
    rates.set_medicare_terms(
        account_number=account.number, member_id=account.holder_id, starts_on=JANUARY,
        penalty_cents=12_40, withheld=True, actor=TESTER,
    )  # fmt: skip

    run = bill(JANUARY)

    row = fetch_one("SELECT * FROM billing_premium WHERE account_number = %s", [account.number])
    assert (run.bills, row.gross_cents, row.share_cents, row.withheld) == (0, 101_40, 0, True)
    assert transfers(account) == []


def test_medicare_costs_whole_months_from_the_first_that_it_opens():
    account = covered(MEDICARE, 89_00, starts_on=date(2026, 1, 15), ends_on=date(2026, 3, 10))

    bill(JANUARY)
    bill(FEBRUARY)
    bill(MARCH)

    assert [billed_cents(account, month) for month in (JANUARY, FEBRUARY, MARCH)] == [
        0,
        89_00,
        89_00,
    ]


@pytest.mark.parametrize(
    ("kind", "premium", "starts_on", "ends_on", "cents"),
    [
        (DIRECT, 310_00, date(2026, 1, 22), None, 100_00),  # 10 of 31 days
        (DIRECT, 310_00, JANUARY, date(2026, 1, 1), 10_00),
        (DIRECT, 100_00, date(2026, 1, 30), None, 6_45),  # 6.4516 to the nearest cent
        (DIRECT, 100_01, date(2026, 1, 16), None, 51_62),  # 51.6180
        (COBRA, 100_00, date(2026, 1, 30), None, 6_58),  # 6.5806, never more
    ],
)
def test_a_part_of_a_month_costs_its_days(kind, premium, starts_on, ends_on, cents):
    account = covered(kind, premium, starts_on=starts_on, ends_on=ends_on)

    bill(JANUARY)

    assert billed_cents(account, JANUARY) == cents


def test_the_tax_credit_is_cut_like_the_premium():
    account = covered(EXCHANGE, 310_00, starts_on=date(2026, 1, 22), aptc_cents=155_00)

    bill(JANUARY)

    assert lines_of(account, JANUARY) == [
        ("Gold 500, January 2026, 10 of 31 days", 100_00),
        ("Advance premium tax credit", -50_00),
    ]


def test_two_plans_in_one_month_are_two_lines_of_one_bill():
    account = covered(DIRECT, 310_00, ends_on=date(2026, 1, 21))
    cover(account, DIRECT, 620_00, starts_on=date(2026, 1, 22), plan="Platinum")

    bill(JANUARY)

    assert sorted(lines_of(account, JANUARY)) == [
        ("Gold 500, January 2026, 21 of 31 days", 210_00),
        ("Platinum, January 2026, 10 of 31 days", 200_00),
    ]


def test_members_of_an_employer_get_no_bill():
    account = covered(EMPLOYER, 500_00)

    assert bill(JANUARY).bills == 0
    assert lines_of(account, JANUARY) == []


def test_a_sponsor_gets_one_bill_with_a_line_a_member():
    sponsors_own = an_account(holder=a_member(first="Payroll", last="Office"))
    for last in ("Chen", "Alvarez"):
        account = an_account(holder=a_member(last=last))
        cover(account, EMPLOYER, 400_00)
    sponsor = models.Sponsor.objects.get()
    rates.set_sponsor_account(
        sponsor_id=sponsor.id, account_number=sponsors_own.number, since=JANUARY, actor=TESTER
    )

    run = bill(JANUARY)

    assert run.bills == 1
    assert lines_of(sponsors_own, JANUARY) == [
        ("Alvarez, Ana: Gold 500, January 2026", 400_00),
        ("Chen, Ana: Gold 500, January 2026", 400_00),
    ]


def test_the_list_of_a_sponsor_whose_account_was_joined_is_billed_to_the_one_that_stays():
    own, stays = an_account(), an_account()
    account = an_account(holder=a_member(last="Chen"))
    cover(account, EMPLOYER, 400_00)
    rates.set_sponsor_account(
        sponsor_id=models.Sponsor.objects.get().id,
        account_number=own.number,
        since=JANUARY,
        actor=TESTER,
    )
    bill(JANUARY)
    join_numbers(number=own.number, into=stays.number, actor=TESTER)

    bill(FEBRUARY)

    assert lines_of(own, JANUARY) == [("Chen, Ana: Gold 500, January 2026", 400_00)]
    assert lines_of(stays, FEBRUARY) == [("Chen, Ana: Gold 500, February 2026", 400_00)]
    assert billed_cents(stays, JANUARY) == 0


def test_a_tier_rate_prices_the_family_where_the_span_tells_no_premium():
    a_rate(700_00, tier="FAM", area="4")
    a_rate(300_00, tier="IND", area="4")
    account = covered(DIRECT, None, level="FAM", rating_area="4")

    bill(JANUARY)

    assert billed_cents(account, JANUARY) == 700_00


def test_the_premium_a_span_tells_wins_over_the_rates():
    a_rate(700_00, tier="IND")
    account = covered(DIRECT, 250_00)

    bill(JANUARY)

    assert billed_cents(account, JANUARY) == 250_00


def test_rates_by_age_charge_each_adult_and_the_three_oldest_children():
    a_rate(100_00, ages=(0, 14))
    a_rate(120_00, ages=(15, 20))
    a_rate(300_00, ages=(21, 63))
    holder = a_member(birth_on=date(1980, 6, 1))
    account = an_account(holder=holder)
    children = [
        a_member(first=f"Child {year}", birth_on=date(year, 6, 1))
        for year in (2009, 2012, 2014, 2016)
    ]
    span = Span(
        insurance_line="HLT", plan="Gold 500", level="FAM", group_number="",
        coverage_type=DIRECT, starts_on=JANUARY,
    )  # fmt: skip
    cover_family(
        account_number=account.number, subscriber_number="F1",
        people=((holder.id, "18"), *((child.id, "19") for child in children)), span=span,
    )  # fmt: skip

    bill(JANUARY)

    assert billed_cents(account, JANUARY) == 300_00 + 120_00 + 100_00 + 100_00


def test_coverage_without_a_rate_waits_and_is_named():
    from openmember.billing.premiums.queries import list_unpriced

    account = covered(DIRECT, None, plan="Unknown")
    other = covered(DIRECT, 100_00)

    run = bill(JANUARY)

    assert [(one.plan, one.spans) for one in list_unpriced(run_id=run.id)] == [("Unknown", 1)]
    assert billed_cents(other, JANUARY) == 100_00
    a_rate(90_00, plan="Unknown", tier="IND")
    bill(JANUARY)
    assert billed_cents(account, JANUARY) == 90_00
