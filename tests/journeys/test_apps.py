"""A member connects an app, the app pays for them, and the member disconnects it."""

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import Page

from openmember.kernel.models import AuditEntry
from openmember.members.connections.services import add_app
from openmember.payments.testing import TESTER
from tests.journeys.conftest import PHONE, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys-apps")]

SCOPES = "account.read bills.read payments.read payments.write"


class Phone:
    """An app as its maker would write it: PKCE, the browser for consent, and tokens over HTTP."""

    def __init__(self, url: str, page: Page, redirect: str) -> None:
        self.url, self.page, self.redirect = url, page, redirect
        self.client_id = add_app(
            name="Bills in Pocket", redirect_uris=(redirect,), actor=TESTER
        ).client_id
        self.verifier = secrets.token_urlsafe(48)
        self.came_back: list[str] = []
        page.route(f"{redirect}**", self._called_back)

    def _called_back(self, route) -> None:
        self.came_back.append(route.request.url)
        route.fulfill(body="back in the app")

    def ask(self, **other: str) -> None:
        """Open the page of consent."""
        self.page.goto(self._asking(other))

    def ask_carelessly(self, **other: str) -> dict[str, str]:
        """Ask as `ask` does, and return what the app is told at once, with nobody asked."""
        told = self.page.request.get(self._asking(other), max_redirects=0).headers["location"]
        assert told.startswith(self.redirect)
        parts = urlsplit(told)
        return {name: values[0] for name, values in parse_qs(parts.query or parts.fragment).items()}

    def _asking(self, other: dict[str, str]) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect,
            "scope": SCOPES,
            "state": "s-1",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **other,
        }
        kept = {name: value for name, value in asked.items() if value}
        return f"/oauth/authorize/?{urlencode(kept)}"

    @property
    def answer(self) -> dict[str, str]:
        """What the member's answer brought back to the app."""
        query = parse_qs(urlsplit(self.came_back[-1]).query)
        return {name: values[0] for name, values in query.items()}

    def token(self, **form: str) -> requests.Response:
        return requests.post(f"{self.url}/oauth/token/", data={"client_id": self.client_id, **form})

    def exchange(self, code: str, verifier: str = "") -> requests.Response:
        return self.token(
            grant_type="authorization_code", code=code, redirect_uri=self.redirect,
            code_verifier=verifier or self.verifier,
        )  # fmt: skip

    def renew(self, refresh: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=refresh)

    def get(self, path: str, token: str) -> requests.Response:
        return requests.get(
            f"{self.url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"}
        )


def connect(page: Page) -> None:
    """Say yes, and be back in the app."""
    page.get_by_role("main").get_by_role("button", name="Connect", exact=True).click()
    page.get_by_text("back in the app").wait_for()


@pytest.fixture
def phone(page, live_server, account) -> Phone:
    return Phone(live_server.url, page, "http://127.0.0.1:47123/callback")


def test_an_app_is_connected_pays_and_is_disconnected(phone, page):
    page.set_viewport_size({"width": 320, "height": 640})
    phone.ask()
    page.locator("[name=login]").fill("ana@example.org")
    page.locator("[name=password]").fill("correct horse battery")
    page.locator("[name=password]").press("Enter")
    page.get_by_role("heading", name="Connect Bills in Pocket?").wait_for()
    assert "Pay your bills when you ask it to" in page.content()
    check_page(page)
    page.set_viewport_size(PHONE)
    connect(page)

    back = phone.answer
    assert (back["state"], back["iss"]) == ("s-1", "http://localhost:8000")
    given = phone.exchange(back["code"]).json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 900)
    bills = phone.get("/bills?state=open", given["access_token"]).json()["bills"]
    assert {bill["left_to_pay"]["cents"] for bill in bills} == {80_00, 20_00, 40_00}
    paid = requests.post(
        f"{phone.url}/api/v1/payments",
        headers={"Authorization": f"Bearer {given['access_token']}", "Idempotency-Key": "k-1"},
        json={
            "amount": {"cents": 140_00},
            "all_due": True,
            "pay_with": {"kind": "page", "method": "card"},
        },
    )
    assert (paid.status_code, paid.json()["status"]) == (201, "accepted")

    page.goto("/account/")
    assert "You have nothing to pay." in page.content()
    page.get_by_role("link", name="Connected apps").click()
    page.get_by_role("heading", name="Bills in Pocket").wait_for()
    check_page(page)
    press(page, "Disconnect Bills in Pocket")
    page.get_by_text("No app is connected").wait_for()
    check_page(page)
    assert phone.get("/account", given["access_token"]).status_code == 401
    assert phone.renew(given["refresh_token"]).status_code == 400
    assert AuditEntry.objects.filter(action="app.connect").count() == 1


