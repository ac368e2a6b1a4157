"""From a bill to a plan and to its last payment."""

import re

import pytest
from django.urls import reverse

from openmember.billing.plans import queries
from openmember.billing.plans.types import PlanStatus
from openmember.billing.queries import get_bill
from openmember.billing.services import hold_bill
from openmember.billing.types import BillStatus, Line
from openmember.payments.jobs import check_books
from openmember.payments.testing import TESTER, a_payment
from openmember.portal.tests.conftest import in_days


@pytest.fixture
def visit(holder):
    return holder.bill(1_000_00, line=Line.MEDICAL, title="Visit on October 8", due_in=-3)


def text_of(response, status=200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def choose(holder, bill, **fields):
    given = {"bills": [bill.reference], "terms": "6", "day": "15", **fields}
    return holder.post("plan_offers", bill.reference, **given)


def set_up(holder, bill, **fields):
    choose(holder, bill, **fields)
    holder.post("plan_agree", bill.reference, agree="on")
    return plans(holder)[0]


def plans(holder):
    return queries.list_plans(numbers=holder.account.numbers, today=in_days(0))


def again(bill):
    return get_bill(numbers=(bill.account_number,), bill_id=bill.id, today=in_days(0))


def test_a_medical_bill_can_be_paid_over_time_and_a_premium_not(holder, visit):
    premium = holder.bill(1_000_00)

    assert "Pay over time" in text_of(holder.get("bill", visit.reference))
    assert "Pay over time" not in text_of(holder.get("bill", premium.reference))
    assert holder.get("plan_offers", premium.reference).status_code == 303


def test_offers_are_in_plain_words(holder, visit, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        page = text_of(holder.get("plan_offers", visit.reference))

    assert "$166.67 a month for 6 months" in page
    assert "$83.34 a month for 12 months" in page
    assert "without interest and without fees" in page


def test_a_plan_is_chosen_agreed_and_shown(holder, visit, django_assert_max_num_queries):
    choose(holder, visit)
    check = text_of(holder.get("plan_agree", visit.reference))
    done = holder.post("plan_agree", visit.reference, agree="on")

    assert "$166.67" in check
    assert "There is no interest and no fee." in check
    (plan,) = plans(holder)
    assert done["Location"] == reverse("portal:plan", args=[plan.reference])
    with django_assert_max_num_queries(10):
        page = text_of(holder.get("plan", plan.reference))
    assert "Pay all $1,000.00 now" in page
    assert again(visit).status is BillStatus.ON_PLAN
    assert (plan.channel.value, plan.language) == ("portal", "en")
    assert check_books() == ()


def test_without_consent_nothing_is_agreed(holder, visit):
    choose(holder, visit)

    page = text_of(holder.post("plan_agree", visit.reference), 422)

    assert "Tick the box" in page
    assert plans(holder) == ()


def test_agreeing_twice_makes_one_plan(holder, visit):
    choose(holder, visit)
    first = holder.post("plan_agree", visit.reference, agree="on")
    second = holder.post("plan_agree", visit.reference, agree="on")

    assert len(plans(holder)) == 1
    assert first["Location"] == second["Location"]


def test_what_was_paid_meanwhile_is_not_agreed_to(holder, visit):
    choose(holder, visit, terms="own", monthly="100")
    a_payment(holder.account, 999_00, visit)

    response = holder.post("plan_agree", visit.reference, agree="on")

    assert response["Location"] == reverse("portal:bill", args=[visit.reference])
    assert plans(holder) == ()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"terms": ""}, "Choose how much to pay each month."),
        ({"terms": "7"}, "This is not offered for these bills."),
        ({"terms": "own"}, "Enter an amount."),
        ({"terms": "own", "monthly": "10"}, "less than the smallest payment"),
        ({"terms": "own", "monthly": "30"}, "longer than we can offer"),
        ({"terms": "own", "monthly": "5000"}, "pays everything at once"),
        ({"terms": "family", "income": "1", "essential": "1"}, "This is not offered for these bills."),
        ({"bills": []}, "Choose at least one bill."),
        ({"bills": ["B-NONE"]}, "was paid meanwhile"),
        ({"day": "30"}, "Choose one of these days."),
    ],
)  # fmt: skip
def test_a_choice_that_cannot_be_is_pointed_out(holder, visit, fields, said):
    assert said in text_of(choose(holder, visit, **fields), 422)


def test_a_family_in_california_pays_at_most_a_tenth_of_what_is_left(holder_of):
    from openmember.members.types import Address

    holder = holder_of(region="california", address=Address(state="CA"))
    bill = holder.bill(1_000_00, line=Line.MEDICAL)

    nothing = choose(holder, bill, terms="family", income="1000", essential="1000")
    plan = set_up(holder, bill, terms="family", income="5,000", essential="3,600")

    assert "nothing left to pay with" in text_of(nothing, 422)
    assert (plan.monthly_cents, plan.basis.value) == (140_00, "affordable")


def test_other_bills_can_be_chosen_with_it(holder, visit):
    scan = holder.bill(500_00, line=Line.MEDICAL, title="Scan")

    part = holder.client.post(
        reverse("portal:plan_offers", args=[visit.reference]),
        {"again": "1", "bills": [visit.reference, scan.reference], "day": "15"},
        headers={"HX-Request": "true"},
    )
    plan = set_up(holder, visit, bills=[visit.reference, scan.reference])

    assert "$250.00 a month for 6 months" in text_of(part)
    assert {part.title for part in plan.parts} == {"Visit on October 8", "Scan"}


def test_the_next_instalment_and_all_of_it_can_be_paid(holder, visit):
    plan = set_up(holder, visit)

    for fields, cents in (({}, 166_67), ({"all": "1"}, 833_33)):
        holder.post("plan_pay", plan.reference, **fields)
        holder.post("pay_how", method="card")
        payment = holder.payment(holder.confirm())
        assert payment.amount_cents == cents

    assert again(visit).open_cents == 0
    page = text_of(holder.get("plan", plan.reference))
    assert "Nothing is left to pay. Thank you." in page


def test_the_account_page_asks_for_the_instalment_and_not_the_bill(holder, visit):
    set_up(holder, visit)

    page = text_of(holder.get("account"))

    assert "You have nothing to pay." in page
    assert re.search(r"Next: <strong>\$166\.67</strong>", page)


def test_a_plan_can_be_ended(holder, visit):
    plan = set_up(holder, visit)

    assert "Nothing has happened yet." in text_of(holder.get("plan_end", plan.reference))
    holder.post("plan_end", plan.reference)

    assert plans(holder)[0].status is PlanStatus.CANCELED
    assert again(visit).status is BillStatus.OVERDUE


def test_nobody_reaches_another_members_plan(holder, holder_of, visit):
    plan = set_up(holder, visit)
    other = holder_of()

    for name in ("plan", "plan_end"):
        assert other.get(name, plan.reference).status_code == 404
        assert other.get(name, "PL-nonsense").status_code == 404
    assert other.post("plan_pay", plan.reference).status_code == 404
    assert other.get("plan_offers", visit.reference).status_code == 404


def test_a_disputed_bill_is_not_planned(holder, visit):
    hold_bill(bill=visit, held=True, reason="asked", actor=TESTER)

    assert holder.get("plan_offers", visit.reference).status_code == 303
