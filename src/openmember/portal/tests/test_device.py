"""A device that keeps the card: trusted, told of news, and left empty."""

import base64
import os
import re

import pytest
from django.core import mail
from django.test import Client
from tests.doubles.push import BrowserKeys

from openmember.coverage.testing import covered
from openmember.devices.queries import list_devices
from openmember.kernel.models import AuditEntry
from openmember.members.models import User
from openmember.members.queries import get_member
from openmember.payments.testing import PASSWORD, a_member, a_user, an_account
from openmember.portal.tests.conftest import BACKEND, Browser, Holder
from openmember.portal.tests.signing_in import sign_in


@pytest.fixture
def holder(holder_of) -> Holder:
    """Ana, covered, signed in on her phone."""
    holder = holder_of(region="northwest")
    covered(holder.account, (get_member(member_id=holder.account.holder_id), "18"))
    return holder


@pytest.fixture
def user(holder) -> User:
    return User.objects.get(member_id=holder.account.holder_id)


def keeps(browser: Browser) -> bool:
    return browser.get("device_state").json()["keeps"]


def signed_out(holder: Holder) -> Browser:
    """The same phone after its session is over: the device's own cookie stays."""
    client = Client()
    client.cookies["device"] = holder.client.cookies["device"].value
    return Browser(client)


def subscription(endpoint: str = "https://push.example.com/a") -> dict[str, str]:
    keys = BrowserKeys()
    return {
        "endpoint": endpoint,
        "p256dh": base64.urlsafe_b64encode(keys.p256dh).decode().rstrip("="),
        "auth": base64.urlsafe_b64encode(keys.auth).decode().rstrip("="),
    }


def test_the_page_says_what_the_device_keeps(holder, django_assert_max_num_queries):
    assert "Keep my ID card here" in holder.get("device").content.decode()

    holder.post("device_card")

    with django_assert_max_num_queries(14):
        text = holder.get("device").content.decode()
    assert "This device keeps your ID card" in text
    assert "Last seen" in text


def test_the_device_gets_the_card_and_its_number_and_no_more(holder):
    card = holder.post("device_card").json()

    assert holder.account.number in card["html"]
    assert "Gold 500" in card["html"]
    assert holder.get("device_card").json() == card
    assert "$" not in card["html"]
    assert "no-store" in holder.get("device_card")["Cache-Control"]


def test_a_device_that_was_not_asked_to_gets_nothing(holder, guest):
    assert holder.get("device_card").status_code == 204
    assert guest.get("device_card").status_code == 302
    assert not keeps(holder)


def test_the_card_stays_when_the_session_is_over(holder):
    holder.post("device_card")

    assert keeps(signed_out(holder))


def test_signing_out_empties_the_device(holder, user):
    holder.post("device_card")
    phone = signed_out(holder)

    response = holder.client.post("/sign/logout/")

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert response.cookies["device"].value == ""
    assert not keeps(phone)
    assert list_devices(user_id=user.pk) == ()
    assert AuditEntry.objects.filter(action="device.revoke").exists()


def test_another_password_empties_the_other_devices_and_not_this_one(holder, user):
    holder.post("device_card")
    elsewhere = signed_out(holder)
    user.set_password("another horse battery")
    user.save()

    assert not keeps(elsewhere)

    # On the device where it was changed, the session goes on.
    holder.client.force_login(user, backend=BACKEND)
    assert keeps(holder)
    assert keeps(elsewhere)


def test_a_sign_in_that_is_closed_empties_the_device(holder, user):
    holder.post("device_card")
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert not keeps(signed_out(holder))


def test_somebody_else_on_the_device_empties_it(holder, db):
    holder.post("device_card")
    other = a_member(first="Ben")
    an_account(holder=other)
    ben = a_user(member=other)
    phone = signed_out(holder)

    response = phone.client.post("/sign/login/", {"login": ben.email, "password": PASSWORD})

    assert response.status_code == 302
    assert "storage" in response["Clear-Site-Data"]
    assert not keeps(phone)
    assert not keeps(signed_out(holder))


def test_the_same_person_signing_in_again_keeps_it(holder, user):
    holder.post("device_card")
    phone = signed_out(holder)

    response = phone.client.post("/sign/login/", {"login": user.email, "password": PASSWORD})

    assert "Clear-Site-Data" not in response
    assert keeps(phone)


