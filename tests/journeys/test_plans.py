"""A medical bill becomes a payment plan: by finger on a phone, by keyboard, on the narrowest screen."""

import re

import pytest
from playwright.sync_api import expect

from openmember.billing.plans.queries import list_plans
from openmember.billing.types import Line
from openmember.payments.testing import TODAY, a_bill
from tests.journeys.conftest import NARROW, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journey-plans")]


@pytest.fixture
def surgery(account):
    return a_bill(account, 1_000_00, line=Line.MEDICAL, title="Knee surgery")


def plans_of(account):
    return list_plans(numbers=account.numbers, today=TODAY)


def test_a_bill_is_paid_over_time(page, account, surgery):
    sign_in(page)
    page.goto(f"/bills/{surgery.reference}/")
    page.get_by_role("link", name="Pay over time", exact=True).click()
    check_page(page)
    page.get_by_text("$166.67 a month for 6 months").click()
    press(page, "Continue")
    press(page, "Start the plan")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    check_page(page)
    page.get_by_text("I agree to this plan", exact=True).click()
    press(page, "Start the plan")

    expect(page.get_by_role("heading", level=1)).to_have_text("Payment plan")
    check_page(page)
    assert [plan.monthly_cents for plan in plans_of(account)] == [166_67]
    press(page, "Pay $166.67")
    press(page, "Continue")
    press(page, "Pay $166.67")
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment receipt")
    assert plans_of(account)[0].standing.paid_cents == 166_67


def test_a_plan_is_set_up_by_keyboard_on_the_narrowest_screen(page, account, surgery):
    page.set_viewport_size(NARROW)
    sign_in(page)
    page.goto(f"/bills/{surgery.reference}/plan/")
    check_page(page)
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _field in range(40):
        if page.evaluate("document.activeElement.textContent.trim()") == "Continue":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and agree")
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Payment plan")
    check_page(page)
    assert len(plans_of(account)) == 1


def test_questions_are_answered_beside_the_bill_and_searched(page, account, surgery):
    sign_in(page)
    page.goto(f"/bills/{surgery.reference}/")
    page.get_by_role("link", name="Can I pay over time?").click()
    page.get_by_role("main").get_by_role("link", name="Help", exact=True).click()
    page.get_by_label("What is your question?").fill("interpreter")
    expect(page.locator("#found")).to_contain_text("Can I get help in my language?")
    check_page(page)
    assert "interpreter" not in page.url
    expect(page.get_by_role("main")).to_contain_text(re.compile("1-800-442-4014"))
