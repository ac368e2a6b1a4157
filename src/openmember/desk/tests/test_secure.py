"""Sending a caller to the secure line from the desk, and seeing how far they are."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.desk.tests.reading import words
from openmember.directory import testing
from openmember.kernel.sql import fetch_all
from openmember.members.types import Role
from openmember.payments.queries import list_payments
from openmember.payments.testing import a_bill, a_member, an_account
from openmember.phone import models
from openmember.phone.control import SandboxControl, Unreachable
from openmember.phone.jobs import KEPT, sweep
from openmember.phone.simulator.carrier import Carrier

pytestmark = pytest.mark.django_db
OWN = {"return_to": "(510) 555-0160"}


@pytest.fixture(autouse=True)
def _people_answer(settings, tmp_path):
    fetch_all("DELETE FROM kernel_throttle")
    settings.PHONE_SIMULATOR = True
    with testing.people_answer(settings, tmp_path):
        yield


@pytest.fixture
def account():
    account = an_account(holder=a_member())
    a_bill(account, 45_10)
    return account


@pytest.fixture
def caller(account):
    carrier = Carrier()
    carrier.call()
    for key in ("1", "1", f"{account.number}#", "0"):
        carrier.press(key)
    return carrier


def taken(desk_of, account, role=Role.REPRESENTATIVE):
    """Return somebody who took the caller, with the account open."""
    desk = desk_of(role)
    page = desk.get("callers").content.decode()
    address = re.search(reverse("desk:caller_take", args=[0]).replace("0", r"\d+"), page).group()
    desk.client.post(address, follow=True)
    desk.account = account
    return desk


def test_the_caller_is_sent_after_a_look_and_followed_to_the_end(desk_of, account, caller):
    desk = taken(desk_of, account)
    assert "Send the caller to the secure line" in words(desk.get("account"))

    asked = desk.ask("send_secure", amount="45.10", **OWN)
    assert "(510) 555-0160" in words(asked)
    assert not models.SecureLine.objects.exists()
    sent = desk.do("send_secure", amount="45.10", **OWN)
    address = sent.redirect_chain[-1][0]

    def seen() -> str:
        return words(desk.client.get(address))

    assert "On their way" in seen()
    caller.listen()
    assert "Choosing how to pay" in seen()
    caller.press("1")
    assert "Typing the card or bank account" in seen()
    caller.give_card("7391")
    assert "Hearing the amount again" in seen()
    caller.press("1")
    done = seen()
    assert "Paid" in done
    assert "comes back to (510) 555-0160" in done
    assert "7391" not in done
    assert len(list_payments(numbers=account.numbers).payments) == 1
    assert desk.audited("secure_line.sent")[0].actor.startswith("staff:")
    assert desk.audited("account.read")
    listed = desk.get("links").content.decode()
    assert f'href="{address}"' in listed
    assert "Secure line" in words(desk.get("links"))


def test_on_another_account_than_the_caller_asked_about_it_has_to_be_confirmed(
    desk_of, account, caller
):
    desk = taken(desk_of, account)
    other = an_account(holder=a_member())
    a_bill(other, 12_00)
    desk.open(other)

    refused = desk.ask("send_secure", amount="12.00", **OWN)
    confirmed = {"amount": "12.00", "other": "on", **OWN}
    asked = desk.ask("send_secure", **confirmed)
    desk.do("send_secure", **confirmed)

    assert refused.status_code == 422
    assert "or open the account the caller asked about" in words(refused)
    assert "Another than the caller asked about" in words(asked)
    assert models.SecureLine.objects.count() == 1
    assert desk.audited("secure_line.sent")[0].detail["is_other_account"]


def test_a_form_sent_twice_sends_the_caller_once(desk_of, account, caller):
    desk = taken(desk_of, account)
    desk.do("send_secure", amount="45.10", **OWN)

    again = desk.do("send_secure", amount="45.10", **OWN)
    other = desk.do("send_secure", amount="45.10", key="key-2", **OWN)

    assert "done already" in words(again)
    assert "on the secure line already" in words(other)
    assert models.SecureLine.objects.count() == 1


def test_who_is_in_no_call_is_told_so(desk_of, account):
    desk = desk_of(Role.REPRESENTATIVE, account=account)

    assert "Send the caller" not in words(desk.get("account"))
    assert "You are in no call" in words(desk.get("send_secure"))
    assert "You are in no call" in words(desk.do("send_secure", amount="45.10", **OWN))


def test_who_may_not_take_payments_is_refused(desk_of, account, caller):
    desk = taken(desk_of, account, Role.BILLING)

    assert "Send the caller" not in words(desk.get("account"))
    assert desk.get("send_secure").status_code == 403
    assert desk.do("send_secure", amount="45.10", **OWN).status_code == 403


def test_without_a_carrier_that_can_be_told_nothing_is_offered(desk_of, account, caller, settings):
    desk = taken(desk_of, account)
    settings.PHONE_SIMULATOR = False

    assert "Send the caller" not in words(desk.get("account"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": "45.10", "return_to": "12"}, "the number you answer"),
        ({"amount": "45.10", "return_to": ""}, "required"),
        ({"amount": "0", **OWN}, "dollars and cents"),
    ],
)
def test_a_mistake_sends_nobody(desk_of, account, caller, fields, said):
    answer = taken(desk_of, account).do("send_secure", **fields)

    assert answer.status_code == 422
    assert said in words(answer)
    assert not models.SecureLine.objects.exists()


def test_where_the_carrier_does_not_answer_it_is_said_and_can_be_tried_again(
    desk_of, account, caller, monkeypatch
):
    desk = taken(desk_of, account)
    with monkeypatch.context() as broken:
        broken.setattr(SandboxControl, "send", lambda *given: (_ for _ in ()).throw(Unreachable))
        refused = desk.do("send_secure", amount="45.10", **OWN)

    assert "still with you" in words(refused)
    assert "On their way" in words(desk.do("send_secure", amount="45.10", **OWN))


def test_the_caller_is_brought_back_by_who_sent_them(desk_of, account, caller):
    desk = taken(desk_of, account)
    address = desk.do("send_secure", amount="45.10", **OWN).redirect_chain[-1][0]
    reference = address.rstrip("/").rsplit("/", 1)[1]
    caller.listen()
    caller.press("1")
    other = desk_of(Role.REPRESENTATIVE, account=account)

    offered = [words(one.get("secure_line", reference)) for one in (desk, other)]
    refused = words(other.send("secure_back", reference))
    brought = words(desk.send("secure_back", reference))
    caller.listen()
    shown = words(desk.client.get(address))

    assert ["Bring the caller back" in one for one in offered] == [True, False]
    assert "No caller of yours" in refused
    assert "on their way back to you" in brought
    assert caller.heard.dialled == "+15105550160"
    assert "Brought back" in shown
    assert "comes back to (510) 555-0160" in shown
    assert "Bring the caller back" not in shown
    assert "No caller of yours" in words(desk.send("secure_back", reference))
    assert not list_payments(numbers=account.numbers).payments


@pytest.mark.parametrize(("pays", "said"), [(True, "Paid"), (False, "Came back without paying")])
def test_what_was_asked_in_a_call_that_is_forgotten_is_shown_still(
    desk_of, account, caller, pays, said
):
    desk = taken(desk_of, account)
    address = desk.do("send_secure", amount="45.10", **OWN).redirect_chain[-1][0]
    caller.listen()
    if pays:
        caller.press("1")
        caller.give_card("7391")
        caller.press("1")
    else:
        caller.press("9")
    models.Call.objects.update(started_at=timezone.now() - KEPT - timedelta(days=1))
    sweep()

    shown = desk.client.get(address)

    assert not models.SecureLine.objects.exists()
    assert shown.status_code == 200
    assert said in words(shown)
    assert "The call is over" in words(shown)
    assert "Comes back to" not in words(shown)


def test_who_hangs_up_is_seen_to_have(desk_of, account, caller):
    desk = taken(desk_of, account)
    address = desk.do("send_secure", amount="45.10", **OWN).redirect_chain[-1][0]
    caller.listen()
    caller.hang_up()

    shown = words(desk.client.get(address))

    assert "Hung up" in shown
    assert "The call is over" in shown


def test_a_link_of_another_account_is_not_found(desk_of, account, caller):
    desk = taken(desk_of, account)
    address = desk.do("send_secure", amount="45.10", **OWN).redirect_chain[-1][0]
    reference = address.rstrip("/").rsplit("/", 1)[1]
    other = desk_of(Role.REPRESENTATIVE, account=an_account())

    assert other.get("secure_line", reference).status_code == 404
    assert desk.get("link", reference)["Location"] == address
    assert desk.get("secure_line", "L-NONE").status_code == 404
    assert "is no link" in words(desk.send("resend_link", reference))
