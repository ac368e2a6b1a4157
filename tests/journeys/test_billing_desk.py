"""Billing at the desk: what a premium is made of, an employer's list, what a card network says otherwise."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from openmember.accounts.testing import an_account
from openmember.accounts.types import Account
from openmember.billing.premiums.services import rates
from openmember.billing.premiums.sponsors import list_sponsors
from openmember.billing.premiums.testing import JANUARY, bill, cover, covered
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all
from openmember.members.testing import a_member
from openmember.members.types import Role
from openmember.payments.disputes.services import differs, note_dispute
from openmember.payments.gateways.protocol import Disputed, Moved
from openmember.payments.jobs import check_books, ensure_months, office_today
from openmember.payments.queries import list_refunds
from openmember.payments.services.door import take_payment
from openmember.payments.testing import TESTER, a_bill, a_refund, a_staff_user
from openmember.payments.types import Channel, Method, PaymentRequest

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def billing(visit: Callable[..., Page], live_server) -> Callable[..., Page]:
    """Return a function that shows a page to a billing specialist, with an account open where one is given."""

    def show(path: str, account: Account | None = None) -> Page:
        client = Client()
        client.force_login(
            a_staff_user(Role.BILLING), backend="django.contrib.auth.backends.ModelBackend"
        )
        if account:
            pick = f"{account.holder_id}:{account.number[-4:]}"
            client.post(reverse("desk:open"), {"pick": pick, "reason": "review"})
        page = visit(WIDE, locale="en-US")
        cookies = [
            {"name": name, "value": one.value, "url": live_server.url}
            for name, one in client.cookies.items()
        ]
        page.context.add_cookies(cookies)
        page.goto(path)
        return page

    return show


def check_narrow(page: Page, check_page) -> None:
    page.set_viewport_size(NARROW)
    check_page(page)
    page.set_viewport_size(WIDE)


def test_what_medicare_says_of_a_premium_is_settled(billing, check_page):
    page = billing("/desk/account/terms/", covered(CoverageType.MEDICARE, 40_00))
    check_narrow(page, check_page)
    page.get_by_role("link", name="Medicare terms").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("An answer is needed here").first).to_be_visible()
    check_narrow(page, check_page)
    page.get_by_label("Late-enrollment penalty a month").fill("12.30")
    page.get_by_label("From the month of").fill("2026-01-15")
    page.get_by_label("Reason").fill("CMS says so")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("January 1, 2026")).to_be_visible()
    page.get_by_role("button", name="Settle the terms").click()

    expect(page.get_by_text("The Medicare terms are settled.")).to_be_visible()
    expect(page.get_by_role("cell", name="$12.30")).to_be_visible()
    check_page(page)


def test_an_employers_list_is_looked_at_and_its_account_opened(billing, check_page):
    office = an_account(holder=a_member(first="Payroll", last="Office"))
    for last in ("Chen", "Alvarez"):
        cover(an_account(holder=a_member(last=last)), CoverageType.EMPLOYER, 400_00)
    fetch_all("UPDATE coverage_sponsor SET coverage_type = 'employer', name = 'Acme Gears'")
    (sponsor,) = list_sponsors(today=JANUARY)
    rates.set_sponsor_account(
        sponsor_id=sponsor.id, account_number=office.number, since=JANUARY, actor=TESTER
    )
    bill(JANUARY)

    page = billing("/desk/sponsors/")
    expect(page.get_by_role("cell", name="$800.00").first).to_be_visible()
    check_narrow(page, check_page)
    page.get_by_role("link", name="Acme Gears").click()
    expect(page.get_by_role("rowheader", name="Alvarez")).to_be_visible()
    check_narrow(page, check_page)
    page.get_by_role("button", name="Open its account").click()

    expect(page.get_by_text("Payroll Office").first).to_be_visible()
    assert office.number not in page.url


def test_what_a_card_network_says_otherwise_is_decided(billing, check_page):
    today = office_today()
    ensure_months(today)
    account = an_account(holder=a_member())
    a_bill(account, 50_00)
    request = PaymentRequest("k1", 50_00, Method.CARD, Channel.WEB, "guest", today)
    paid = a_refund(take_payment(account=account, request=request, actor=TESTER), 20_00, on=today)
    (refund,) = list_refunds(payment=paid)
    differs(payment=paid, moved=Moved(20_00, "eur"), refund=(refund.id, 20_00))
    disputed = Disputed("dp_1", Moved(50_00, "usd"), "open", "fraudulent")
    note_dispute(payment=paid, disputed=disputed, gateway="stripe", on=today, actor=TESTER)

    page = billing("/desk/exceptions/?kind=gateway")
    page.get_by_role("link", name="Another amount was given back").click()
    page.get_by_role("button", name="It did not leave").click()
    expect(page.get_by_text("An answer is needed here").first).to_be_visible()
    check_narrow(page, check_page)
    page.get_by_label("What you found").fill("Stripe shows no such refund.")
    page.get_by_role("button", name="It did not leave").click()
    expect(page.get_by_text("The refund counts as failed")).to_be_visible()
    check_page(page)

    # What came back of the refund is what the dispute could not take: nothing is left to ask for.
    expect(page.get_by_text("Nothing waits for a person.")).to_be_visible()
    assert check_books() == ()
