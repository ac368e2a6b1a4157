"""Registering: what members get, and what is made only when the e-mail address is proven."""

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from openmember.accounts.services import add_person
from openmember.kernel.models import AuditEntry
from openmember.members import models
from openmember.payments.testing import PASSWORD, a_user, an_account
from openmember.portal.registration import pending
from openmember.portal.tests.registering import a_holder, send, what_is_said

pytestmark = pytest.mark.django_db

NEW_EMAIL = "ana.ruiz@example.org"


def sent_code():
    return re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE).group()


def register(client, number, email=NEW_EMAIL):
    send(client, number)
    client.post(reverse("portal:register_sign_in"), {"email": email, "password": PASSWORD})
    return client.post(reverse("portal:register_code"), {"code": sent_code()})


@pytest.mark.parametrize("place", ["94612", "94612-0001", "0143", "(510) 555-0143"])
def test_a_holder_registers_and_is_signed_in(client, place):
    member = a_holder()
    number = an_account(holder=member).number

    step = send(client, number, last_name="  ruiz jr ", zip_or_phone=place)
    assert step.url == reverse("portal:register_sign_in")
    step = client.post(step.url, {"email": "Ana.Ruiz@Example.org", "password": PASSWORD})
    assert step.url == reverse("portal:register_code")
    done = client.post(step.url, {"code": sent_code()})

    assert done.url == reverse("portal:registered")
    user = models.User.objects.get(member_id=member.id)
    assert (user.email, user.check_password(PASSWORD)) == (NEW_EMAIL, True)
    assert NEW_EMAIL in client.get(done.url).content.decode()
    assert AuditEntry.objects.filter(action="registration.done", actor=f"member:{user.pk}").exists()
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


def test_a_grown_up_on_the_account_registers_for_themselves(client):
    number = an_account(holder=a_holder()).number
    spouse = a_holder(birth_on=date(1972, 1, 2))
    add_person(account_number=number, member_id=spouse.id, relationship="spouse")

    send(client, number, born="1 2 1972")

    assert client.session["registration"]["member_id"] == spouse.id


def test_nothing_is_made_before_the_email_is_proven(client):
    send(client, an_account(holder=a_holder()).number)
    client.post(reverse("portal:register_sign_in"), {"email": NEW_EMAIL, "password": PASSWORD})

    assert not models.User.objects.exists()


def test_a_session_known_before_the_proof_is_worth_nothing_after_it(client):
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key

    send(client, an_account(holder=a_holder()).number)

    assert client.session.session_key != before


def test_the_wrong_code_is_counted_and_a_new_one_voids_the_old(client):
    send(client, an_account(holder=a_holder()).number)
    client.post(reverse("portal:register_sign_in"), {"email": NEW_EMAIL, "password": PASSWORD})
    first = sent_code()
    wrong = "000000" if first != "000000" else "000001"
    for _try in range(pending.TRIES_A_CODE):
        assert client.post(reverse("portal:register_code"), {"code": wrong}).status_code == 422
    assert client.post(reverse("portal:register_code"), {"code": first}).status_code == 422

    client.post(reverse("portal:register_code"), {"again": "1"})

    assert sent_code() != first
    done = client.post(reverse("portal:register_code"), {"code": sent_code()})
    assert done.url == reverse("portal:registered")


def test_an_address_in_use_is_told_by_mail_and_on_no_page(client):
    a_user(email=NEW_EMAIL)
    free, taken = Client(), client
    numbers = [an_account(holder=a_holder()).number for _account in range(2)]

    pages = []
    for browser, number, email in (
        (free, numbers[0], "free.one@example.org"),
        (taken, numbers[1], NEW_EMAIL),
    ):
        send(browser, number)
        browser.post(reverse("portal:register_sign_in"), {"email": email, "password": PASSWORD})
        page = browser.get(reverse("portal:register_code"))
        pages.append(what_is_said(page, number).replace(email, "EMAIL"))

    assert pages[0] == pages[1]
    assert "You have registered before" in mail.outbox[-1].subject
    assert mail.outbox[-1].to == [NEW_EMAIL]


def test_a_weak_password_is_refused(client):
    send(client, an_account(holder=a_holder()).number)

    refused = client.post(
        reverse("portal:register_sign_in"), {"email": NEW_EMAIL, "password": "password1234"}
    )

    assert refused.status_code == 422
    assert not mail.outbox


@pytest.mark.parametrize("step", ["register_sign_in", "register_code"])
def test_no_step_is_reached_without_the_first(client, step):
    assert client.get(reverse(f"portal:{step}")).url == reverse("portal:register")


def test_a_registration_does_not_wait_for_ever(client):
    send(client, an_account(holder=a_holder()).number)
    session = client.session
    session["registration"]["proven_at"] -= pending.KEPT_SECONDS + 1
    session.save()

    assert client.get(reverse("portal:register_sign_in")).url == reverse("portal:register")


def test_who_is_signed_in_need_not_register(client):
    client.force_login(a_user(member=a_holder()))

    assert client.get(reverse("portal:register")).url == reverse("portal:account")


def test_a_lost_number_is_shown_to_nobody(client):
    number = an_account(holder=a_holder()).number

    page = client.get(reverse("portal:lost_number")).content.decode()

    assert "1-800-464-4000" in page
    assert number not in page


def test_messages_are_text_and_html_and_hold_no_number(client):
    number = an_account(holder=a_holder()).number

    register(client, number)

    (message,) = mail.outbox
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert sent_code() in html
    assert number not in message.body + html + message.subject
