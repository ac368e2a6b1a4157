"""Refunds through Stripe: each once, never more than was charged, and slow to a bank account."""

from dataclasses import replace

import pytest
from tests.doubles.stripe_http import Fault

from openmember.payments.gateways.protocol import Charge, Outcome
from openmember.payments.types import Method

CHARGE = Charge(
    key="P-7KQ2-M9XA-4",
    amount_cents=125_00,
    method=Method.CARD,
    description="P-7KQ2-M9XA-4",
    return_url="",
    cancel_url="",
)


def opened(gateway, charge: Charge = CHARGE) -> Charge:
    return replace(charge, gateway_reference=gateway.charge(charge).reference)


def paid(gateway, server) -> Charge:
    charge = opened(gateway)
    server.double.card_pays(charge.gateway_reference)
    return charge


def test_a_refund_to_a_card_leaves_at_once(gateway, server):
    charge = paid(gateway, server)

    answer = gateway.refund(charge, key="R-1", amount_cents=25_00)

    assert answer.outcome is Outcome.APPROVED
    assert answer.reference in server.double.refunds


def test_a_refund_asked_for_twice_leaves_once(gateway, server):
    charge = paid(gateway, server)

    assert gateway.refund(charge, key="R-1", amount_cents=25_00) == gateway.refund(
        charge, key="R-1", amount_cents=25_00
    )
    assert len(server.double.refunds) == 1


def test_a_refund_whose_answer_was_lost_leaves_once(gateway, server):
    charge = paid(gateway, server)
    server.fails_next(Fault.ANSWER_LOST)
    lost = gateway.refund(charge, key="R-1", amount_cents=25_00)

    again = gateway.refund(charge, key="R-1", amount_cents=25_00)

    assert (lost.outcome, again.outcome) == (Outcome.UNKNOWN, Outcome.APPROVED)
    assert len(server.double.refunds) == 1


def test_more_than_was_charged_cannot_be_refunded(gateway, server):
    charge = paid(gateway, server)
    gateway.refund(charge, key="R-1", amount_cents=100_00)

    assert gateway.refund(charge, key="R-2", amount_cents=25_01).outcome is Outcome.DECLINED


def test_a_charge_that_was_never_paid_cannot_be_refunded(gateway, server):
    charge = opened(gateway)

    assert gateway.refund(charge, key="R-1", amount_cents=1_00).outcome is Outcome.DECLINED


@pytest.mark.parametrize(
    ("fails", "outcome"), [(False, Outcome.APPROVED), (True, Outcome.DECLINED)]
)
def test_a_refund_to_a_bank_account_is_pending_until_the_bank_answers(
    gateway, server, fails, outcome
):
    charge = opened(gateway, replace(CHARGE, method=Method.ACH))
    server.double.bank_account_pays(charge.gateway_reference)
    server.double.bank_answers(charge.gateway_reference)
    before = gateway.refund(charge, key="R-1", amount_cents=25_00)

    server.double.bank_takes_refund(before.reference, fails=fails)

    assert before.outcome is Outcome.PENDING
    assert gateway.refund(charge, key="R-1", amount_cents=25_00).outcome is outcome
