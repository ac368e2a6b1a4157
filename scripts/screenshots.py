"""Take the pictures of docs/screenshots: the portal on a phone and on a screen, light and dark; the desk.

Needs a running demo (`make run`), in which it signs in as a member and makes one payment.
"""

import argparse
from pathlib import Path

from find_chromium import find
from playwright.sync_api import Browser, Page, sync_playwright

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
TO = Path(__file__).resolve().parents[1] / "docs" / "screenshots"

# Pages of the desk that need no account but the one that is open.
DESK_PAGES = {
    "finance": "/desk/finance/",
    "reconciliation": "/desk/finance/differences/",
    "exceptions": "/desk/exceptions/",
    "receipts": "/desk/receipts/",
    "messages": "/desk/messages/",
    "runs": "/desk/billing-runs/",
    "ach": "/desk/ach/",
    "credits": "/desk/credits/",
    "applications": "/desk/assistance/",
    "counter": "/desk/counter/",
    "cases": "/desk/cases/",
    "board": "/desk/board/",
    "weeks": "/desk/board/weeks/",
    "plan": "/desk/board/plan/",
    "walk-ins": "/desk/walk-ins/",
    "registrations": "/desk/registrations/",
    "disputes": "/desk/disputes/",
    "oversight": "/desk/oversight/",
}


class Camera:
    """One browser window of one size, which saves what it shows."""

    def __init__(self, browser: Browser, base_url: str, size: str, scheme: str, to: Path) -> None:
        context = browser.new_context(
            base_url=base_url,
            viewport=SIZES[size],
            color_scheme=scheme,
            device_scale_factor=2 if size == "phone" else 1,
            service_workers="block",
        )
        self.page: Page = context.new_page()
        self.suffix = size if scheme == "light" else f"{size}-{scheme}"
        self.to = to

    def take(self, name: str, address: str = "", *, whole: bool = True) -> None:
        """Save the page, or the page at an address, as NAME-SIZE.png."""
        if address:
            self.page.goto(address)
        self.page.screenshot(path=self.to / f"{name}-{self.suffix}.png", full_page=whole)

    def press(self, name: str) -> None:
        """Press the one button called so inside the page's own part."""
        self.page.get_by_role("main").get_by_role("button", name=name).first.click()


def visit_as_member(camera: Camera, email: str, password: str) -> str:
    """Photograph a member's pages on the way through one payment; return their number."""
    page = camera.page
    page.goto("/sign/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/account/**")
    camera.take("account")
    number = str(page.locator("[data-copy]").first.get_attribute("data-copy"))
    camera.take("bills", "/bills/")
    page.locator(".om-table tbody th a").first.click()
    camera.take("bill")
    camera.take("payments", "/payments/")
    camera.take("documents", "/documents/")
    page.locator('main a[href*="/documents/statements/"]').first.click()
    camera.take("statement")
    camera.take("autopay", "/autopay/")
    camera.take("assistance", "/assistance/")
    camera.take("help", "/help/")
    camera.take("messages", "/messages/")
    page.locator(".om-card__link").first.click()
    camera.take("thread")
    camera.take("disputes", "/disputes/")
    page.locator(".om-card__link").first.click()
    camera.take("dispute")
    camera.take("contact", "/contact/")
    camera.take("card", "/card/")
    camera.take("device", "/device/")
    camera.take("pay", "/pay/")
    page.get_by_text("Another amount").click()
    page.locator("[name=amount]").fill("12.00")
    camera.take("pay-amount")
    camera.press("Continue")
    camera.take("pay-how")
    camera.press("Continue")
    camera.take("pay-confirm")
    camera.press("Pay $")
    camera.take("receipt")
    return number


def visit_as_guest(camera: Camera, number: str) -> None:
    """Photograph what a guest sees, up to the last step before paying."""
    page = camera.page
    camera.take("home", "/")
    page.get_by_label("Bill pay number").fill("1234 5678 9012")
    page.get_by_label("Amount to pay").fill("25.00")
    camera.press("Continue")
    camera.take("guest-unknown")
    page.get_by_label("Bill pay number").fill(number)
    camera.press("Continue")
    camera.press("Continue")
    camera.take("guest-confirm")


def visit_as_staff(camera: Camera, number: str, password: str) -> None:
    """Photograph the desk: finding an account by its number, and what is seen of it."""
    page = camera.page
    page.goto("/desk/")
    page.locator("[name=login]").fill("supervisor@demo.example")
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/desk/**")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("table").wait_for()
    camera.take("desk-find")
    page.get_by_label("Why you look").select_option(index=1)
    camera.press("Open")
    page.wait_for_url("**/desk/contacts/**")
    camera.take("desk-contact")
    camera.take("desk-account", "/desk/account/")
    camera.take("desk-ledger", "/desk/account/ledger/")
    camera.take("desk-raise", "/desk/account/bills/raise/")
    for name, address in DESK_PAGES.items():
        camera.take(f"desk-{name}", address)
    page.goto("/desk/disputes/")
    page.locator('main tbody a[href*="/desk/disputes/"]').first.click()
    camera.take("desk-dispute")
    page.goto("/desk/account/payments/")
    page.locator('a[href*="/desk/account/payments/P-"]').first.click()
    camera.take("desk-payment")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base_url", nargs="?", default="http://localhost:8000")
    parser.add_argument("--email", default="ana@demo.example")
    parser.add_argument("--password", default="demo-only-password")
    parser.add_argument("--to", type=Path, default=TO)
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    chromium = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size, scheme in (("phone", "light"), ("desktop", "light"), ("phone", "dark")):
            number = visit_as_member(
                Camera(browser, given.base_url, size, scheme, given.to), given.email, given.password
            )
            # A window of its own, which nobody is signed in to.
            visit_as_guest(Camera(browser, given.base_url, size, scheme, given.to), number)
        desk = Camera(browser, given.base_url, "desktop", "light", given.to)
        visit_as_staff(desk, number, given.password)
        browser.close()


if __name__ == "__main__":
    main()
