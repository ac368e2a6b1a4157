"""Payment plans at the desk: within the policy, and beyond it for a reason."""

import pytest

from openmember.billing.plans import queries
from openmember.billing.plans.testing import a_plan
from openmember.billing.plans.types import PlanStatus
from openmember.billing.types import BillStatus, Line
from openmember.desk.tests.reading import again, words
from openmember.members.types import Address, Role
from openmember.payments.testing import TODAY, a_bill, a_member, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk_of):
    home = Address(state="CA")
    return desk_of(Role.SUPERVISOR, account=an_account(holder=a_member(address=home)))


@pytest.fixture
def visit(desk):
    return a_bill(desk.account, 1_000_00, line=Line.MEDICAL, title="Visit")


def plans(desk):
    return queries.list_plans(numbers=desk.account.numbers, today=TODAY)


def terms(bill, **fields):
    return {"bills": [bill.reference], "monthly": "100", "day": "15", "channel": "phone", **fields}


def test_a_plan_is_set_up_for_a_caller_with_the_words_to_read_aloud(desk, visit):
    asked = desk.ask("start_plan", **terms(visit))
    nothing_yet = plans(desk)
    done = desk.do("start_plan", **terms(visit))

    assert "There is no interest and no fee." in words(asked)
    assert nothing_yet == ()
    (plan,) = plans(desk)
    assert f"Plan {plan.reference} was agreed." in words(done)
    assert (plan.monthly_cents, plan.channel.value) == (100_00, "phone")
    assert again(visit).status is BillStatus.ON_PLAN
    assert plan.reference in words(desk.get("plans"))
    assert "What was agreed" in words(desk.get("plan", plan.reference))


def test_a_form_sent_twice_agrees_once(desk, visit):
    desk.do("start_plan", **terms(visit))
    desk.do("start_plan", **terms(visit))

    assert len(plans(desk)) == 1


def test_beyond_the_policy_a_reason_is_needed(desk, visit):
    refused = desk.ask("start_plan", **terms(visit, monthly="30"))
    desk.do("start_plan", **terms(visit, monthly="30", exception="Lost the job"))

    assert refused.status_code == 422
    assert "Longer than the policy allows." in words(refused)
    assert (plans(desk)[0].basis.value, plans(desk)[0].reason) == ("exception", "Lost the job")


def test_a_representative_stays_within_the_policy(desk_of):
    desk = desk_of(Role.REPRESENTATIVE, account=an_account())
    visit = a_bill(desk.account, 1_000_00, line=Line.MEDICAL)

    refused = desk.ask("start_plan", **terms(visit, monthly="30", exception="Because"))

    assert refused.status_code == 422
    assert "Reason to go beyond the policy" not in words(desk.get("start_plan"))


def test_a_family_in_california_is_asked_what_it_can_pay(desk, visit):
    desk.do("start_plan", **terms(visit, monthly="", income="5000", essential="3600"))

    assert plans(desk)[0].monthly_cents == 140_00


def test_a_plan_is_recast_over_another_bill(desk, visit):
    plan = a_plan(desk.account, visit)
    scan = a_bill(desk.account, 200_00, line=Line.MEDICAL, title="Scan")

    desk.do("recast_plan", plan.reference, **terms(scan))

    assert (plans(desk)[0].version, plans(desk)[0].total_cents) == (2, 1_200_00)


def test_a_plan_is_ended_and_attempts_are_recorded(desk, visit):
    plan = a_plan(desk.account, visit)

    desk.do("tried_plan", plan.reference, key="a", reason="Called, no answer")
    desk.do("cancel_plan", plan.reference, key="b", reason="Asked for it")

    assert [one.kind for one in queries.list_events(plan=plan)] == ["agreed", "tried", "canceled"]
    assert plans(desk)[0].status is PlanStatus.CANCELED


def test_another_accounts_plan_is_not_found(desk):
    other = an_account()
    plan = a_plan(other, a_bill(other, 1_000_00, line=Line.MEDICAL))

    for page in ("plan", "recast_plan", "cancel_plan", "tried_plan"):
        assert desk.get(page, plan.reference).status_code == 404
