"""Registering, second factors and getting back in, with a real browser and a virtual passkey."""

import re

import pytest
from django.core import mail

from openmember.payments.testing import PASSWORD, an_account
from openmember.portal.tests.registering import a_holder, run_jobs
from openmember.portal.tests.signing_in import NEW_PASSWORD, code_of
from tests.journeys.conftest import check_page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

EMAIL = "ana.ruiz@example.org"


@pytest.fixture
def number():
    return an_account(holder=a_holder()).number


@pytest.fixture
def passkeys(page):
    """A device that keeps passkeys and recognises its owner, as far as the browser can tell."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, added["authenticatorId"]


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def prove(page, number):
    page.get_by_label("Bill pay number").fill(number)
    page.get_by_label("Your last name").fill("Ruiz")
    for part, value in (("Month", "5"), ("Day", "17"), ("Year", "1970")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("ZIP code of your home").fill("94612")


def register(page, number, look=lambda page: None):
    """Register as a person would; `look` is shown every page on the way."""
    page.goto("/register/")
    look(page)
    prove(page, number)
    press(page, "Continue")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("New password").fill(PASSWORD)
    look(page)
    press(page, "Send me the code")
    look(page)
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE).group()
    page.get_by_label("Code from the email").fill(code)
    press(page, "Finish registering")
    page.get_by_role("heading", name="You are registered").wait_for()
    look(page)


def sign_out(page):
    page.goto("/sign/logout/")
    press(page, "Sign out")
    page.wait_for_url("/")


def sign_in(page, password=PASSWORD):
    page.goto("/sign/login/")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")


def add_app(page, look=lambda page: None):
    page.goto("/sign/2fa/totp/activate/")
    look(page)
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code from the app").fill(code_of(secret))
    press(page, "Add the app")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    look(page)
    return secret


def link_in_last_mail(pattern):
    return re.search(pattern, mail.outbox[-1].body).group()


def test_register_add_a_passkey_and_sign_in_with_it(page, number, passkeys):
    register(page, number, look=check_page)
    page.get_by_role("link", name="Add a passkey").click()
    check_page(page)
    press(page, "Add passkey")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto("/sign/2fa/")
    check_page(page)
    assert page.get_by_text("1 passkey", exact=True).is_visible()
    page.goto("/sign/2fa/webauthn/")
    check_page(page)
    sign_out(page)

    page.goto("/sign/login/")
    check_page(page)
    press(page, "Sign in with a passkey")

    page.wait_for_url("**/account/")
    assert page.get_by_text("Sign out").count()


def test_a_passkey_that_is_not_there_is_said_and_the_password_still_works(page, number, passkeys):
    register(page, number)
    sign_out(page)
    page.goto("/sign/login/")

    press(page, "Sign in with a passkey")

    page.get_by_text("The passkey was not used").wait_for()
    check_page(page)
    sign_in(page)
    page.wait_for_url("**/account/")


def test_register_add_an_app_and_sign_in_with_its_code(page, number):
    register(page, number)
    secret = add_app(page, look=check_page)
    sign_out(page)

    sign_in(page)
    page.get_by_role("heading", name="One more step").wait_for()
    check_page(page)
    page.get_by_label("Code", exact=True).fill(code_of(secret))
    press(page, "Sign in")

    page.wait_for_url("**/account/")


def test_wrong_answers_are_refused_without_a_hint(page, number):
    page.goto("/register/")
    prove(page, number)
    page.get_by_label("Your last name").fill("Perez")
    press(page, "Continue")

    page.get_by_role("heading", name="We could not match these answers to a member.").wait_for()
    check_page(page)
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.goto("/lost-number/")
    check_page(page)


def test_recover_without_the_password(page, number):
    register(page, number)
    sign_out(page)
    page.goto("/sign/login/")
    page.get_by_role("link", name="I forgot my password").click()
    check_page(page)
    page.get_by_label("Email address").fill(EMAIL)
    press(page, "Send me the link")
    page.get_by_role("heading", name="Look in your email").wait_for()
    check_page(page)

    page.goto(link_in_last_mail(r"/sign/password/reset/key/\S+"))
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Show password").click()
    assert page.get_by_label("New password").get_attribute("type") == "text"
    check_page(page)
    press(page, "Keep this password")
    page.get_by_role("heading", name="Your password is changed").wait_for()
    check_page(page)

    sign_in(page, NEW_PASSWORD)
    page.wait_for_url("**/account/")


def test_recover_without_the_second_factor(page, number):
    register(page, number)
    add_app(page)
    sign_out(page)
    sign_in(page)
    page.get_by_role("link", name="I have none of these any more").click()
    check_page(page)
    prove(page, number)
    press(page, "Send me the link")
    page.get_by_role("heading", name="Look in your email").wait_for()
    check_page(page)
    run_jobs()

    page.goto(link_in_last_mail(r"/lost-factor/link/\S+"))
    assert "/link/" not in page.url
    check_page(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Remove, and sign in")

    page.get_by_text("The second factor is gone.").wait_for()
    sign_in(page)
    page.wait_for_url("**/account/")