def test_a_device_can_be_removed_from_another_one_without_scripts(holder, user):
    holder.post("device_card")
    (device,) = list_devices(user_id=user.pk)
    computer = Browser(Client())
    computer.client.force_login(user, backend=BACKEND)

    computer.post("device_remove", device=str(device.id))

    assert not keeps(holder)


def test_nobody_removes_anothers_device(holder, user, holder_of):
    holder.post("device_card")
    (device,) = list_devices(user_id=user.pk)

    holder_of().post("device_remove", device=str(device.id))

    assert keeps(holder)


def test_taking_the_card_off_leaves_the_device_trusted(holder, user):
    holder.post("device_card")
    holder.post("device_forget")

    assert not keeps(holder)
    assert len(list_devices(user_id=user.pk)) == 1


def test_a_device_is_told_of_what_was_chosen(holder, user):
    answer = holder.post("device_tell", wants=["bill", "message"], **subscription())

    assert answer.status_code == 200
    (device,) = list_devices(user_id=user.pk)
    assert device.wants == {"bill", "message"}
    assert "Notices are on." in holder.get("device").content.decode()

    holder.post("device_tell_no_more")
    (device,) = list_devices(user_id=user.pk)
    assert device.wants == frozenset()


def with_news(user: User, name: str) -> Browser:
    """Another browser of the member's, told of news."""
    elsewhere = Browser(Client())
    elsewhere.client.force_login(user, backend=BACKEND)
    told = elsewhere.post("device_tell", wants=["bill"], **subscription(f"https://{name}/a"))
    assert told.status_code == 200
    return elsewhere


def told(user: User) -> int:
    return sum(bool(one.wants) for one in list_devices(user_id=user.pk))


def test_a_new_password_ends_news_on_every_device_but_this_one(holder, user, holder_of):
    with_news(user, "old.example.com")
    others = holder_of()
    others.post("device_tell", wants=["bill"], **subscription("https://other.example.com/a"))
    holder.client.logout()
    sign_in(holder.client, user)
    holder.post("device_tell", wants=["bill"], **subscription("https://own.example.com/a"))
    assert told(user) == 2

    fresh = "another horse battery"
    holder.client.post(
        "/sign/password/change/",
        {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh},
    )

    assert User.objects.get(pk=user.pk).check_password(fresh)
    assert told(user) == 1
    assert "Notices are on." in holder.get("device").content.decode()
    assert told(User.objects.get(member_id=others.account.holder_id)) == 1
    entry = AuditEntry.objects.get(action="device.tell_no_more")
    assert entry.detail["reason"] == "new password"


def test_a_forgotten_password_set_anew_ends_news_on_all(holder, user):
    holder.post("device_tell", wants=["bill"], **subscription())
    phone = signed_out(holder)

    phone.client.post("/sign/password/reset/", {"email": user.email})
    link = re.search(r"/sign/password/reset/key/\S+", mail.outbox[-1].body).group()
    fresh = "another horse battery"
    phone.client.post(phone.client.get(link).url, {"password1": fresh})

    assert User.objects.get(pk=user.pk).check_password(fresh)
    assert told(user) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"wants": []},
        {"wants": ["everything"]},
        {"endpoint": "https://127.0.0.1/a"},
        {"endpoint": "http://push.example.com/a"},
        {"endpoint": ""},
        {"auth": "!!!"},
        {"auth": "AAAA"},
        {"p256dh": base64.urlsafe_b64encode(os.urandom(20)).decode()},
    ],
)
def test_what_cannot_be_told_is_refused_in_words(holder, user, wrong):
    answer = holder.post("device_tell", **{"wants": ["bill"], **subscription(), **wrong})

    assert answer.status_code == 422
    assert answer.json()["error"]
    assert all(not one.wants for one in list_devices(user_id=user.pk))


def test_without_a_push_key_nothing_is_offered(holder, settings):
    settings.PUSH_KEY = ""

    assert "Turn notices on" not in holder.get("device").content.decode()
    assert holder.post("device_tell", wants=["bill"], **subscription()).status_code == 404


def test_a_made_up_cookie_is_nobodys(guest, db):
    guest.client.cookies["device"] = "x" * 43

    assert not keeps(guest)
