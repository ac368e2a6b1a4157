"""Kept cards against the double of Stripe: typed once, charged later, and what a network can do to that."""

from dataclasses import replace

import pytest
from tests.doubles.stripe import NO_FUNDS_CARD
from tests.doubles.stripe_cards import HOLDER_WANTED_CARD
from tests.doubles.stripe_http import Fault, StripeServer

from openmember.payments.gateways.protocol import Charge, Concern, DeclineReason, Outcome
from openmember.payments.gateways.stripe import StripeGateway
from openmember.payments.gateways.stripe.client import client_of
from openmember.payments.gateways.stripe.kept import StripeKeptCards
from openmember.payments.types import Method


@pytest.fixture
def keeper(server: StripeServer) -> StripeKeptCards:
    return StripeKeptCards(client_of("sk_test", server.url, (1, 0.3)))


def typed(keeper: StripeKeptCards, server: StripeServer, **card: str) -> Charge:
    """Return a charge of a card that was typed on the page."""
    page = keeper.ask_for_card(
        key="1",
        return_url="https://plan.example/card",
        cancel_url="https://plan.example/",
        language="es",
    )
    server.double.card_is_typed(page.reference, **card)
    kept = keeper.find_card(page.reference)
    return Charge(
        key="P-7KQ2-M9XA-4", amount_cents=125_00, method=Method.CARD, description="P-7KQ2-M9XA-4",
        return_url="", cancel_url="", kept_card=kept.token,
    )  # fmt: skip


def test_a_card_is_typed_on_stripes_page_and_known_by_its_last_digits(keeper, server):
    page = keeper.ask_for_card(
        key="1", return_url="https://a", cancel_url="https://b", language="es"
    )
    before = keeper.find_card(page.reference)
    server.double.card_is_typed(page.reference)

    assert page.redirect_url == f"{server.url}/pay/{page.reference}"
    assert server.double.session(page.reference)["locale"] == "es"
    assert before is None
    assert keeper.find_card(page.reference).tender == "Visa ending 4242"


def test_a_kept_card_is_charged_once_for_a_key(keeper, server):
    charge = typed(keeper, server)

    first, again = keeper.charge(charge), keeper.charge(charge)

    assert (first.outcome, first.tender) == (Outcome.APPROVED, "Visa ending 4242")
    assert again == first
    assert [one["status"] for one in server.double.intents.values()] == ["succeeded"]


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        (NO_FUNDS_CARD, DeclineReason.INSUFFICIENT_FUNDS),
        (HOLDER_WANTED_CARD, DeclineReason.CARD_DECLINED),
    ],
)
def test_a_card_that_went_bad_is_declined_however_often_it_is_asked(keeper, server, card, reason):
    charge = typed(keeper, server)
    server.double.card_goes_bad(card)

    answers = [keeper.charge(charge), keeper.charge(charge), keeper.ask(charge)]

    assert {(answer.outcome, answer.reason) for answer in answers} == {(Outcome.DECLINED, reason)}


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.SILENCE])
def test_an_answer_that_was_lost_is_asked_for(keeper, server, fault):
    charge = typed(keeper, server)
    server.fails_next(fault)

    lost = keeper.charge(charge)

    assert lost.outcome is Outcome.UNKNOWN
    assert keeper.ask(charge).outcome is Outcome.APPROVED


def test_a_request_that_never_arrived_is_declined_and_can_no_longer_happen(keeper, server):
    charge = typed(keeper, server)
    server.fails_next(Fault.REQUEST_LOST)
    keeper.charge(charge)

    answer = keeper.ask(charge)

    assert (answer.outcome, answer.reason) == (Outcome.DECLINED, DeclineReason.NOT_RECEIVED)
    assert keeper.charge(charge).outcome is not Outcome.APPROVED
    assert all(one["status"] != "succeeded" for one in server.double.intents.values())


def test_a_charge_that_never_arrived_is_declined_whoever_asks_and_however_often(keeper, server):
    charge = typed(keeper, server)
    server.fails_next(Fault.REQUEST_LOST)
    keeper.charge(charge)

    outcomes = {keeper.ask(charge).outcome for _ in range(3)}

    assert outcomes == {Outcome.DECLINED}


def test_a_charge_is_given_back_in_part(keeper, server):
    charge = typed(keeper, server)
    charge = replace(charge, gateway_reference=keeper.charge(charge).reference)

    answer = keeper.refund(charge, key="R-1", amount_cents=25_00)

    assert answer.outcome is Outcome.APPROVED
    assert server.double.intents[charge.gateway_reference]["refunded"] == 25_00


def test_a_dispute_of_a_kept_card_names_the_payment(keeper, server):
    charge = typed(keeper, server)
    intent = keeper.charge(charge).reference
    server.double.payer_disputes(intent)
    gateway = StripeGateway(
        secret_key="sk_test", webhook_secret=server.double.webhook_secret,
        site_url="https://plan.example", api_base=server.url, timeout_seconds=(1, 0.3),
    )  # fmt: skip

    found = gateway.read(*server.double.signed(server.double.events[-1]))

    assert (found.concern, found.key) == (Concern.DISPUTE, charge.key)
