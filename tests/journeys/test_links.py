"""A caller without a number is verified, gets a link, pays it on a telephone, and the desk sees it happen."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.members import models
from openmember.members.types import Role
from openmember.payments.testing import PASSWORD, a_staff_user

DESK, NARROW, PHONE = ({"width": w, "height": h} for w, h in ((1280, 800), (320, 640), (390, 844)))
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_file(account):
    fetch_all("DELETE FROM kernel_throttle")
    models.Member.objects.update(email="ana@example.org", postal_code="94612", phone="5104444142")


def check_both(desk, check_page) -> None:
    check_page(desk)
    desk.set_viewport_size(NARROW)
    check_page(desk)
    desk.set_viewport_size(DESK)


def find_caller(desk) -> None:
    desk.goto("/desk/")
    desk.get_by_label("Email").fill(a_staff_user(Role.REPRESENTATIVE).email)
    desk.locator("[name=password]").fill(PASSWORD)
    desk.keyboard.press("Enter")
    desk.locator("#desk-search").fill("ruiz 1970-05-17")
    desk.keyboard.press("Enter")
    desk.get_by_label("Why you look").select_option("caller")
    desk.get_by_role("button", name=re.compile("^Open")).click()
    expect(desk.get_by_role("heading", name="Open bills")).to_be_visible()


def verify(desk, check_page, account) -> None:
    expect(desk.get_by_text(account.number[-4:]).first).to_be_visible()
    assert account.number not in desk.content()
    desk.get_by_role("link", name="Not verified").click()
    check_both(desk, check_page)
    desk.get_by_label("Month", exact=True).fill("5")
    desk.get_by_label("Day", exact=True).fill("17")
    desk.get_by_label("Year", exact=True).fill("1970")
    desk.get_by_label("ZIP code").fill("10001")
    desk.get_by_role("button", name="Check the answers").click()
    expect(desk.get_by_text("That does not prove who it is").first).to_be_visible()
    check_both(desk, check_page)
    desk.get_by_label("ZIP code").fill("94612")
    desk.get_by_label("last name").fill("Ruiz")
    desk.get_by_role("button", name="Check the answers").click()
    expect(desk.get_by_role("heading", name="Verified")).to_be_visible()
    check_both(desk, check_page)
    desk.get_by_role("button", name="Email a code to a…@example.org").click()
    code = re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()
    desk.get_by_label("Code the contact reads").fill(code)
    desk.get_by_role("button", name="Check the code").click()
    expect(desk.get_by_text("May be changed", exact=True)).to_be_visible()
    check_both(desk, check_page)


def test_a_caller_is_verified_and_pays_by_a_link(visit, account, check_page):
    desk = visit(DESK, locale="en-US")
    find_caller(desk)
    verify(desk, check_page, account)

    desk.get_by_role("link", name="Ana Ruiz").click()
    desk.get_by_role("link", name="Payment links").click()
    check_both(desk, check_page)
    desk.get_by_role("link", name="Send a payment link").click()
    check_both(desk, check_page)
    desk.locator("label", has_text="Premium, December").click()
    desk.get_by_label("Amount").fill("40.00")
    desk.locator("label", has_text=re.compile("^Email$")).click()
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("ana@example.org")).to_be_visible()
    check_both(desk, check_page)
    desk.get_by_role("button", name="Send the link").click()
    expect(desk.get_by_text("Not yet")).to_be_visible()
    check_both(desk, check_page)

    payer = visit(PHONE, locale="en-US")
    payer.goto(re.search(r"https?://\S+/open/", mail.outbox[-1].body).group())
    expect(payer.get_by_text("Premium bill due")).to_be_visible()
    assert "Ruiz" not in payer.content()
    check_page(payer)
    payer.set_viewport_size(NARROW)
    check_page(payer)
    expect(desk.get_by_text("Not yet")).to_be_hidden()

    payer.get_by_role("button", name="Pay $40.00").click()
    expect(payer.get_by_role("heading", name="Payment receipt")).to_be_visible()
    check_page(payer)
    expect(desk.locator("#link-state").get_by_text("Paid", exact=True)).to_be_visible()
    check_both(desk, check_page)
    assert get_balance(account_number=account.number).owed_cents == 100_00

    stranger = visit(PHONE, locale="en-US")
    stranger.goto("/pay-link/nobody-has-this/open/")
    check_page(stranger)


def test_a_link_is_paid_without_javascript(visit, account, check_page):
    desk = visit(DESK, locale="en-US", java_script_enabled=False)
    find_caller(desk)
    desk.goto("/desk/account/links/send/")
    desk.get_by_label("Amount").fill("25.00")
    desk.locator("label", has_text=re.compile("^Email$")).click()
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("button", name="Send the link").click()
    payer = visit(PHONE, locale="en-US", java_script_enabled=False)
    payer.goto(re.search(r"https?://\S+/open/", mail.outbox[-1].body).group())
    payer.get_by_role("button", name="Pay $25.00").click()
    expect(payer.get_by_role("heading", name="Payment receipt")).to_be_visible()

    desk.get_by_role("link", name="Look again now").click()
    expect(desk.locator("#link-state").get_by_text("Paid", exact=True)).to_be_visible()
