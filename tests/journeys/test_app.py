"""The portal as an app: installed, with the card kept for where there is no connection, and told of news."""

import json

import pytest
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from openmember.coverage.testing import covered
from openmember.devices.sending import send_news
from openmember.devices.types import News
from openmember.kernel.sql import fetch_all
from openmember.members.queries import get_member
from openmember.payments.testing import a_bill
from tests.doubles.push import BrowserKeys, running
from tests.journeys.conftest import NARROW, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journey-app")]

KEPT = """async () => {
  const bases = (await indexedDB.databases()).map((one) => one.name);
  const pages = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) pages.push(new URL(request.url).pathname);
  }
  return { bases, pages };
}"""
# What the vault holds, as somebody reads it who has the browser's files open in a script.
AT_REST = """async () => {
  const base = await new Promise((resolve) => {
    const asked = indexedDB.open("openmember-device");
    asked.onsuccess = () => resolve(asked.result);
  });
  const store = base.transaction("kept").objectStore("kept");
  const get = (name) => new Promise((resolve) => {
    const asked = store.get(name);
    asked.onsuccess = () => resolve(asked.result);
  });
  const card = await get("card");
  const key = await get("key");
  base.close();
  const exported = await crypto.subtle.exportKey("raw", key).then(() => "exported", () => "refused");
  return { text: new TextDecoder().decode(card.closed), extractable: key.extractable, exported };
}"""


@pytest.fixture
def covered_account(account):
    """Ana's account, with coverage since January."""
    covered(account, (get_member(member_id=account.holder_id), "18"))
    return account


