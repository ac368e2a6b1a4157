"""The sandbox gateway: what the cents of an amount make it do."""

import pytest

from openmember.kernel.sql import fetch_all
from openmember.payments.gateways import get_gateway
from openmember.payments.gateways.protocol import Charge, DeclineReason, Outcome
from openmember.payments.gateways.sandbox import SandboxGateway
from openmember.payments.gateways.terminal import get_terminal, has_terminal
from openmember.payments.types import Method

pytestmark = pytest.mark.django_db
gateway = SandboxGateway()


def a_charge(cents: int = 40_00, key: str = "P-1", method: Method = Method.CARD) -> Charge:
    return Charge(
        key=key, amount_cents=cents, method=method, description=key, return_url="", cancel_url=""
    )


def time_passes() -> None:
    """Make every answer that is late due now."""
    fetch_all("UPDATE payments_sandbox_charge SET answers_at = now(), notify_at = now()")


@pytest.mark.parametrize(
    ("method", "tender"),
    [(Method.CARD, "Test card ending 4242"), (Method.ACH, "Test bank account ending 6789")],
)
def test_an_ordinary_amount_is_approved(method, tender):
    answer = gateway.charge(a_charge(method=method))

    assert (answer.outcome, answer.tender) == (Outcome.APPROVED, tender)


@pytest.mark.parametrize(
    ("cents", "reason"),
    [(40_01, DeclineReason.INSUFFICIENT_FUNDS), (40_02, DeclineReason.EXPIRED_CARD)],
)
def test_one_and_two_cents_are_declined(cents, reason):
    answer = gateway.charge(a_charge(cents))

    assert (answer.outcome, answer.reason) == (Outcome.DECLINED, reason)


def test_three_cents_lose_the_answer_but_not_the_charge():
    charge = a_charge(40_03)

    assert gateway.charge(charge).outcome is Outcome.UNKNOWN
    assert gateway.ask(charge).outcome is Outcome.APPROVED


def test_four_cents_lose_the_request():
    charge = a_charge(40_04)

    assert gateway.charge(charge).outcome is Outcome.UNKNOWN
    assert gateway.ask(charge).reason == DeclineReason.NOT_RECEIVED


def test_a_charge_declined_for_not_arriving_can_no_longer_happen():
    charge = a_charge(40_00)
    gateway.ask(charge)

    assert gateway.charge(charge).outcome is Outcome.DECLINED


def test_five_cents_answer_and_tell_it_once_more():
    charge = a_charge(40_05)

    first = gateway.charge(charge)
    told = gateway.list_notifications()

    assert first.outcome is Outcome.APPROVED
    assert [(key, answer.outcome) for key, answer in told] == [(charge.key, Outcome.APPROVED)]


def test_six_cents_answer_late_of_their_own_accord():
    charge = a_charge(40_06)

    assert gateway.charge(charge).outcome is Outcome.PENDING
    assert gateway.list_notifications() == ()
    time_passes()
    assert [key for key, answer in gateway.list_notifications()] == [charge.key]


def test_a_notification_is_told_once():
    gateway.charge(a_charge(40_05))
    gateway.list_notifications()

    assert gateway.list_notifications() == ()


def test_the_same_key_is_the_same_charge():
    first = gateway.charge(a_charge(40_00))

    assert gateway.charge(a_charge(40_00)) == first


def test_refunds_come_off_what_is_left():
    charge = a_charge(40_00)
    gateway.charge(charge)

    assert gateway.refund(charge, key="R-1", amount_cents=30_00).outcome is Outcome.APPROVED
    assert gateway.refund(charge, key="R-2", amount_cents=10_01).outcome is Outcome.DECLINED
    assert gateway.refund(charge, key="R-3", amount_cents=10_00).outcome is Outcome.APPROVED


def test_a_refund_asked_for_twice_leaves_once():
    charge = a_charge(40_00)
    gateway.charge(charge)

    gateway.refund(charge, key="R-1", amount_cents=40_00)

    assert gateway.refund(charge, key="R-1", amount_cents=40_00).outcome is Outcome.APPROVED


def test_what_has_not_answered_can_be_closed_for_good():
    charge = a_charge(40_06)
    gateway.charge(charge)

    closed = gateway.close(charge)
    time_passes()

    assert (closed.outcome, closed.reason) == (Outcome.DECLINED, DeclineReason.ABANDONED)
    assert gateway.charge(charge).outcome is Outcome.DECLINED


def test_what_has_answered_is_as_it_was():
    charge = a_charge(40_00)
    gateway.charge(charge)

    assert gateway.close(charge).outcome is Outcome.APPROVED


class VendorTerminal(SandboxGateway):
    """Stands for a vendor's adapter."""

    name = "terminal"


def test_a_vendors_terminal_is_used_beside_a_real_gateway(settings, cleared):
    settings.PAYMENT_GATEWAY = "stripe"
    assert not has_terminal()

    settings.PAYMENT_TERMINAL = f"{__name__}.VendorTerminal"

    assert has_terminal()
    assert isinstance(get_terminal(), VendorTerminal)


@pytest.fixture
def cleared():
    get_gateway.cache_clear()
    yield
    get_gateway.cache_clear()
