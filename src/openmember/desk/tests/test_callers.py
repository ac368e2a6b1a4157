"""Callers handed over by the phone line."""

import re

import pytest
from django.urls import reverse

from openmember.directory import testing
from openmember.kernel.sql import fetch_all
from openmember.members.types import Address, Role
from openmember.payments.testing import a_bill, a_member, an_account
from openmember.phone.simulator.carrier import Carrier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _people_answer(settings, tmp_path):
    fetch_all("DELETE FROM kernel_throttle")
    with testing.people_answer(settings, tmp_path):
        yield


@pytest.fixture
def account():
    account = an_account(holder=a_member(address=Address(postal_code="94612")))
    a_bill(account, 45_10)
    return account


def a_caller(*keys: str) -> Carrier:
    carrier = Carrier()
    carrier.call()
    for key in keys:
        carrier.press(key)
    return carrier


def take(desk, which=0):
    page = desk.get("callers").content.decode()
    address = re.findall(reverse("desk:caller_take", args=[0]).replace("0", r"\d+"), page)[which]
    return desk.client.post(address, follow=True)


def test_a_caller_waits_with_where_they_were_and_not_the_whole_number(desk_of, account):
    a_caller("2", "1", f"{account.number}#", "0")

    page = desk_of(Role.REPRESENTATIVE).get("callers").content.decode()

    assert "After the bill pay number" in page
    assert "Spanish" in page
    assert f"…{account.number[-4:]}" in page
    assert account.number not in page


def test_taking_a_caller_opens_the_account(desk_of, account):
    a_caller("1", "1", f"{account.number}#", "1", "94612#", "0")
    desk = desk_of(Role.REPRESENTATIVE)

    page = take(desk).content.decode()

    assert "Gave one right birth date or ZIP code" in page
    assert "Hearing what is due" in page
    assert "$45.10" in desk.get("account").content.decode()
    desk.account = account
    assert [entry.detail["reason"] for entry in desk.audited("account.read")] == ["caller"]
    assert desk.audited("call.taken")
    # One fact is half of what verifies somebody: the questions are still to be asked.
    assert "Not verified" in desk.get("account").content.decode()


def test_who_proved_nothing_is_to_be_asked(desk_of, account):
    a_caller("1", "1", f"{account.number}#", "0")

    assert "Ask who this is" in take(desk_of(Role.REPRESENTATIVE)).content.decode()


def test_a_caller_without_a_number_comes_with_what_went_wrong(desk_of):
    a_caller("1", "1", "8123456#", "123456789012#", "0")

    page = take(desk_of(Role.REPRESENTATIVE)).content.decode()

    assert "looks like a medical record number (7 digits)" in page
    assert "8123456" not in page
    assert "Find the caller" in page


def test_a_caller_is_taken_by_one(desk_of, account):
    a_caller("1", "1", f"{account.number}#", "0")
    first, second = desk_of(Role.REPRESENTATIVE), desk_of(Role.REPRESENTATIVE)
    address = re.search(r"/desk/callers/\d+/take/", first.get("callers").content.decode()).group()

    first.client.post(address)
    refused = second.client.post(address, follow=True)

    assert "Somebody else took this caller" in refused.content.decode()
    assert "desk_opened" not in second.client.session
    again = first.client.post(address, follow=True)
    assert "Go to the account" in again.content.decode()


def test_what_a_caller_did_is_shown_to_who_took_them_alone(desk_of, account):
    a_caller("1", "1", f"{account.number}#", "0")
    desk = desk_of(Role.REPRESENTATIVE)
    address = re.search(r"/desk/callers/(\d+)/", desk.get("callers").content.decode())

    assert desk.get("caller", address.group(1)).status_code == 303
    assert desk.get("caller", "999999").status_code == 404


def test_who_hung_up_waits_no_more(desk_of, account):
    carrier = a_caller("1", "0")
    carrier.hang_up()

    assert (
        "Nobody waits for a person" in desk_of(Role.REPRESENTATIVE).get("callers").content.decode()
    )


def test_the_list_stays_within_its_statements(desk_of, account, django_assert_max_num_queries):
    for _ in range(5):
        a_caller("1", "0")
    desk = desk_of(Role.REPRESENTATIVE)

    with django_assert_max_num_queries(10):
        desk.get("callers")