@pytest.fixture
def app(visit, covered_account) -> Page:
    """Ana's phone, with the service worker in charge of it."""
    page = visit(service_workers="allow")
    sign_in(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function("Boolean(navigator.serviceWorker.controller)")
    return page


def keep_card(page: Page) -> None:
    page.goto("/device/")
    press(page, "Keep my ID card here")
    expect(page.get_by_text("This device keeps your ID card")).to_be_visible()


def grouped(number: str) -> str:
    return f"{number[:4]}\u00a0{number[4:8]}\u00a0{number[8:]}"


def test_the_portal_can_be_installed(app: Page):
    session = app.context.new_cdp_session(app)

    manifest = session.send("Page.getAppManifest")
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert manifest["errors"] == []
    said = json.loads(manifest["data"])
    assert said["display"] == "standalone"
    assert {icon["sizes"] for icon in said["icons"]} >= {"192x192", "512x512"}
    # A window without a profile of its own cannot install anything, whatever it shows.
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []


def test_the_card_is_there_without_a_connection_and_gone_after_signing_out(
    app: Page, covered_account
):
    number = grouped(covered_account.number)
    app.goto("/card/")
    check_page(app)
    expect(app.locator(".om-number__digits")).to_have_text(number)
    app.goto("/device/")
    check_page(app)
    keep_card(app)
    check_page(app)

    app.context.set_offline(True)
    app.goto("/bills/")
    expect(app.get_by_role("heading", name="You are offline")).to_be_visible()
    expect(app.locator(".om-number__digits")).to_have_text(number)
    expect(app.get_by_text("Gold 500")).to_be_visible()
    check_page(app)
    app.context.set_offline(False)

    at_rest = app.evaluate(AT_REST)
    assert covered_account.number not in at_rest["text"]
    assert "Gold" not in at_rest["text"]
    assert (at_rest["extractable"], at_rest["exported"]) == (False, "refused")
    kept = app.evaluate(KEPT)
    assert kept["bases"] == ["openmember-device"]
    assert all(page == "/offline" or page.startswith("/static/") for page in kept["pages"])

    app.goto("/account/")
    app.get_by_text("Menu", exact=True).click()
    app.get_by_role("button", name="Sign out").click()
    app.wait_for_url("/")
    app.wait_for_load_state("networkidle")
    kept = app.evaluate(KEPT)
    assert kept["bases"] == []
    assert all(page == "/offline" or page.startswith("/static/") for page in kept["pages"])
    app.goto("/")
    app.evaluate("navigator.serviceWorker.ready.then(() => true)")
    app.context.set_offline(True)
    app.goto("/card/")
    expect(app.get_by_text("This device keeps no card.").first).to_be_visible()
    assert covered_account.number not in app.content()


def test_a_device_removed_elsewhere_empties_itself(app: Page, covered_account):
    keep_card(app)
    fetch_all("UPDATE devices_device SET revoked_at = now(), keeps_card = false")

    app.goto("/bills/")

    app.wait_for_function("indexedDB.databases().then((found) => found.length === 0)")


def test_taking_the_card_off(app: Page):
    keep_card(app)
    press(app, "Take the card off this device")

    expect(app.get_by_text("does not keep your ID card any more")).to_be_visible()
    assert app.evaluate(KEPT)["bases"] == []


def wait_for_the_look(app: Page) -> None:
    """Wait until the page has asked whether the card it keeps is the newest."""
    # Asked again and again from here: the page's policy lets nobody wait inside it.
    for _ in range(200):
        if app.evaluate("sessionStorage.getItem('openmember-card-looked')"):
            return
        app.wait_for_timeout(50)
    raise AssertionError("the page never looked")


def test_what_is_kept_follows_what_the_card_says(app: Page, covered_account):
    keep_card(app)
    # The look of the page that kept it is over before the next one is watched.
    wait_for_the_look(app)
    fetch_all("UPDATE coverage_span SET group_number = 'GRP7'")
    app.evaluate("sessionStorage.clear()")
    with app.expect_response("**/device/card/"):
        app.goto("/bills/")
    wait_for_the_look(app)

    app.context.set_offline(True)
    app.goto("/account/")

    expect(app.get_by_text("GRP7")).to_be_visible()


def subscribing(app: Page, endpoint: str, keys: BrowserKeys) -> None:
    """Let the browser subscribe: its maker's push service is not within reach, so ours gives the address."""
    said = {
        "endpoint": endpoint,
        "keys": {"p256dh": _text(keys.p256dh), "auth": _text(keys.auth)},
    }
    app.add_init_script(
        f"""(() => {{
          const unsubscribe = async () => {{ sessionStorage.off = "yes"; return true; }};
          const made = {{ toJSON: () => ({json.dumps(said)}), unsubscribe }};
          PushManager.prototype.subscribe = async function (options) {{
            sessionStorage.madeFor = new Uint8Array(options.applicationServerKey).length;
            return made;
          }};
          PushManager.prototype.getSubscription = async () => sessionStorage.madeFor ? made : null;
          Notification.requestPermission = async () => "granted";
        }})()"""
    )


def _text(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(data).decode().rstrip("=")


def test_notices_from_turning_on_to_what_is_shown_and_off(
    app: Page, covered_account, settings, tmp_path
):
    keys = BrowserKeys()
    app.context.grant_permissions(["notifications"])
    with running(tmp_path) as push:
        settings.PUSH_EXEMPT_HOSTS = (push.host,)
        settings.PUSH_CA_FILE = str(push.ca_file)
        subscribing(app, push.endpoint(), keys)
        app.goto("/device/")
        press(app, "Turn notices on")
        expect(app.get_by_text("Choose at least one").first).to_be_visible()
        app.get_by_text("A new bill", exact=True).click()
        press(app, "Turn notices on")
        expect(app.get_by_text("Notices are on.")).to_be_visible()
        check_page(app)
        assert app.evaluate("sessionStorage.madeFor") == "65"

        a_bill(covered_account, 77_77)
        assert send_news(now=timezone.now()).sent == 1
        message = keys.open(push.received[0].body).decode()
        assert "77" not in message

    deliver(app.context.new_cdp_session(app), app, message)
    app.wait_for_function(SHOWN)
    assert app.evaluate(SHOWN) == [["You have a new bill.", News.BILL.value, "/bills/"]]

    press(app, "Turn notices off")
    expect(app.get_by_text("This device tells you of nothing any more.")).to_be_visible()
    assert app.evaluate("sessionStorage.off") == "yes"
    assert fetch_all("SELECT 1 FROM devices_subscription") == []


SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = (await registration.getNotifications()).map((one) => [one.body, one.tag, one.data.url]);
  return shown.length ? shown : null;
}"""


def deliver(session: CDPSession, page: Page, message: str) -> None:
    """Hand a message to the service worker, as the browser does once it has opened it."""
    registrations: list[dict[str, str]] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(300)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": page.evaluate("location.origin"),
            "registrationId": registrations[-1]["registrationId"],
            "data": message,
        },
    )


def test_the_portal_works_without_scripts_and_says_what_does_not(visit, covered_account):
    page = visit(viewport=NARROW, java_script_enabled=False)
    sign_in(page)
    page.goto("/device/")
    assert "Your browser runs no scripts" in page.content()
    expect(page.get_by_role("button", name="Keep my ID card here")).to_be_hidden()
    page.goto("/card/")
    expect(page.get_by_text(grouped(covered_account.number))).to_be_visible()
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("/")
