"""People pay: members, guests, in two tabs, by keyboard, on the narrowest phone, in Spanish."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from openmember.accounts.types import Account
from openmember.ledger.queries import get_balance
from openmember.payments.queries import list_payments
from openmember.payments.types import Payment
from tests.journeys.conftest import NARROW, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journey-pay")]


def payments_of(account: Account) -> tuple[Payment, ...]:
    return list_payments(numbers=account.numbers).payments


def test_a_guest_pays_with_the_number(page, account):
    page.goto("/")
    check_page(page)
    page.get_by_label("Bill pay number").fill(account.number)
    page.get_by_label("Amount to pay").fill("25.00")
    press(page, "Continue")
    check_page(page)
    press(page, "Continue")
    check_page(page)
    press(page, "Pay $25.00")

    expect(page.get_by_role("heading", level=1)).to_have_text("Payment receipt")
    expect(page.get_by_role("main")).to_contain_text(f"ends in {account.number[-4:]}")
    expect(page.get_by_role("main")).not_to_contain_text("Visit on October 8")
    check_page(page)
    assert [payment.amount_cents for payment in payments_of(account)] == [25_00]


def test_a_guest_who_mistypes_is_told_at_the_top_and_loses_nothing(page, account):
    page.goto("/guest/")
    page.get_by_label("Bill pay number").fill("600488100092")
    page.get_by_label("Amount to pay").fill("25.00")
    press(page, "Continue")

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("Amount to pay")).to_have_value("25.00")
    check_page(page)
    page.get_by_role("link", name=re.compile("could not find")).click()
    expect(page.get_by_label("Bill pay number")).to_be_focused()


def test_a_member_pays_two_of_three_bills(page, account):
    sign_in(page)
    expect(page.get_by_role("main")).to_contain_text("$140.00")
    check_page(page)
    page.get_by_role("link", name="Pay $140.00").click()
    check_page(page)
    page.get_by_text("The bills I choose").click()
    page.get_by_text("Visit on October 8", exact=True).click()
    page.get_by_text("Premium, December", exact=True).click()
    expect(page.locator("#pay-total")).to_contain_text("$120.00")
    check_page(page)
    press(page, "Continue")
    page.get_by_text("Bank account").click()
    press(page, "Continue")
    check_page(page)
    press(page, "Pay $120.00")

    expect(page.get_by_role("heading", level=1)).to_have_text("Payment receipt")
    receipt = page.get_by_role("main")
    expect(receipt).to_contain_text("Visit on October 8")
    expect(receipt).to_contain_text("Premium, December")
    expect(receipt).not_to_contain_text("Prescription")
    check_page(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as PDF").click()
    assert re.fullmatch(r"receipt-P-.+\.pdf", download.value.suggested_filename)
    assert get_balance(account_number=account.number).owed_cents == 20_00


def test_bills_and_payments_can_be_read(page, account):
    sign_in(page)
    page.goto("/bills/")
    check_page(page)
    page.get_by_label("Which").select_option("overdue")
    expect(page.locator("#list")).to_contain_text("1 bill")
    page.get_by_role("link", name="Visit on October 8").click()
    expect(page.get_by_role("main")).to_contain_text("Please pay it as soon as you can.")
    check_page(page)
    page.goto("/payments/")
    expect(page.get_by_role("main")).to_contain_text("No payments yet")
    check_page(page)


def test_a_declined_card_says_why_and_leads_on(page, account):
    sign_in(page)
    page.goto("/pay/")
    page.get_by_text("Another amount").click()
    page.locator("[name=amount]").fill("20.01")
    expect(page.locator("#pay-total")).to_contain_text("$20.01")
    press(page, "Continue")
    press(page, "Continue")
    press(page, "Pay $20.01")

    expect(page.get_by_role("main")).to_contain_text("Nothing was taken.")
    check_page(page)
    page.get_by_role("link", name="Try another way").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How would you like to pay $20.01?")
    assert get_balance(account_number=account.number).owed_cents == 140_00


def test_a_payment_the_bank_is_slow_to_confirm_is_waited_for(
    page, account, monkeypatch, check_page
):
    # The sandbox answers such an amount late; a few seconds are late enough to see the page wait.
    monkeypatch.setattr("openmember.payments.gateways.sandbox.LATE_BY", timedelta(seconds=5))
    sign_in(page)
    page.goto("/pay/")
    page.get_by_text("Another amount").click()
    page.locator("[name=amount]").fill("20.06")
    press(page, "Continue")
    press(page, "Continue")
    press(page, "Pay $20.06")

    expect(page.get_by_role("heading", level=1)).to_have_text("We are checking your payment")
    check_page(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment receipt", timeout=20_000)


def test_two_tabs_submit_the_same_payment_once(page, account):
    sign_in(page)
    page.goto("/pay/")
    press(page, "Continue")
    press(page, "Continue")
    other = page.context.new_page()
    other.goto(page.url)

    press(page, "Pay $140.00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment receipt")
    press(other, "Pay $140.00")
    expect(other.get_by_role("heading", level=1)).to_have_text("Payment receipt")

    assert page.url == other.url
    assert len(payments_of(account)) == 1


def test_the_back_button_after_paying_does_not_pay_again(page, account):
    sign_in(page)
    page.goto("/pay/")
    press(page, "Continue")
    press(page, "Continue")
    press(page, "Pay $140.00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment receipt")

    page.go_back()

    expect(page.get_by_role("main")).to_contain_text("You have nothing to pay.")
    assert len(payments_of(account)) == 1


def test_a_guest_pays_by_keyboard_alone(page, account):
    page.goto("/guest/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(account.number)
    page.keyboard.press("Tab")
    page.keyboard.type("12.00")
    page.keyboard.press("Enter")
    page.wait_for_url("**/guest/how/")
    _tab_to(page, "Continue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/guest/confirm/")
    _tab_to(page, "Pay $12.00")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Payment receipt")


def _tab_to(page, name: str) -> None:
    """Press Tab until the button called so has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    pytest.fail(f"Tab never reaches {name}")


def test_the_narrowest_phone_shows_every_page_whole(visit, account):
    page = visit(viewport=NARROW)
    for address in ("/", "/guest/"):
        page.goto(address)
        check_page(page)
    sign_in(page)
    for address in ("/account/", "/bills/", "/pay/", "/payments/"):
        page.goto(address)
        check_page(page)
    page.goto("/pay/")
    for step in ("Continue", "Continue", "Pay $140.00"):
        press(page, step)
        page.wait_for_load_state()
        check_page(page)


def test_pages_change_to_spanish_and_stay_so(page, account):
    sign_in(page)
    page.get_by_role("button", name="Español").click()

    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"\d+ de \w+ de 20\d\d"))
    check_page(page)
    page.goto("/bills/")
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_everything_is_paid_without_a_script(visit, account):
    page = visit(java_script_enabled=False)
    sign_in(page)
    page.goto("/pay/")
    page.get_by_text("The bills I choose").click()
    page.get_by_text("Premium, December", exact=True).click()
    page.get_by_role("button", name="Add up again").click()
    expect(page.locator("#pay-total")).to_contain_text("$40.00")
    press(page, "Continue")
    press(page, "Continue")
    press(page, "Pay $40.00")

    expect(page.get_by_role("heading", level=1)).to_have_text("Payment receipt")
    assert get_balance(account_number=account.number).owed_cents == 100_00
