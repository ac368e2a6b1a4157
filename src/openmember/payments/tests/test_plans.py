"""What payments do to payment plans: paid, taken back, moved with a joined account."""

from datetime import timedelta

import pytest

from openmember.accounts.queries import get_account
from openmember.billing.plans import jobs, queries
from openmember.billing.plans.testing import a_plan
from openmember.billing.plans.types import InstalmentStatus, PlanStatus
from openmember.billing.types import Line
from openmember.kernel.sql import fetch_one
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import merge_accounts, reverse_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return an_account()


@pytest.fixture
def visit(account):
    return a_bill(account, 400_00, line=Line.MEDICAL, title="Visit")


def plans(account, today=TODAY):
    numbers = get_account(number=account.number).numbers
    return queries.list_plans(numbers=numbers, today=today)


def test_a_payment_that_names_no_bill_counts_for_the_first_instalments(account, visit):
    a_plan(account, visit, monthly_cents=100_00)

    a_payment(account, 150_00)

    (plan,) = plans(account)
    statuses = [one.status for one in plan.standing.instalments]
    assert statuses[:2] == [InstalmentStatus.PAID, InstalmentStatus.PARTLY_PAID]
    assert plan.standing.remaining_cents == 250_00
    assert check_books() == ()


def test_a_returned_payment_opens_its_instalment_again(account, visit):
    plan = a_plan(account, visit, monthly_cents=100_00)
    payment = a_payment(account, 400_00, visit)
    jobs.sweep_plans(today=TODAY)

    reverse_payment(
        payment=payment, to=Status.RETURNED, reason="NSF", reversed_on=TODAY, actor=TESTER
    )
    swept = jobs.sweep_plans(today=TODAY)

    assert swept.reopened == 1
    (again,) = plans(account)
    assert (again.status, again.standing.remaining_cents) == (PlanStatus.ACTIVE, 400_00)
    assert queries.due_on(plan=plan, day=plan.schedule[0].due_on).cents == 100_00
    assert check_books() == ()


def test_a_plan_goes_on_under_the_number_its_account_was_joined_to(account, visit):
    plan = a_plan(account, visit, monthly_cents=100_00)
    a_payment(account, 150_00, visit)
    into = an_account()
    merge_accounts(account=account, into=into, merged_on=TODAY, actor=TESTER)

    first, again = jobs.sweep_plans(today=TODAY), jobs.sweep_plans(today=TODAY)

    assert (first.moved, again) == (1, jobs.Swept())
    new, old = plans(into)
    assert (old.id, old.status) == (plan.id, PlanStatus.CANCELED)
    assert (new.account_number, new.status) == (into.number, PlanStatus.ACTIVE)
    # What was paid had covered the first and half of the second: those left keep their days.
    assert [(due.due_on, due.amount_cents) for due in new.schedule] == [
        (plan.schedule[1].due_on, 50_00),
        (plan.schedule[2].due_on, 100_00),
        (plan.schedule[3].due_on, 100_00),
    ]
    assert check_books() == ()


def test_the_sweep_asks_one_question_about_plans_that_are_kept(
    account, visit, django_assert_num_queries
):
    for _ in range(5):
        other = an_account()
        a_plan(other, a_bill(other, 400_00, line=Line.MEDICAL))

    with django_assert_num_queries(1):
        swept = jobs.sweep_plans(today=TODAY + timedelta(days=1))

    assert swept == jobs.Swept()
    assert fetch_one("SELECT count(*) AS plans FROM billing_plan").plans == 5