def test_a_code_is_good_once_and_for_its_own_app_and_verifier(phone, page):
    sign_in(page)
    phone.ask()
    connect(page)
    code = phone.answer["code"]

    assert phone.exchange(code, verifier=secrets.token_urlsafe(48)).status_code == 400
    phone.ask()
    connect(page)
    code = phone.answer["code"]
    assert phone.exchange(code).status_code == 200
    assert phone.exchange(code).json()["error"] == "invalid_grant"


def test_a_refresh_token_used_twice_closes_the_connection(phone, page):
    sign_in(page)
    phone.ask()
    connect(page)
    first = phone.exchange(phone.answer["code"]).json()
    second = phone.renew(first["refresh_token"]).json()
    assert phone.get("/account", second["access_token"]).status_code == 200
    assert phone.get("/account", first["access_token"]).status_code == 401

    assert phone.renew(first["refresh_token"]).status_code == 400

    assert phone.renew(second["refresh_token"]).status_code == 400
    assert phone.get("/account", second["access_token"]).status_code == 401


def test_what_the_member_refuses_the_app_is_told(phone, page):
    sign_in(page)
    phone.ask()
    press(page, "Do not connect")
    page.get_by_text("back in the app").wait_for()

    assert phone.answer["error"] == "access_denied"
    assert "code" not in phone.answer
    assert AuditEntry.objects.filter(action="app.refuse").count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge": "", "code_challenge_method": ""},
        {"response_type": "token"},
        {"scope": "everything"},
    ],
    ids=["plain", "no-method", "no-challenge", "implicit", "unknown-scope"],
)
def test_a_careless_request_is_sent_back_with_an_error(phone, page, other):
    sign_in(page)
    told = phone.ask_carelessly(**other)

    assert told["error"] in {
        "invalid_request", "unsupported_response_type", "unauthorized_client", "invalid_scope"
    }  # fmt: skip
    assert not {"code", "access_token"} & set(told)


@pytest.mark.parametrize(
    "redirect",
    [
        "http://127.0.0.1:47123/callback/more",
        "http://127.0.0.1:47123/callback?x=1",
        "https://evil.example/",
    ],
)
def test_nobody_is_sent_to_another_address(phone, browser, live_server, redirect):
    # In a window of its own: that the page answers 400 is an error on the console, and meant.
    phone.page = browser.new_page(base_url=live_server.url)
    sign_in(phone.page)
    phone.ask(redirect_uri=redirect)

    phone.page.get_by_role("heading", name="This app cannot be connected").wait_for()
    check_page(phone.page)
    assert phone.came_back == []
    phone.page.context.close()


def test_neither_passwords_nor_secrets_get_a_token(phone):
    for grant in ("password", "client_credentials"):
        refused = phone.token(grant_type=grant, username="ana@example.org", password="x")
        assert refused.status_code in {400, 401}


def test_a_token_is_given_back(phone, page):
    sign_in(page)
    phone.ask()
    connect(page)
    given = phone.exchange(phone.answer["code"]).json()

    form = {"client_id": phone.client_id, "token": given["refresh_token"]}
    assert requests.post(f"{phone.url}/oauth/revoke/", data=form).status_code == 200

    assert phone.renew(given["refresh_token"]).status_code == 400
    assert phone.get("/account", given["access_token"]).status_code == 401


def test_the_reference_reads_well(page, account):
    page.goto("/api/v1/")
    page.get_by_role("heading", name="API for apps").wait_for()
    check_page(page)
