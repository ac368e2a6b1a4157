"""Plans in the database: exact, agreed once, read from what their bills were paid."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from openmember.billing import queries as billing
from openmember.billing.plans import jobs, queries, services
from openmember.billing.plans.testing import a_plan
from openmember.billing.plans.types import PlanStatus
from openmember.billing.services import hold_bill
from openmember.billing.testing import a_bill
from openmember.billing.types import BillStatus, Line
from openmember.kernel.sql import fetch_all
from openmember.letters.queries import list_letters
from openmember.members.testing import TESTER, TODAY, staff
from openmember.members.types import Actor, NotAllowed, Role

pytestmark = pytest.mark.django_db

MEMBER = Actor("member", 1, member_id=1)


@pytest.fixture
def account():
    from openmember.accounts.testing import an_account

    return an_account()


@pytest.fixture
def visit(account):
    return a_bill(account, 400_00, line=Line.MEDICAL, title="Visit", due_on=TODAY)


def again(plan, today=TODAY):
    return queries.get_plan(numbers=(plan.account_number,), plan_id=plan.id, today=today)


def status_of(bill, today=TODAY):
    return billing.get_bill(numbers=(bill.account_number,), bill_id=bill.id, today=today).status


def pay(bill, cents):
    """Settle part of a bill the way the door above does, straight in the bill's own table."""
    fetch_all(
        "SELECT billing_adjust(%s, %s, %s, 'assistance', 5010::smallint, 'test', 'test', %s)",
        [bill.account_number, bill.id, -cents, TODAY],
    )


def events(plan):
    return [event.kind for event in queries.list_events(plan=plan)]


def test_a_plan_is_agreed_and_its_bill_is_past_due_no_more(account, visit):
    later = TODAY + timedelta(days=40)
    before = status_of(visit, later)

    plan = a_plan(account, visit, monthly_cents=150_00)

    assert (before, status_of(visit, later)) == (BillStatus.OVERDUE, BillStatus.ON_PLAN)
    assert [one.amount_cents for one in plan.standing.instalments] == [150_00, 150_00, 100_00]
    assert "There is no interest" in plan.agreement
    assert billing.list_bills(numbers=account.numbers, today=later).overdue_cents == 0
    assert queries.list_differences() == ()


def test_the_same_key_agrees_once(account, visit):
    first = a_plan(account, visit, key="one")

    assert a_plan(account, visit, key="one") == first
    assert len(queries.list_plans(numbers=account.numbers, today=TODAY)) == 1


def test_the_same_key_with_other_terms_is_refused(account, visit):
    a_plan(account, visit, key="one")

    with pytest.raises(services.PlanRefused, match="agreed before"):
        a_plan(account, visit, key="one", monthly_cents=60_00)


def test_a_bill_is_in_one_plan_at_most(account, visit):
    a_plan(account, visit)

    with pytest.raises(services.PlanRefused):
        a_plan(account, visit)


def test_what_changed_between_offer_and_agreement_is_refused(account, visit):
    offer = services.offer_exception(
        bills=[visit], monthly_cents=50_00, day=15, reason="test", today=TODAY
    )
    pay(visit, 1)

    with pytest.raises(services.PlanRefused, match="what is open has changed"):
        services.agree_plan(
            account=account, bills=[visit], key="k", agreed_on=TODAY, actor=TESTER,
            agreement=services.Agreement(offer, 15, "text", "en", services.AgreedBy.PHONE),
        )  # fmt: skip
    assert queries.list_plans(numbers=account.numbers, today=TODAY) == ()


@pytest.mark.parametrize("line", [Line.PREMIUM, Line.PHARMACY])
def test_only_medical_bills_are_planned(account, line):
    with pytest.raises(services.PlanRefused, match="cannot be paid by a plan"):
        a_plan(account, a_bill(account, line=line))


def test_a_member_gets_no_terms_beyond_the_policy(account, visit):
    with pytest.raises(services.PlanRefused, match="for the office"):
        a_plan(account, visit, actor=MEMBER)
    with pytest.raises(NotAllowed):
        a_plan(account, visit, actor=staff(Role.REPRESENTATIVE))


def test_a_plan_is_recast_with_a_new_bill(account, visit):
    plan = a_plan(account, visit, monthly_cents=100_00)
    pay(visit, 100_00)
    scan = a_bill(account, 200_00, line=Line.MEDICAL, title="Scan")
    both = billing.list_chosen(numbers=account.numbers, bill_ids=(visit.id, scan.id), today=TODAY)

    recast = a_plan(account, *both, monthly_cents=250_00, plan=plan)

    assert (recast.id, recast.version) == (plan.id, 2)
    assert [one.amount_cents for one in recast.standing.instalments] == [250_00, 250_00]
    assert status_of(scan) is BillStatus.ON_PLAN
    assert events(plan) == ["agreed", "recast"]
    assert queries.list_differences() == ()


def test_a_recast_leaves_no_open_bill_of_the_plan_out(account, visit):
    plan = a_plan(account, visit)
    scan = a_bill(account, 200_00, line=Line.MEDICAL)

    with pytest.raises(services.PlanRefused, match="no longer add up"):
        a_plan(account, scan, plan=plan)


