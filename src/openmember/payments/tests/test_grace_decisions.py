"""What people decide about unpaid premiums: holds, a group's end, good cause, mistakes."""

from datetime import date

import pytest
from django.db import transaction

from openmember.accounts.services import CannotMerge
from openmember.billing.grace import queries, services
from openmember.billing.grace.testing import a_covered_account, a_premium
from openmember.billing.grace.types import Status
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import Refused, fetch_all
from openmember.members.testing import TESTER
from openmember.payments.ach.services.debits import cancel_debit
from openmember.payments.ach.testing import a_debit
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.services.under_way import hold_for_payments_under_way
from openmember.payments.testing import a_payment, an_account
from openmember.payments.tests.grace_days import (
    APR,
    FEB,
    JAN,
    MAR,
    aptc_account,
    covered,
    letters,
    on_days,
    only_case,
    work,
)

pytestmark = pytest.mark.django_db


def test_an_employer_waits_for_a_person():
    account = a_covered_account(CoverageType.EMPLOYER, state="CO")
    a_premium(account, JAN, kind=CoverageType.EMPLOYER, state="CO")

    taken = on_days("2026-01-02", "2026-01-22", "2026-02-02", "2026-03-01")

    assert taken == [("2026-01-02", "opened"), ("2026-01-22", "warned")]
    (case,) = queries.list_waiting(today=date(2026, 3, 1))
    with pytest.raises(services.GraceRefused, match="time to pay"):
        services.terminate_case(case=case, reason="x", on=date(2026, 1, 20), actor=TESTER)
    services.terminate_case(case=case, reason="Agreed", on=date(2026, 3, 1), actor=TESTER)
    assert only_case(account).status is Status.TERMINATED
    assert queries.count_waiting(today=date(2026, 3, 1)) == 0


def test_a_disputed_or_withheld_premium_opens_no_case():
    disputed = a_covered_account()
    bill = a_premium(disputed, JAN)
    fetch_all("SELECT billing_hold(%(n)s, %(b)s, true)", {"n": disputed.number, "b": bill.id})

    assert work(date(2026, 2, 1)) == {}


def test_coverage_does_not_end_while_a_bill_is_in_dispute_and_ten_days_are_left_after():
    account = aptc_account()
    work(date(2026, 1, 2))
    bill = fetch_all(
        "SELECT id FROM billing_bill WHERE account_number = %(n)s", {"n": account.number}
    )[0].id
    hold = "SELECT billing_hold(%(n)s, %(b)s, %(held)s)"
    fetch_all(hold, {"n": account.number, "b": bill, "held": True})

    on_days(FEB, "2026-03-21", "2026-03-31", APR, "2026-04-20", "2026-05-15")
    assert only_case(account).status is Status.OPEN
    assert covered(account) == [(None, False)]
    with pytest.raises(Refused, match="in dispute"), transaction.atomic():
        fetch_all(
            "UPDATE billing_grace SET status = 'terminated', closed_on = now(), closed_through = now()"
            " WHERE account_number = %(n)s",
            {"n": account.number},
        )

    fetch_all(hold, {"n": account.number, "b": bill, "held": False})
    on_days("2026-05-16", "2026-05-25")
    assert only_case(account).status is Status.OPEN, "there is time to pay what was decided"
    on_days("2026-06-15")
    assert only_case(account).status is Status.TERMINATED
    assert covered(account) == [(date(2026, 1, 31), False)]


def test_medicare_members_come_back_for_good_cause_when_all_is_paid_in_time():
    """42 CFR 422.74(d)(1)(v)."""
    account = a_covered_account(CoverageType.MEDICARE, state="CA")
    for covers in (JAN, FEB, MAR):
        a_premium(account, covers, kind=CoverageType.MEDICARE, state="CA")
    on_days("2026-01-02", "2026-02-28", "2026-03-01")
    on = date(2026, 4, 10)

    with pytest.raises(services.GraceRefused, match="paid first"):
        services.reinstate_case(
            case=only_case(account), reason="x", is_error=False, on=on, actor=TESTER
        )
    with pytest.raises(services.GraceRefused, match="2026-05-28"):
        services.reinstate_case(
            case=only_case(account), reason="x", is_error=False, on=date(2026, 5, 29), actor=TESTER
        )
    a_payment(account, 240_00)
    services.reinstate_case(
        case=only_case(account), reason="Hospital", is_error=False, on=on, actor=TESTER
    )

    assert covered(account) == [(None, False)]
    assert only_case(account).status is Status.REINSTATED
    assert letters(account)[-1] == "coverage_reinstated"
    assert check_books() == ()


def test_a_mistake_is_put_right_by_the_staff_and_time_begins_anew():
    account = aptc_account()
    on_days("2026-01-02", "2026-04-01")
    services.reinstate_case(
        case=only_case(account), reason="A payment was put on another account", is_error=True,
        on=date(2026, 4, 3), actor=TESTER,
    )  # fmt: skip

    assert covered(account) == [(None, False)]
    assert work(date(2026, 4, 4)) == {"opened": 1, "pended": 1}
    assert work(date(2026, 4, 14)) == {}
    assert work(date(2026, 4, 15)) == {"terminated": 1}


def test_a_hold_keeps_coverage_while_somebody_is_accommodated():
    account = a_covered_account(CoverageType.DIRECT, state="MD")
    a_premium(account, JAN, kind=CoverageType.DIRECT, state="MD")
    work(date(2026, 1, 2))
    services.hold_case(
        case=only_case(account), until=date(2026, 3, 1), reason="Vision loss", on=date(2026, 1, 5),
        actor=TESTER,
    )  # fmt: skip

    taken = on_days("2026-01-22", "2026-02-02", "2026-03-01", "2026-03-02")

    assert taken == [("2026-01-22", "warned"), ("2026-03-02", "terminated")]


def test_coverage_does_not_end_while_a_payment_made_in_time_is_with_the_bank():
    account = a_covered_account(CoverageType.DIRECT, state="MD")
    a_premium(account, JAN, kind=CoverageType.DIRECT, state="MD")
    on_days("2026-01-02", "2026-01-22")
    debit = a_debit(account, 420_00, on=date(2026, 2, 2))
    over = date(2026, 2, 2)

    held = hold_for_payments_under_way(today=over, actor=TESTER)
    again = hold_for_payments_under_way(today=over, actor=TESTER)

    assert (held, again) == (1, 0)
    assert work(over) == {}
    cancel_debit(payment=debit, reason="skipped", on=over, actor=TESTER)
    assert work(date(2026, 2, 5)) == {}
    assert work(date(2026, 2, 6)) == {"terminated": 1}


def test_an_account_in_grace_is_not_joined_to_another():
    account, into = aptc_account(), an_account()
    work(date(2026, 1, 2))

    with pytest.raises(CannotMerge, match="grace runs"):
        merge_accounts(account=account, into=into, merged_on=date(2026, 1, 6), actor=TESTER)

    assert work(date(2026, 1, 6)) == {}
    assert "grace_cured" not in letters(account)


def test_every_step_is_kept_with_its_day_and_its_rule():
    account = aptc_account()
    on_days("2026-01-02", FEB, "2026-03-21", APR)

    steps = queries.list_steps(case=only_case(account))

    assert [step.step.value for step in steps] == [
        "opened",
        "noticed",
        "pended",
        "warned",
        "terminated",
    ]
    assert steps[-1].dated.on == date(2026, 1, 31)
    assert steps[-1].dated.rule == "ACA-TERM-APTC"
    assert "155.430" in steps[-1].dated.citation
    assert steps[0].dated.confidence == "verified"
