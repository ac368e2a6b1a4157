"""What tests of signing in share."""

import re
import time

from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from openmember.kernel.models import AuditEntry
from openmember.payments.testing import PASSWORD

NEW_PASSWORD = "staple battery horse"


def sign_in(client, user, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def without_tokens(page):
    return re.sub(r'value="\w{64}"', "", page.content.decode())


def is_signed_in(client):
    return "_auth_user_id" in client.session


def confirm(client, password=PASSWORD):
    """Answer the question that comes before anything about security."""
    return client.post(reverse("account_reauthenticate"), {"password": password})


def add_app(client):
    """Add an authenticator app to whoever is signed in, and return its secret."""
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code[^>]*>([\w ]+)</code>", page).group(1).replace(" ", "")
    added = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert added.url == reverse("mfa_view_recovery_codes")
    return secret


def code_of(secret, steps=0):
    counter = int(time.time()) // 30 + steps
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def a_user_with_app(user):
    client = Client()
    sign_in(client, user)
    return add_app(client)


def changes_of(user):
    entries = AuditEntry.objects.filter(action="security.change", actor=f"member:{user.pk}")
    return [entry.detail["change"] for entry in entries.order_by("id")]
