"""A member sets automatic payments up from a bank account, skips one, pauses and stops."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from openmember.members.types import system
from openmember.payments.autopay.jobs import run_autopay
from tests.journeys.conftest import NARROW, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journey-autopay")]


def set_up(page) -> None:
    page.goto("/autopay/")
    check_page(page)
    page.get_by_role("link", name="Set up automatic payments").click()
    check_page(page)
    page.get_by_text("All bills: premium, medical and pharmacy").click()
    press(page, "Continue")
    check_page(page)
    page.get_by_text("Bank account").click()
    press(page, "Continue")
    page.get_by_label("Name on the bank account").fill("Ana Ruiz")
    page.get_by_text("Checking").click()
    page.get_by_label("Routing number").fill("021000021")
    page.get_by_label("Account number", exact=True).fill("000123456789")
    page.get_by_label("Account number again").fill("000123456780")
    press(page, "Continue")
    check_page(page)
    expect(page.get_by_role("main")).to_contain_text("This is not the same account number")
    page.get_by_label("Account number", exact=True).fill("000123456789")
    page.get_by_label("Account number again").fill("000123456789")
    press(page, "Continue")
    check_page(page)
    page.get_by_text("I agree", exact=True).click()
    press(page, "Set up automatic payments")
    expect(page.get_by_role("main")).to_contain_text("ending 6789")


def test_a_member_turns_automatic_payments_on_and_skips_one(page, account):
    sign_in(page)
    set_up(page)
    check_page(page)
    run_autopay(day=timezone.localdate(), actor=system("autopay"))

    page.reload()
    expect(page.get_by_role("heading", name="Next payment")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Skip this payment").first.click()

    expect(page.get_by_role("main")).to_contain_text("Skipped")
    check_page(page)


def test_a_member_pauses_and_stops_on_a_narrow_phone(visit, account):
    page = visit(NARROW)
    sign_in(page)
    set_up(page)
    page.get_by_role("link", name="Pause").click()
    check_page(page)
    day = timezone.localdate() + timedelta(days=30)
    for label, value in (("Month", day.month), ("Day", day.day), ("Year", day.year)):
        page.get_by_label(label).fill(str(value))
    press(page, "Pause")
    expect(page.get_by_role("heading", name="Automatic payments are paused")).to_be_visible()
    check_page(page)
    press(page, "Start again now")
    page.get_by_role("link", name="Stop automatic payments").click()
    check_page(page)
    press(page, "Stop automatic payments")

    expect(page.get_by_role("link", name="Set up automatic payments")).to_be_visible()
