"""Grace day by day: what the sweep does to cases, coverage, bills and money, for each kind of coverage."""

from datetime import date, timedelta

import pytest

from openmember.billing.grace import queries
from openmember.billing.grace.testing import a_covered_account, a_premium
from openmember.billing.premiums.services.runs import RunRequest
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.testing import TESTER
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import reverse_payment
from openmember.payments.services.premiums import run_premiums
from openmember.payments.testing import a_payment
from openmember.payments.tests.grace_days import (
    APR,
    FEB,
    JAN,
    MAR,
    aptc_account,
    balance,
    covered,
    days,
    letters,
    on_days,
    only_case,
    work,
)
from openmember.payments.types import Status as PaymentStatus

pytestmark = pytest.mark.django_db


def test_a_premium_with_tax_credit_that_is_never_paid():
    """45 CFR 156.270(d), 155.430(d)(4)."""
    account = aptc_account()

    taken = days(date(2025, 12, 30), date(2026, 4, 3))

    assert taken == [
        ("2026-01-02", "opened"), ("2026-02-01", "pended"), ("2026-03-21", "warned"),
        ("2026-04-01", "terminated"),
    ]  # fmt: skip
    assert covered(account) == [(date(2026, 1, 31), False)]
    # Only the first month's share is owed.
    assert balance(account).premium_cents == 120_00
    assert letters(account) == ["grace_opened", "grace_pended", "grace_warning", "coverage_ended"]


def test_what_was_paid_for_months_that_are_not_covered_comes_back_as_credit():
    """Share $120 a month; $240 in February and nothing more: coverage still ends January 31."""
    account = aptc_account()
    pays = {"2026-02-20": lambda: a_payment(account, 240_00)}

    taken = on_days("2026-01-02", "2026-02-20", "2026-03-31", "2026-04-01", acts=pays)

    assert ("2026-04-01", "terminated") in taken
    assert (balance(account).premium_cents, balance(account).credit_cents) == (0, 120_00)


def test_paying_one_month_does_not_restart_the_three_months():
    account = aptc_account()

    pays = {"2026-02-10": lambda: a_payment(account, 120_00)}

    taken = on_days("2026-01-02", "2026-02-10", "2026-03-31", "2026-04-01", acts=pays)

    assert taken[-1] == ("2026-04-01", "terminated")
    assert balance(account).premium_cents == 0


def test_ninety_five_percent_by_the_last_day_keeps_coverage():
    """45 CFR 155.400(g): $342 of $360."""
    account = aptc_account()
    pays = {"2026-03-31": lambda: a_payment(account, 342_00)}

    taken = on_days("2026-01-02", "2026-03-30", "2026-03-31", "2026-04-01", "2026-04-20", acts=pays)

    assert taken[-1] == ("2026-03-31", "cured")
    assert covered(account) == [(None, False)]
    assert balance(account).premium_cents == 18_00
    assert letters(account)[-1] == "grace_cured"


def test_a_payment_that_comes_back_takes_the_case_up_again_and_warns_first():
    account = aptc_account()
    paid = []
    acts = {
        "2026-03-30": lambda: paid.append(a_payment(account, 360_00)),
        "2026-04-02": lambda: reverse_payment(
            payment=paid[0], to=PaymentStatus.RETURNED, reason="R01",
            reversed_on=date(2026, 4, 2), actor=TESTER,
        ),
    }  # fmt: skip

    taken = on_days("2026-01-02", FEB, "2026-03-21", *acts, "2026-04-12", "2026-04-13", acts=acts)

    assert [each for each in taken if each[0] >= "2026-03-30"] == [
        ("2026-03-30", "cured"), ("2026-04-02", "reopened"), ("2026-04-13", "terminated"),
    ]  # fmt: skip
    assert "grace_reopened" in letters(account)


def test_claims_wait_in_the_second_and_third_month_only():
    account = aptc_account()
    work(date(2026, 1, 2))

    waits = [queries.is_pended(numbers=account.numbers, on=day) for day in (JAN, FEB, MAR, APR)]

    assert waits == [False, True, True, False]


# Kind, state, day of the warning, day after the last, end of coverage, and what is owed then. Where coverage
# ends with grace, January is owed whole, and February until the next premium run prices its days.
WITHOUT_CREDIT = [
    # 28 CCR 1300.65.2: 30 days from the notice of January 2.
    ("direct", "CA", "2026-01-22", "2026-02-02", date(2026, 2, 1), 240_00),
    # Md. Ins. 15-209: 31 days.
    ("direct", "MD", "2026-01-22", "2026-02-02", date(2026, 2, 1), 240_00),
    # Carrier practice and ORS 743B.323: back to what is paid.
    ("exchange", "WA", "2026-01-21", "2026-02-01", date(2025, 12, 31), 0),
    ("direct", "OR", "2026-01-22", "2026-02-02", date(2025, 12, 31), 0),
    # 26 CFR 54.4980B-8 Q5: January 31, and days for what was sent then.
    ("cobra", "GA", "2026-01-21", "2026-02-06", date(2025, 12, 31), 0),
    # 42 CFR 422.74: two months, billed in December.
    ("medicare", "CA", "2026-02-18", "2026-03-01", date(2026, 2, 28), 240_00),
]


