"""The Stripe gateway against the double of Stripe: answers, and failures of the network."""

import threading
import time
from dataclasses import replace

import pytest
from tests.doubles.stripe import EXPIRED_CARD, NO_FUNDS_CARD
from tests.doubles.stripe_http import Fault, StripeServer

from openmember.payments.gateways.protocol import Answer, Charge, DeclineReason, Outcome
from openmember.payments.gateways.stripe import StripeGateway
from openmember.payments.gateways.stripe.pages import Pages
from openmember.payments.types import Method

CHARGE = Charge(
    key="P-7KQ2-M9XA-4",
    amount_cents=125_00,
    method=Method.CARD,
    description="P-7KQ2-M9XA-4",
    return_url="https://plan.example/paid",
    cancel_url="https://plan.example/back",
)
HALF_AN_HOUR = 31 * 60


def known(charge: Charge, answer: Answer) -> Charge:
    """Return the charge as it is after its answer was kept."""
    return replace(charge, gateway_reference=answer.reference)


def paid(gateway: StripeGateway, server: StripeServer, charge: Charge = CHARGE) -> Charge:
    charge = known(charge, gateway.charge(charge))
    server.double.card_pays(charge.gateway_reference)
    return charge


def test_a_charge_hands_back_stripes_page(gateway, server):
    answer = gateway.charge(CHARGE)

    assert answer.outcome is Outcome.PENDING
    assert answer.redirect_url == f"{server.url}/pay/{answer.reference}"


def test_the_page_knows_the_payment_by_its_reference_and_the_amount_in_cents(gateway, server):
    session = server.double.session(gateway.charge(CHARGE).reference)

    assert session["client_reference_id"] == CHARGE.key
    assert session["amount_total"] == 125_00


@pytest.mark.parametrize(
    ("language", "locale"), [("en", "en"), ("es", "es"), ("zh-hant", "zh-TW"), ("fr", "auto")]
)
def test_the_page_is_in_the_payers_language(gateway, server, language, locale):
    answer = gateway.charge(replace(CHARGE, language=language))

    assert server.double.session(answer.reference)["locale"] == locale


@pytest.mark.parametrize(
    ("method", "shown"), [(Method.CARD, "card"), (Method.ACH, "us_bank_account")]
)
def test_the_page_offers_what_was_chosen(gateway, server, method, shown):
    answer = gateway.charge(replace(CHARGE, method=method))

    assert server.double.session(answer.reference)["payment_method_types"] == [shown]


def test_the_same_charge_twice_is_one_page(gateway, server):
    assert gateway.charge(CHARGE) == gateway.charge(CHARGE)
    assert len(server.double.sessions) == 1


def test_a_charge_repeated_in_another_language_is_still_one_page(gateway, server):
    first = gateway.charge(CHARGE)

    again = gateway.charge(replace(CHARGE, language="es"))

    assert again.reference == first.reference
    assert again.redirect_url == first.redirect_url


def test_a_paid_page_is_approved_with_the_card_that_paid(gateway, server):
    answer = gateway.ask(paid(gateway, server))

    assert answer.outcome is Outcome.APPROVED
    assert answer.tender == "Visa ending 4242"


@pytest.mark.parametrize("card", [NO_FUNDS_CARD, EXPIRED_CARD])
def test_a_card_declined_on_the_page_leaves_it_open_for_another(gateway, server, card):
    charge = known(CHARGE, gateway.charge(CHARGE))
    server.double.card_pays(charge.gateway_reference, card)

    assert gateway.ask(charge).outcome is Outcome.PENDING


def test_an_open_page_is_pending_until_it_counts_as_abandoned(gateway, server):
    charge = known(CHARGE, gateway.charge(CHARGE))
    server.double.time_passes(29 * 60)

    assert gateway.ask(charge).outcome is Outcome.PENDING


def test_an_abandoned_page_is_closed_before_it_is_declined(gateway, server):
    charge = known(CHARGE, gateway.charge(CHARGE))
    server.double.time_passes(HALF_AN_HOUR)

    answer = gateway.ask(charge)

    assert (answer.outcome, answer.reason) == (Outcome.DECLINED, DeclineReason.ABANDONED)
    assert not server.double.card_pays(charge.gateway_reference)


def test_a_page_that_is_closed_can_be_paid_no_more(gateway, server):
    charge = known(CHARGE, gateway.charge(CHARGE))

    answer = gateway.close(charge)

    assert (answer.outcome, answer.reason) == (Outcome.DECLINED, DeclineReason.ABANDONED)
    assert not server.double.card_pays(charge.gateway_reference)


def test_a_charge_that_never_arrived_is_closed_for_good(gateway):
    assert gateway.close(CHARGE).reason == DeclineReason.NOT_RECEIVED
    assert gateway.charge(CHARGE).outcome is Outcome.DECLINED


def test_a_page_paid_before_it_is_closed_is_approved(gateway, server):
    assert gateway.close(paid(gateway, server)).outcome is Outcome.APPROVED


def test_a_page_paid_while_it_is_being_closed_is_approved(gateway, server, monkeypatch):
    charge = known(CHARGE, gateway.charge(CHARGE))
    find = Pages.find

    def find_and_be_paid(pages, charge):
        found = find(pages, charge)
        server.double.card_pays(charge.gateway_reference)
        return found

    monkeypatch.setattr(Pages, "find", find_and_be_paid)

    assert gateway.close(charge).outcome is Outcome.APPROVED