def test_a_plan_that_is_canceled_lets_its_bills_go(account, visit):
    plan = a_plan(account, visit)

    services.cancel_plan(plan=plan, reason="member asked", on=TODAY, actor=MEMBER)
    services.cancel_plan(plan=plan, reason="member asked", on=TODAY, actor=MEMBER)

    assert status_of(visit) is BillStatus.OPEN
    assert events(plan) == ["agreed", "canceled"]
    assert a_plan(account, visit).id != plan.id
    assert queries.list_differences() == ()


def sweep(day):
    return jobs.sweep_plans(today=day)


def kinds(account):
    return [letter.kind for letter in list_letters(numbers=account.numbers)]


def late(plan, days):
    return plan.schedule[0].due_on + timedelta(days=days)


def test_a_plan_paid_off_is_complete_and_stands_again_when_the_money_is_taken_back(account, visit):
    plan = a_plan(account, visit)
    pay(visit, 400_00)

    assert (sweep(TODAY).completed, sweep(TODAY).completed) == (1, 0)
    assert again(plan).status is PlanStatus.COMPLETED
    pay(visit, -400_00)

    assert (sweep(TODAY).reopened, sweep(TODAY).reopened) == (1, 0)
    assert again(plan).is_active
    assert status_of(visit) is BillStatus.ON_PLAN
    assert queries.list_differences() == ()


def test_a_missed_instalment_is_reminded_of_once(account, visit):
    plan = a_plan(account, visit)

    assert sweep(late(plan, 10)).reminded == 0
    assert sweep(late(plan, 11)).reminded == 1
    assert sweep(late(plan, 12)).reminded == 0
    assert kinds(account) == ["plan_missed"]


def test_a_plan_lapses_after_notice_and_attempt_and_can_stand_again(account, visit):
    plan = a_plan(account, visit)
    for days in range(11, 62):
        sweep(late(plan, days))
    assert kinds(account).count("plan_may_end") == 1
    assert sweep(late(plan, 120)) == jobs.Swept(reminded=1)
    assert sweep(late(plan, 121)).waiting == 1
    services.note(
        plan=plan, kind="tried", instalment=None, reason="called, no answer", on=late(plan, 121),
        actor=TESTER,
    )  # fmt: skip

    assert sweep(late(plan, 122)).lapsed == 1
    assert status_of(visit, late(plan, 122)) is BillStatus.OVERDUE
    assert kinds(account).count("plan_ended") == 1

    services.reinstate_plan(plan=again(plan), reason="called us", on=late(plan, 123), actor=TESTER)
    assert status_of(visit, late(plan, 123)) is BillStatus.ON_PLAN
    assert queries.list_differences() == ()


def test_a_disputed_bill_stops_the_clock(account, visit):
    plan = a_plan(account, visit)
    hold_bill(bill=visit, held=True, reason="asked", actor=TESTER)

    assert sweep(late(plan, 200)) == jobs.Swept()
    assert queries.list_due(day=plan.schedule[0].due_on) == ()


def test_autopay_is_told_what_is_due_with_what_is_late(account, visit):
    plan = a_plan(account, visit, monthly_cents=150_00)
    first, second, third = (due.due_on for due in plan.schedule)
    pay(visit, 1)
    # Assistance takes off the last instalment and not this one.
    assert queries.due_on(plan=plan, day=first).cents == 150_00
    assert queries.due_on(plan=plan, day=first + timedelta(days=1)) is None
    draw = queries.due_on(plan=plan, day=second)
    assert (draw.due_cents, draw.late_cents, draw.bill_ids) == (150_00, 150_00, (visit.id,))
    assert queries.due_on(plan=plan, day=third).cents == 399_99
    assert [one.plan_id for one in queries.list_due(day=first)] == [plan.id]


def test_history_of_plans_is_not_changed(account, visit):
    plan = a_plan(account, visit)
    for statement in (
        "UPDATE billing_plan_instalment SET amount_cents = 1",
        "UPDATE billing_plan_schedule SET agreement = 'other'",
        "DELETE FROM billing_plan_event",
        f"DELETE FROM billing_plan WHERE id = {plan.id}",
    ):
        with pytest.raises(DatabaseError, match="history is never changed"), _savepoint():
            fetch_all(statement)


def _savepoint():
    from django.db import transaction

    return transaction.atomic()


def test_a_check_finds_a_bill_that_wrongly_says_it_is_in_a_plan(account, visit):
    fetch_all("UPDATE billing_bill SET plan_id = 999 WHERE id = %s", [visit.id])

    assert [one.check for one in queries.list_differences()] == ["bill of a plan"]


@pytest.mark.django_db(transaction=True)
def test_of_two_plans_at_once_for_one_bill_one_is_agreed(account, visit):
    refused, ready = [], threading.Barrier(2)

    def agree(key):
        try:
            ready.wait()
            a_plan(account, visit, key=key)
        except services.PlanRefused as problem:
            refused.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=agree, args=(key,)) for key in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert len(queries.list_plans(numbers=account.numbers, today=TODAY)) == 1
    assert queries.list_differences() == ()