def test_grace_without_tax_credit():
    accounts = {}
    for kind, state, *_ in WITHOUT_CREDIT:
        account = a_covered_account(CoverageType(kind), state=state)
        a_premium(account, JAN, kind=CoverageType(kind), state=state)
        a_premium(account, FEB, kind=CoverageType(kind), state=state)
        accounts[kind, state] = account

    days(date(2025, 12, 31), date(2026, 3, 5))

    for kind, state, warned, ended, ends_on, owed_cents in WITHOUT_CREDIT:
        account = accounts[kind, state]
        case = only_case(account)
        said = [(str(s.taken_on), s.step.value) for s in queries.list_steps(case=case)]
        assert said == [
            ("2026-01-02", "opened"), ("2026-01-02", "noticed"), (warned, "warned"), (ended, "terminated"),
        ], (kind, state)  # fmt: skip
        assert covered(account) == [(ends_on, False)], (kind, state)
        assert balance(account).premium_cents == owed_cents, (kind, state)
        letters(account)


def test_a_first_premium_that_never_comes_cancels_the_coverage_as_if_it_had_never_been():
    """45 CFR 155.400(e)(1)(i)."""
    account = a_covered_account(state="HI", starts_on=FEB)
    a_premium(account, FEB, state="HI", aptc_cents=300_00)
    pays = {"2026-02-15": lambda: a_payment(account, 50_00)}

    taken = on_days("2026-02-02", *pays, "2026-02-21", "2026-03-03", "2026-03-04", acts=pays)

    assert taken == [
        ("2026-02-02", "opened"),
        ("2026-02-21", "warned"),
        ("2026-03-04", "terminated"),
    ]
    assert covered(account) == [(None, True)]
    assert (balance(account).premium_cents, balance(account).credit_cents) == (0, 50_00)
    assert letters(account)[-1] == "coverage_canceled"


def test_one_month_paid_of_a_retroactive_first_bill_covers_from_then_on():
    """45 CFR 155.400(e)(1)(iii)."""
    account = a_covered_account(state="HI", starts_on=JAN)
    a_premium(
        account, MAR, 100_00, state="HI", issued_on=date(2026, 2, 15), due_on=date(2026, 3, 10),
        earlier=((JAN, 100_00), (FEB, 100_00)),
    )  # fmt: skip
    pays = {"2026-03-12": lambda: a_payment(account, 100_00)}

    taken = on_days("2026-03-11", *pays, "2026-03-31", "2026-04-01", acts=pays)

    assert taken[-1] == ("2026-04-01", "prospective")
    row = fetch_one(
        "SELECT starts_on FROM coverage_span WHERE account_number = %(n)s", {"n": account.number}
    )
    assert row.starts_on == MAR
    assert balance(account).premium_cents == 0


def test_renewed_coverage_owes_no_new_first_payment():
    account = a_covered_account()
    fetch_all(
        "UPDATE coverage_span SET ends_on = '2025-12-31' WHERE account_number = %(n)s RETURNING id",
        {"n": account.number},
    )
    fetch_all(
        "INSERT INTO coverage_span (enrollee_id, account_number, coverage_type, insurance_line, plan, level,"
        " group_number, starts_on, canceled, rating_area) SELECT enrollee_id, account_number, coverage_type,"
        " insurance_line, plan, level, group_number, '2026-01-01', false, rating_area FROM coverage_span"
        " WHERE account_number = %(n)s RETURNING id",
        {"n": account.number},
    )
    a_premium(account, JAN, aptc_cents=300_00)

    work(date(2026, 1, 2))

    assert only_case(account).regime.value == "aptc"


def test_a_cobra_payment_short_by_little_may_be_made_up():
    """26 CFR 54.4980B-8 Q5(d)."""
    account = a_covered_account(CoverageType.COBRA)
    a_premium(account, JAN, 640_00, kind=CoverageType.COBRA)
    acts = {
        "2026-01-20": lambda: a_payment(account, 590_00),
        "2026-02-06": lambda: None,
        "2026-03-01": lambda: a_payment(account, 50_00),
    }

    taken = on_days("2026-01-02", "2026-01-21", *acts, "2026-03-20", acts=acts)

    assert taken[2:] == [("2026-02-06", "shortfall"), ("2026-03-01", "cured")]
    assert covered(account) == [(None, False)]


def test_the_next_premium_run_gives_the_tax_credit_back_and_corrects_nothing_else():
    """45 CFR 156.270(e): the credit of months two and three goes back."""
    account = a_covered_account(starts_on=date(2025, 11, 1))
    fetch_all(
        "UPDATE coverage_span SET premium_cents = 42000, aptc_cents = 30000, member_share_cents = 12000"
        " WHERE account_number = %(n)s RETURNING id",
        {"n": account.number},
    )
    for month in (date(2025, 12, 1), JAN, FEB, MAR):
        bill_month(month)
        if month < JAN:
            a_payment(account, 120_00)
    on_days("2026-01-20", FEB, "2026-03-21", APR)

    bill_month(APR)

    assert taxed(account) == -2 * 300_00  # December and January; February and March came back.
    assert (balance(account).premium_cents, balance(account).credit_cents) == (120_00, 0)
    assert check_books() == ()


def bill_month(month: date) -> None:
    request = RunRequest(
        month=month, today=month - timedelta(days=15), reason="Test", accept_change=True
    )
    run_premiums(request=request, actor=TESTER)


def taxed(account) -> int:
    """What code 2040 stands at for the account: below nothing while the government owes it."""
    row = fetch_one(
        "SELECT coalesce(sum(CASE WHEN credit = 2040 THEN amount_cents ELSE -amount_cents END), 0) AS cents"
        " FROM ledger_transfer WHERE account_number = %(n)s AND 2040 IN (debit, credit)",
        {"n": account.number},
    )
    return row.cents