def test_a_debit_on_its_way_cannot_be_closed(gateway, server):
    charge = known(CHARGE, gateway.charge(CHARGE))
    server.double.bank_account_pays(charge.gateway_reference)

    assert gateway.close(charge).outcome is Outcome.PENDING


def test_a_page_paid_at_the_last_moment_is_approved(gateway, server):
    charge = paid(gateway, server)
    server.double.time_passes(HALF_AN_HOUR)

    assert gateway.ask(charge).outcome is Outcome.APPROVED


def test_a_bank_debit_is_pending_until_the_bank_answers(gateway, server):
    charge = replace(CHARGE, method=Method.ACH)
    charge = known(charge, gateway.charge(charge))
    server.double.bank_account_pays(charge.gateway_reference)
    before = gateway.ask(charge)

    server.double.bank_answers(charge.gateway_reference)

    assert before.outcome is Outcome.PENDING
    assert gateway.ask(charge).tender == "Test Bank account ending 6789"


def test_a_bank_debit_the_bank_refuses_is_declined_with_its_reason(gateway, server):
    charge = replace(CHARGE, method=Method.ACH)
    charge = known(charge, gateway.charge(charge))
    server.double.bank_account_pays(charge.gateway_reference)

    server.double.bank_answers(charge.gateway_reference, refusal="insufficient_funds")

    answer = gateway.ask(charge)
    assert (answer.outcome, answer.reason) == (
        Outcome.DECLINED,
        DeclineReason.INSUFFICIENT_FUNDS,
    )


def test_an_amount_stripe_does_not_take_is_declined_at_once(gateway):
    assert gateway.charge(replace(CHARGE, amount_cents=49)).outcome is Outcome.DECLINED


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
def test_no_answer_is_unknown_and_never_a_decline(gateway, server, fault):
    server.fails_next(fault)

    assert gateway.charge(CHARGE).outcome is Outcome.UNKNOWN


def test_nobody_at_the_other_end_is_unknown(server):
    gateway = StripeGateway(
        secret_key="sk_test",
        webhook_secret="",
        site_url="https://plan.example",
        api_base="http://127.0.0.1:1",
    )

    assert gateway.charge(CHARGE).outcome is Outcome.UNKNOWN
    assert gateway.ask(CHARGE).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.SILENCE])
def test_a_lost_answer_is_found_by_asking(gateway, server, fault):
    server.fails_next(fault)
    gateway.charge(CHARGE)

    answer = gateway.ask(CHARGE)

    assert answer.outcome is Outcome.PENDING
    assert answer.redirect_url


def test_a_page_is_found_among_more_than_one_list_of_them(gateway, server):
    server.fails_next(Fault.ANSWER_LOST)
    gateway.charge(CHARGE)
    for serial in range(120):
        gateway.charge(replace(CHARGE, key=f"P-{serial}"))

    assert server.double.session(gateway.ask(CHARGE).reference)["client_reference_id"] == CHARGE.key


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.TOO_MANY, Fault.SERVER_ERROR])
def test_a_charge_that_never_happened_is_declined_when_asked_about(gateway, server, fault):
    server.fails_next(fault)
    gateway.charge(CHARGE)

    answer = gateway.ask(CHARGE)

    assert (answer.outcome, answer.reason) == (Outcome.DECLINED, DeclineReason.NOT_RECEIVED)


def test_what_uses_a_key_up_is_no_page_for_a_payer(gateway, server):
    asked_by_a_clerk = replace(CHARGE, return_url="", cancel_url="")
    server.fails_next(Fault.REQUEST_LOST, Fault.ANSWER_LOST)
    gateway.charge(CHARGE)
    assert gateway.ask(asked_by_a_clerk).outcome is Outcome.UNKNOWN

    # The payer asks again while what the clerk used the key up with is still open.
    again = gateway.charge(replace(CHARGE, language="es"))

    assert (again.outcome, again.redirect_url) == (Outcome.DECLINED, "")
    assert gateway.ask(asked_by_a_clerk).outcome is Outcome.DECLINED
    assert not any(one["status"] == "open" for one in server.double.sessions.values())


def test_after_that_decline_a_late_request_opens_no_page(gateway, server):
    server.fails_next(Fault.LATE)
    late = threading.Thread(target=gateway.charge, args=(CHARGE,))
    late.start()
    while server.faults:  # Until the late one is on its way.
        time.sleep(0.01)

    answer = gateway.ask(CHARGE)
    late.join()

    assert answer.outcome is Outcome.DECLINED
    assert gateway.ask(CHARGE).outcome is Outcome.DECLINED
    assert not any(one["status"] == "open" for one in server.double.sessions.values())


def test_a_request_still_under_way_is_unknown_when_asked_about(gateway, server):
    started, finish = threading.Event(), threading.Event()

    def slow() -> tuple[int, dict[str, str]]:
        started.set()
        finish.wait(5)
        return 200, {}

    under_way = threading.Thread(target=server.double.once, args=(CHARGE.key, "charge", slow))
    under_way.start()
    started.wait(5)
    answer = gateway.ask(CHARGE)
    finish.set()
    under_way.join()

    assert answer.outcome is Outcome.UNKNOWN


def test_nothing_about_this_machine_is_sent(gateway):
    import stripe

    assert not stripe.enable_telemetry
