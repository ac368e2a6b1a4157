"""Getting back in: without the password, without the second factor."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from openmember.members.queries import get_member
from openmember.payments.testing import PASSWORD, a_user, an_account
from openmember.portal.registration import jobs
from openmember.portal.signin import factor_reset
from openmember.portal.tests.registering import a_holder, answers, run_jobs
from openmember.portal.tests.signing_in import (
    NEW_PASSWORD,
    a_user_with_app,
    changes_of,
    sign_in,
    without_tokens,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return a_user(member=a_holder())


def test_a_forgotten_password_is_chosen_anew_by_mail(client, user):
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"/sign/password/reset/key/\S+", mail.outbox[-1].body).group()
    form = client.get(link).url

    done = client.post(form, {"password1": NEW_PASSWORD})

    assert done.url == reverse("account_reset_password_from_key_done")
    assert sign_in(Client(), user, NEW_PASSWORD).status_code == 302
    assert "no longer works" in client.get(link).content.decode()


def test_a_forgotten_password_tells_nothing_about_the_address(client, user):
    pages = [
        without_tokens(
            client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        )
        for email in (user.email, "nobody@example.org")
    ]

    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [[user.email], ["nobody@example.org"]]


def ask_for_reset(client, number, **changes):
    return client.post(reverse("portal:lost_factor"), answers(number, **changes), follow=True)


def test_a_lost_factor_needs_answers_mailbox_and_password(client, user):
    number = an_account(holder=get_member(member_id=user.member_id)).number
    a_user_with_app(user)
    ask_for_reset(client, number)
    run_jobs()
    message = mail.outbox[-1]
    assert message.to == [user.email]
    assert number not in message.body
    page = client.get(re.search(r"/lost-factor/link/\S+", message.body).group()).url

    assert client.post(page, {"password": "wrong"}).status_code == 422
    assert Authenticator.objects.filter(user=user).exists()
    done = client.post(page, {"password": PASSWORD})

    assert done.url == reverse("account_login")
    assert not Authenticator.objects.filter(user=user).exists()
    assert changes_of(user) == ["factors_removed"]
    assert mail.outbox[-1].subject == "Your second factor was removed"
    assert sign_in(client, user).url == reverse("portal:account")


def test_a_lost_factor_says_the_same_to_everybody_and_writes_to_one(user):
    number = an_account(holder=get_member(member_id=user.member_id)).number
    tries = [
        (number, {}),
        (number, {"last_name": "Perez"}),
        (an_account(holder=a_holder()).number, {}),
        ("600488100092", {}),
    ]

    pages = {without_tokens(ask_for_reset(Client(), typed, **changes)) for typed, changes in tries}
    run_jobs()

    assert len(pages) == 1
    assert [message.to for message in mail.outbox] == [[user.email]]


def test_a_link_is_void_once_it_was_used(client, user):
    a_user_with_app(user)
    token = factor_reset.make_url(user).rpartition("/link/")[2].strip("/")

    Authenticator.objects.filter(user=factor_reset.user_of(token)).delete()

    with pytest.raises(factor_reset.BadLink):
        factor_reset.user_of(token)
    client.get(reverse("portal:factor_reset", args=[token]))
    assert client.get(reverse("portal:factor_remove")).status_code == 410


def test_the_link_of_one_is_not_the_link_of_another(user):
    url = factor_reset.make_url(user)

    with pytest.raises(factor_reset.BadLink):
        factor_reset.user_of(url.rpartition("/link/")[2].strip("/")[:-1] + "x")


def test_a_job_for_nobody_sends_nothing():
    jobs.send_factor_reset(user_id=None, language="en")

    assert not mail.outbox
