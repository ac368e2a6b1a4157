"""A real browser against a live server, and what every page must hold to."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer
from scripts.find_chromium import find

from openmember.accounts.types import Account
from openmember.billing.types import Bill
from openmember.payments.jobs import ensure_months
from openmember.payments.testing import PASSWORD, TODAY, a_bill, a_member, a_user, an_account

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
# Chromium reports an answer that asks to correct a form, or says that a link is over, as if it were a failure;
# and what cannot be had while a journey goes on without a connection.
EXPECTED = (
    "status of 409", "status of 410", "status of 422", "status of 429", "ERR_INTERNET_DISCONNECTED",
)  # fmt: skip
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
# All that can be another in the dark: a page has the same elements in both.
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]},
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the journeys of a file with one worker: a browser is started once for them."""
    for item in items:
        if "journey" in item.keywords and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Make the months' partitions once; emptying the tables leaves them."""
    with django_db_blocker.unblock():
        ensure_months(TODAY)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of a file."""
    chromium = find()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's event loop runs in this thread, and the tests ask the database beside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(
    browser: Browser, live_server: LiveServer, transactional_db: None
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a browser of its own and gives its page; at the end no page has erred."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(one in message.text for one in EXPECTED):
            errors.append(message.text)

    def open_page(viewport: dict[str, int] = PHONE, **options: object) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=viewport, **{"service_workers": "block", **options}
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        context.on("console", note)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    return visit()


@pytest.fixture
def account(transactional_db: None) -> Account:
    """The account of ana@example.org, with three bills: $80 past due, $20 and $40."""
    member = a_member(region="northwest")
    a_user(member=member, email="ana@example.org")
    account = an_account(holder=member)
    owe(account, 80_00, "Visit on October 8", due_in=-3)
    owe(account, 20_00, "Prescription of October 20", due_in=9)
    owe(account, 40_00, "Premium, December", due_in=12)
    return account


def owe(account: Account, cents: int, title: str, *, due_in: int) -> Bill:
    """Bill the account, due so many days from today: the pages read the clock."""
    due_on = timezone.localdate() + timedelta(days=due_in)
    return a_bill(account, cents, title=title, issued_on=due_on - timedelta(days=20), due_on=due_on)


def sign_in(page: Page, email: str = "ana@example.org") -> None:
    """Sign in as a person would, and arrive at the account."""
    page.goto("/sign/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/account/")


def press(page: Page, name: str) -> None:
    """Press a button of the page's own part."""
    page.get_by_role("main").get_by_role("button", name=name).click()


def look(page: Page, rules: dict[str, object]) -> AxeResults:
    """Return what axe finds. Its half a megabyte is put into a page once, however often that is looked at."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate("rules => axe.run(document, rules)", rules))


def check_page(page: Page) -> None:
    """Fail when axe finds anything, in light or in dark, or when the page is wider than its window."""
    # A click is over before the page it leads to is there, and the page before what it asks for by itself.
    page.wait_for_load_state()
    # Not by a function: where that has to wait it is evaluated in the page, which its policy refuses.
    expect(page.locator(".htmx-request")).to_have_count(0)
    for scheme, rules in (("light", RULES), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        found = look(page, rules)
        assert found.violations_count == 0, f"{page.url} ({scheme})\n{found.generate_report()}"
    page.emulate_media(color_scheme="light")
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= window, f"{page.url} is {wide} wide in a window of {window}"


@pytest.fixture(name="check_page")
def _check_page() -> Callable[[Page], None]:
    """The same for tests that would rather ask for it than import it."""
    return check_page
