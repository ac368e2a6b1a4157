"""The keypad in the browser."""

import pytest

from openmember.phone.tests.callers import MEDICAL, PREMIUM

pytestmark = pytest.mark.django_db
PAGE = "/phone/simulator/"


def keys_of(home, *, lead: str = "1 1") -> list[str]:
    return [*lead.split(), *home.number, "2", *"4510#", "1", "1"]


def test_a_payment_is_made_button_by_button(client, home):
    client.post(PAGE, {"act": "call"})
    for key in keys_of(home):
        client.post(PAGE, {"key": key})
    assert b"The carrier asks for the card here" in client.get(PAGE).content

    client.post(PAGE, {"act": "card"})
    page = client.post(PAGE, {"key": "1"}, follow=True).content.decode()

    assert "went through" in page
    assert home.owed_cents == PREMIUM + MEDICAL - 45_10


def test_an_entry_shows_how_many_keys_and_not_which(client, home):
    client.post(PAGE, {"act": "call"})
    for key in ("1", "1", "4", "2"):
        client.post(PAGE, {"key": key})

    page = client.get(PAGE).content.decode()

    assert "••" in page
    assert 'lang="en-US"' in page


def test_keys_can_be_typed_at_once(client, home):
    client.post(PAGE, {"act": "relay"})
    for keys in ("1", "1", home.number):
        page = client.post(PAGE, {"keys": keys}, follow=True).content.decode()

    assert "To hear what is due" in page


@pytest.mark.parametrize("act", ["silence", "stop", "talk", "hang_up", "nothing", ""])
def test_no_button_breaks_the_page(client, act):
    client.post(PAGE, {"act": "call"})

    assert client.post(PAGE, {"act": act}, follow=True).status_code == 200


def test_there_is_no_keypad_where_it_is_not_wanted(client, settings):
    settings.PHONE_SIMULATOR = False

    assert client.get(PAGE).status_code == 404
