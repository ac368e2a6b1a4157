"""Signing in, second factors, and what protects them."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django import app

from openmember.kernel.models import AuditEntry
from openmember.payments.testing import PASSWORD, a_staff_user, a_user
from openmember.portal.registration import jobs
from openmember.portal.signin.jobs import forget_old_counts
from openmember.portal.tests.registering import a_holder
from openmember.portal.tests.signing_in import (
    NEW_PASSWORD,
    a_user_with_app,
    changes_of,
    code_of,
    confirm,
    is_signed_in,
    sign_in,
    without_tokens,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return a_user(member=a_holder())


def test_email_and_password_open_the_account(client, user):
    response = sign_in(client, user)

    assert response.url == reverse("portal:account")
    assert is_signed_in(client)


def test_who_signed_in_and_who_did_not_is_kept_without_what_they_typed(client, user):
    sign_in(client, user, "wrong")
    sign_in(client, user)

    kept = AuditEntry.objects.filter(action__startswith="session.").order_by("id")
    assert [(entry.action, entry.actor, entry.detail) for entry in kept] == [
        ("session.refused", "guest", {}),
        ("session.open", f"member:{user.pk}", {}),
    ]


def test_staff_are_sent_to_the_desk(client):
    assert sign_in(client, a_staff_user()).url == reverse("desk:find")


def test_the_page_does_not_tell_whether_the_address_is_known(client, user):
    pages, costs = [], []
    for email in (user.email, "nobody@example.org"):
        with CaptureQueriesContext(connection) as captured:
            page = client.post(reverse("account_login"), {"login": email, "password": "wrong"})
        pages.append(without_tokens(page).replace(email, "EMAIL"))
        costs.append(len(captured))

    assert pages[0] == pages[1]
    assert "not correct" in pages[0]


def test_guessing_a_password_stops(client, user):
    for _try in range(5):
        sign_in(client, user, "wrong")

    sign_in(client, user)

    assert not is_signed_in(client)


def test_counts_are_kept_where_every_web_worker_sees_them(client, user):
    sign_in(client, user, "wrong")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_cache WHERE cache_key LIKE '%%login_failed%%'")
        assert cursor.fetchone() == (2,)


def test_counts_that_ran_out_are_forgotten():
    cache.set("old", 1, 0.001)
    cache.set("new", 1, 60)
    time.sleep(0.01)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_cache SET expires = now() - interval '1 minute' WHERE cache_key LIKE '%%old'"
        )

    forget_old_counts(timestamp=0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM kernel_cache")
        assert [key for (key,) in cursor.fetchall()] == [":1:new"]


def test_too_many_requests_answer_with_our_page(client):
    for _try in range(30):
        client.post(reverse("account_login"), {"login": "", "password": ""})

    stopped = client.post(reverse("account_login"), {"login": "", "password": ""})

    assert stopped.status_code == 429
    assert "Too many tries" in stopped.content.decode()


def test_signing_out_ends_the_session(client, user):
    sign_in(client, user)

    client.post(reverse("account_logout"))

    assert not is_signed_in(client)


def test_nothing_about_security_opens_without_the_password(client, user):
    sign_in(client, user)

    for page in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert reverse("account_reauthenticate") in client.get(reverse(page)).url


def test_with_an_app_the_password_is_not_enough(client, user):
    secret = a_user_with_app(user)
    step = sign_in(client, user)
    assert step.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(step.url, {"code": "000000"})
    assert not is_signed_in(client)
    client.post(step.url, {"code": code_of(secret)})

    assert is_signed_in(client)


def test_a_code_works_once(client, user):
    secret = a_user_with_app(user)
    sign_in(client, user)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    # The library's own memory of a code ends while the code is still taken.
    cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={code_of(secret)}")
    thief = Client()
    sign_in(thief, user)

    refused = thief.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert not is_signed_in(thief)
    assert "used already" in refused.content.decode()


@pytest.mark.parametrize(("steps", "opens"), [(-1, True), (1, True), (-3, False), (3, False)])
def test_a_clock_may_be_half_a_minute_off(client, user, steps, opens):
    secret = a_user_with_app(user)
    sign_in(client, user)

    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, steps)})

    assert is_signed_in(client) is opens


def test_a_recovery_code_opens_the_account_once(client, user):
    a_user_with_app(user)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]

    for browser, opens in ((client, True), (Client(), False)):
        sign_in(browser, user)
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(browser) is opens


def test_secrets_are_not_readable_in_the_database(user):
    secret = a_user_with_app(user)

    stored = Authenticator.objects.get(type="totp")

    assert secret not in str(stored.data)
    assert stored.wrap().validate_code(code_of(secret))


def test_a_new_secret_key_still_reads_old_secrets(client, user, settings):
    secret = a_user_with_app(user)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10

    sign_in(client, user)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert is_signed_in(client)


def test_a_password_is_changed_with_the_old_one(client, user):
    sign_in(client, user)
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}

    changed = client.post(reverse("account_change_password"), typed)

    assert changed.url == reverse("mfa_index")
    assert changes_of(user) == ["password_changed"]
    assert mail.outbox[-1].subject == "Your password was changed"
    assert sign_in(Client(), user, NEW_PASSWORD).status_code == 302


def test_an_address_is_changed_when_its_mailbox_agrees(client, user):
    old = user.email
    sign_in(client, user)
    confirm(client)
    client.post(reverse("account_email"), {"email": "new.address@example.org", "action_add": "1"})
    user.refresh_from_db()
    assert user.email == old

    client.post(re.search(r"/sign/confirm-email/\S+", mail.outbox[-1].body).group())

    user.refresh_from_db()
    assert user.email == "new.address@example.org"
    assert mail.outbox[-1].to == [old]


def test_an_address_of_somebody_else_cannot_be_taken(client, user):
    other = a_user(email="somebody.else@example.org")
    sign_in(client, user)
    confirm(client)
    client.post(reverse("account_email"), {"email": other.email, "action_add": "1"})

    page = client.post(re.search(r"/sign/confirm-email/\S+", mail.outbox[-1].body).group())

    user.refresh_from_db()
    assert page.status_code < 500
    assert user.email != other.email


@pytest.mark.parametrize("task", [jobs.tell_registered, jobs.send_factor_reset, forget_old_counts])
def test_the_worker_imports_every_job(task):
    assert task.func.__module__ in app.import_paths


PAGES = [
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
]


PAGES_SIGNED_IN = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_wears_our_frame(client, page):
    assert "om-header" in client.get(reverse(page)).content.decode()


@pytest.mark.parametrize("page", PAGES_SIGNED_IN)
def test_every_page_of_the_signed_in_wears_our_frame(client, user, page):
    sign_in(client, user)
    confirm(client)

    assert "om-header" in client.get(reverse(page), follow=True).content.decode()
