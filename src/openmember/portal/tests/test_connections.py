"""Connected apps on the portal: seen, ended, and all of them at a new password."""

import pytest
from django.test import Client

from openmember.members import models
from openmember.members.connections.testing import a_connection
from openmember.portal.tests.conftest import Holder


@pytest.fixture
def connected(holder):
    user = models.User.objects.get(member_id=holder.account.holder_id)
    return a_connection(user=user)


def status_of(connected) -> int:
    """Return what the API answers the app."""
    headers = {"Authorization": f"Bearer {connected[1]}"}
    return Client().get("/api/v1/account", headers=headers).status_code


def test_an_app_is_listed_with_what_it_may_do(
    holder: Holder, connected, django_assert_max_num_queries
):
    with django_assert_max_num_queries(10):
        text = holder.get("connections").content.decode()

    assert "Example" in text
    assert "Pay your bills when you ask it to" in text


def test_an_app_is_disconnected_once(holder, connected):
    assert holder.post("connection_end", client=connected[0]).status_code == 303
    assert status_of(connected) == 401

    text = holder.client.post(
        "/account/apps/end/", {"client": connected[0]}, follow=True
    ).content.decode()
    assert "disconnected already" in text


def test_another_members_app_stays(holder, holder_of, connected):
    holder_of().post("connection_end", client=connected[0])

    assert status_of(connected) == 200


def test_a_new_password_ends_every_connection(holder, connected):
    holder.client.logout()
    holder.client.post(
        "/sign/login/",
        {"login": models.User.objects.get().email, "password": "correct horse battery"},
    )
    fresh = "another horse battery"
    holder.client.post(
        "/sign/password/change/",
        {"oldpassword": "correct horse battery", "password1": fresh, "password2": fresh},
    )

    assert models.User.objects.get().check_password(fresh)
    assert status_of(connected) == 401
