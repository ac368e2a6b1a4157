"""A member says once what they need."""

import pytest
from django.urls import reverse

from openmember.members.needs.queries import get_needs
from openmember.members.needs.types import Accommodation
from openmember.payments.testing import a_member, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client):
    member = a_member(region="california")
    client.force_login(a_user(member=member), backend="django.contrib.auth.backends.ModelBackend")
    return member


def keep(client, **given):
    return client.post(reverse("portal:needs"), {"version": 0, **given}, follow=True)


def test_a_member_keeps_what_they_need(client, ana):
    page = keep(
        client, interpreter_language="ase", interpreter_mode="video", accommodations=["guide"]
    )

    known = get_needs(member_id=ana.id)
    assert "You need not say it again." in page.content.decode()
    assert (known.interpreter_language, known.accommodations) == ("ase", {Accommodation.GUIDE})


def test_sign_language_is_not_for_the_telephone(client, ana):
    page = keep(client, interpreter_language="ase", interpreter_mode="phone")

    assert page.status_code == 422
    assert "in person or by video" in page.content.decode()


def test_danger_is_seen_first(client, ana):
    page = keep(client, note="I have crushing chest pain right now")

    assert "Call 911" in page.content.decode()
    assert get_needs(member_id=ana.id).is_empty


def test_nobody_signed_in_has_no_needs_page(client):
    assert client.get(reverse("portal:needs")).status_code == 302
