"""Which addresses a message may go to, and when to try again."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.doubles.push import BrowserKeys

from openmember.devices import rules
from openmember.devices.encryption import ServerKey, authorization, encrypt, unbase64


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/a",
        "https://push.example.com:8443/a",
        "https://user@push.example.com/a",
        "https://user:secret@push.example.com/a",
        "https://localhost/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://[fd00::1]/a",
        "https://10.0.0.1/a",
        "https://2130706433/a",
        "https://0x7f.1/a",
        "https://intranet/a",
        "https:///a",
        "ftp://push.example.com/a",
        "https://push.example.com/a b",
        "https://push.example.com/a\r\nHost: x",
        "https://push.example.com:0x1bb/a",
        "https://" + "a" * 2000 + ".example.com/a",
        "",
    ],
)
def test_an_address_that_is_no_push_services_is_refused(endpoint):
    with pytest.raises(rules.BadEndpoint):
        rules.host_of(endpoint)


def test_a_push_services_address_is_taken():
    assert rules.host_of("https://fcm.googleapis.com/fcm/send/x:y") == ("fcm.googleapis.com", 443)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b:1::1", "64:ff9b::a00:1", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address):
    assert not rules.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_outside_is_public(address):
    assert rules.is_public(address)


def test_waits_grow_and_end():
    waits = [rules.wait_after(tries) for tries in range(1, 7)]

    assert waits[:5] == [timedelta(minutes=2**step) for step in range(5)]
    assert waits[5] is None
    assert rules.wait_after(1, asked_seconds=1800) == timedelta(minutes=30)
    assert rules.wait_after(1, asked_seconds=999_999) == rules.LONGEST_WAIT


def test_encryption_gives_the_example_of_the_standard():
    """RFC 8291, appendix A."""
    own = ServerKey.read("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")

    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh=unbase64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=unbase64("BTBZMqHH6r4Tts7J_aSIgg"),
        own=own.private,
        salt=unbase64("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert body == unbase64(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T"
        "lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4"
        "a-fN"
    )


@given(st.binary(max_size=3992))
def test_only_the_browser_opens_what_is_closed_for_it(message):
    keys = BrowserKeys()

    body = encrypt(message, p256dh=keys.p256dh, auth=keys.auth)

    assert len(body) <= 4096
    assert keys.open(body) == message
    assert encrypt(message, p256dh=keys.p256dh, auth=keys.auth) != body


def test_a_message_that_is_too_long_or_a_key_off_the_curve_is_refused():
    keys = BrowserKeys()

    with pytest.raises(ValueError, match="at most"):
        encrypt(b"x" * 3993, p256dh=keys.p256dh, auth=keys.auth)
    with pytest.raises(ValueError, match="EC key"):
        encrypt(b"x", p256dh=b"\x04" + b"\x01" * 64, auth=keys.auth)


def test_the_signature_names_the_service_and_ends():
    key = ServerKey.make()
    now = datetime(2026, 11, 29, tzinfo=UTC)

    header = authorization(
        key, endpoint="https://push.example.com/a?b", contact="mailto:a@example.org", now=now
    )

    claims = json.loads(unbase64(header.split(".")[1]))
    assert claims["aud"] == "https://push.example.com"
    assert claims["exp"] == int((now + timedelta(hours=12)).timestamp())
    assert header.endswith(f"k={key.public}")
    assert ServerKey.read(key.text).public == key.public
