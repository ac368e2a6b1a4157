"""The payment line in a browser, without JavaScript; the person who takes a call and sends it on."""

import pytest
from playwright.sync_api import expect

from openmember.directory import testing
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.members.types import Role
from openmember.payments.testing import PASSWORD, a_staff_user

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _people_answer(settings, tmp_path, transactional_db):
    """Have somebody there at every hour."""
    fetch_all("DELETE FROM kernel_throttle")
    with testing.people_answer(settings, tmp_path):
        yield


def press(page, *keys: str) -> None:
    for key in keys:
        page.get_by_role("button", name=key, exact=True).click()


def type_keys(page, keys: str) -> None:
    page.get_by_label("Or type the keys").fill(keys)
    page.get_by_role("button", name="Press these").click()


def test_a_bill_is_paid_by_keypad_without_javascript(visit, account):
    page = visit(locale="en-US", java_script_enabled=False)
    page.goto("/phone/simulator/")
    page.get_by_role("button", name="Call", exact=True).click()
    press(page, "1", "1")
    type_keys(page, f"{account.number}#")
    press(page, "2", "4", "5", "1", "0", "#")
    expect(page.get_by_text("forty-five dollars and ten cents")).to_be_visible()
    press(page, "1", "1")
    page.get_by_role("button", name="Enter the test card").click()
    expect(page.get_by_text("ending in 4 2 4 2")).to_be_visible()
    press(page, "1")

    expect(page.get_by_text("went through")).to_be_visible()
    assert get_balance(account_number=account.number).owed_cents == 140_00 - 45_10


def test_a_person_at_the_desk_takes_a_caller(visit, account, check_page):
    caller = visit(NARROW, locale="en-US")
    caller.goto("/phone/simulator/")
    check_page(caller)
    caller.get_by_role("button", name="Call", exact=True).click()
    press(caller, "2", "1")
    type_keys(caller, f"{account.number}#")
    check_page(caller)
    press(caller, "0")
    expect(caller.get_by_text("The caller talks to a person now.")).to_be_visible()
    check_page(caller)

    desk = visit(WIDE, locale="en-US")
    desk.goto("/desk/callers/")
    desk.get_by_label("Email").fill(a_staff_user(Role.REPRESENTATIVE).email)
    desk.locator("[name=password]").fill(PASSWORD)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("cell", name="After the bill pay number", exact=True)).to_be_visible()
    check_page(desk)
    desk.set_viewport_size(NARROW)
    check_page(desk)
    desk.set_viewport_size(WIDE)
    desk.get_by_role("button", name="Take").click()
    expect(desk.get_by_text("Ask who this is")).to_be_visible()
    check_page(desk)
    desk.get_by_role("link", name="Go to the account").click()
    expect(desk.get_by_text("Ana Ruiz").first).to_be_visible()

    send_to_secure_line(desk, check_page)
    bring_back(caller, desk)
    send_to_secure_line(desk)
    pay_there(caller, desk)

    expect(desk.get_by_text("comes back to (510) 555-0160")).to_be_visible()
    check_page(desk)
    expect(caller.get_by_text("The caller talks to a person now.")).to_be_visible()
    assert get_balance(account_number=account.number).owed_cents == 140_00 - 45_10


def send_to_secure_line(desk, check_page=lambda page: None) -> None:
    desk.get_by_role("link", name="Send the caller to the secure line").click()
    desk.get_by_label("Amount").fill("45.10")
    desk.get_by_label("Your own line").fill("510 555 0160")
    check_page(desk)
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("Paused while the caller is there")).to_be_visible()
    desk.get_by_role("button", name="Send the caller").click()
    expect(desk.get_by_text("On their way", exact=True)).to_be_visible()
    desk.set_viewport_size(NARROW)
    check_page(desk)
    desk.set_viewport_size(WIDE)


def bring_back(caller, desk) -> None:
    """Take the caller off the line again, and talk to them."""
    caller.get_by_role("button", name="Listen").click()
    expect(desk.get_by_text("Choosing how to pay")).to_be_visible()
    desk.get_by_role("button", name="Bring the caller back").click()
    expect(desk.get_by_text("on their way back to you")).to_be_visible()
    caller.get_by_role("button", name="Listen").click()
    expect(caller.get_by_text("The caller talks to a person now.")).to_be_visible()
    expect(desk.get_by_text("Brought back")).to_be_visible()
    desk.get_by_role("link", name="Go to the account").click()


def pay_there(caller, desk) -> None:
    """Pay as the caller, and see at the desk how far they are, without touching its page."""
    caller.get_by_role("button", name="Listen").click()
    expect(caller.get_by_text("Está en la línea segura")).to_be_visible()
    press(caller, "1")
    expect(desk.get_by_text("Typing the card or bank account")).to_be_visible()
    caller.get_by_role("button", name="Enter the test card").click()
    press(caller, "1")
