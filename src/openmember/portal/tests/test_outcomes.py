"""What becomes of a payment at the gateway, and what its payer is told. The cents choose the outcome."""

import pytest

from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all
from openmember.payments.gateways.protocol import DeclineReason
from openmember.payments.services.corrections import reverse_payment
from openmember.payments.testing import TESTER, a_payment
from openmember.payments.types import Channel, Method, Status
from openmember.payments.words import CHANNELS, DECLINES, LINES, METHODS
from openmember.portal.tests.conftest import in_days


def page_of(holder, response) -> str:
    return holder.client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("amount", "advice"),
    [("20.01", "There was not enough money available."), ("20.02", "The card has expired.")],
)
def test_a_declined_payment_says_why_and_takes_nothing(holder, amount, advice):
    holder.bill(40_00)
    holder.choose(what="amount", amount=amount)

    text = page_of(holder, holder.confirm())

    assert "Nothing was taken." in text
    assert advice in text
    assert holder.balance().owed_cents == 40_00


def test_after_a_decline_another_way_is_a_new_payment(holder):
    holder.choose(what="amount", amount="20.01")
    declined_key = holder.key("pay_confirm")
    declined = holder.confirm(declined_key)
    assert 'href="/pay/how/"' in page_of(holder, declined)

    holder.post("pay_how", method="ach")

    assert holder.key("pay_confirm") != declined_key
    assert holder.confirm(declined_key)["Location"] == declined["Location"]
    assert len(holder.payments()) == 1


def test_a_lost_answer_is_asked_for_and_found(holder):
    holder.bill(20_03)
    holder.choose(what="all")

    response = holder.confirm()
    assert holder.payment(response).status is Status.UNKNOWN
    text = page_of(holder, response)

    assert "Payment receipt" in text
    assert holder.balance().owed_cents == 0


def test_a_request_that_never_arrived_is_declined_and_can_be_sent_again(holder):
    holder.choose(what="amount", amount="20.04")

    text = page_of(holder, holder.confirm())

    assert "The payment never reached the bank." in text
    assert 'href="/pay/how/"' in text


@pytest.fixture
def waiting(holder):
    """A payment whose answer comes in twenty seconds."""
    holder.bill(20_06)
    holder.choose(what="all")
    return holder.confirm()


def test_while_the_bank_is_asked_nobody_is_invited_to_pay_again(holder, waiting):
    text = page_of(holder, waiting)

    assert "We are checking your payment" in text
    assert "Please do not pay again" in text
    assert 'hx-trigger="every 4s"' in text
    assert "Look again now" in text
    assert "/pay/how/" not in text


def test_the_account_and_the_first_step_warn_of_a_payment_under_way(holder, waiting):
    for page in ("account", "pay"):
        text = holder.get(page).content.decode()
        assert "A payment of $20.06 has not been confirmed yet." in text
        assert waiting["Location"] in text


def test_paying_the_same_again_meanwhile_leads_to_the_payment_under_way(holder, waiting):
    holder.post("pay", what="all")

    assert holder.get("pay_how")["Location"] == waiting["Location"]
    assert holder.get("pay_confirm")["Location"] == waiting["Location"]
    assert len(holder.payments()) == 1


def test_the_waiting_page_looks_again_and_then_shows_the_receipt(holder, waiting):
    ask = {"headers": {"HX-Request": "true"}}
    part = holder.client.get(waiting["Location"], **ask)
    assert "<html" not in part.content.decode()

    fetch_all("UPDATE payments_sandbox_charge SET answers_at = now()")  # as if time had passed

    assert holder.client.get(waiting["Location"], **ask)["HX-Redirect"] == waiting["Location"]
    assert "Payment receipt" in page_of(holder, waiting)
    assert holder.get("pay_confirm")["Location"] == "/pay/"


def test_a_returned_payment_no_longer_says_thank_you(holder):
    payment = a_payment(holder.account, 20_00)
    reverse_payment(
        payment=payment, to=Status.RETURNED, reversed_on=in_days(0), reason="R01", actor=TESTER
    )

    text = holder.get("payment", payment.reference).content.decode()

    assert "Returned payment" in text
    assert "Thank you" not in text


def test_every_value_has_its_words():
    assert set(DECLINES) == set(DeclineReason)
    assert set(CHANNELS) == set(Channel)
    assert set(METHODS) == set(Method)
    assert set(LINES) == set(Line)
