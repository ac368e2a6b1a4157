"""What the line takes from a carrier, and what it refuses."""

import json
import logging

import pytest
from django.test import Client
from django.urls import reverse

from openmember.payments.jobs import check_books
from openmember.payments.testing import TODAY
from openmember.phone import memory, models, paying
from openmember.phone.simulator.carrier import Carrier, LineRefused
from openmember.phone.simulator.markup import read
from openmember.phone.tests.callers import BIRTH
from openmember.phone.webhooks.signature import address_of

pytestmark = pytest.mark.django_db
VOICE = address_of("/phone/voice/")


def send(carrier: Carrier, name: str, *args: int, **sent: str) -> str:
    return carrier.post(address_of(reverse(f"phone:{name}", args=args)), sent)


def test_a_forged_signature_is_refused():
    for signature in ("", "bm90IGl0", "A" * 200):
        with pytest.raises(LineRefused, match="403"):
            Carrier().post(VOICE, {}, signature=signature)

    assert not models.Call.objects.exists()


def test_a_signature_of_other_keys_is_refused(dial):
    from django.conf import settings
    from twilio.request_validator import RequestValidator

    caller = dial()
    address = address_of(reverse("phone:step", args=[1]))
    values = {"CallSid": caller.carrier.sid, "From": caller.carrier.caller, "Digits": "1"}
    signed = RequestValidator(settings.PHONE_AUTH_TOKENS[0]).compute_signature(address, values)

    with pytest.raises(LineRefused, match="403"):
        caller.carrier.post(address, {"Digits": "2"}, signature=signed)


def test_a_signature_for_another_step_is_refused(dial):
    from django.conf import settings
    from twilio.request_validator import RequestValidator

    caller = dial()
    values = {"CallSid": caller.carrier.sid, "From": caller.carrier.caller, "Digits": "1"}
    other = address_of(reverse("phone:step", args=[2]))
    signed = RequestValidator(settings.PHONE_AUTH_TOKENS[0]).compute_signature(other, values)

    with pytest.raises(LineRefused, match="403"):
        caller.carrier.post(
            address_of(reverse("phone:step", args=[1])), {"Digits": "1"}, signature=signed
        )


def test_the_carrier_of_the_token_before_is_still_heard(settings):
    settings.PHONE_AUTH_TOKENS = ("new", *settings.PHONE_AUTH_TOKENS)
    carrier = Carrier()
    settings.PHONE_AUTH_TOKENS = settings.PHONE_AUTH_TOKENS[::-1]

    assert carrier.call().verb == "Gather"


def test_the_other_header_of_the_scheme_is_read():
    from django.conf import settings
    from twilio.request_validator import RequestValidator

    values = {"CallSid": "CA1", "From": "+15105550142"}
    signed = RequestValidator(settings.PHONE_AUTH_TOKENS[0]).compute_signature(VOICE, values)

    answer = Client(headers={"X-SignalWire-Signature": signed}).post("/phone/voice/", values)

    assert answer.status_code == 200


def test_without_a_carrier_there_is_no_line(settings):
    settings.PHONE_AUTH_TOKENS = ()

    assert Client().post("/phone/voice/", {"CallSid": "CA1"}).status_code == 404


def test_a_step_asked_again_is_answered_the_same_and_done_once(dial):
    caller = dial()
    first = send(caller.carrier, "step", 1, Digits="1")

    assert send(caller.carrier, "step", 1, Digits="1") == first
    # Even with other keys: what was answered is answered.
    assert send(caller.carrier, "step", 1, Digits="3") == first
    assert models.Call.objects.get().step == 2


def test_the_first_step_asked_again_is_answered_the_same():
    carrier = Carrier()

    assert send(carrier, "voice") == send(carrier, "voice")
    assert models.Call.objects.count() == 1


@pytest.mark.parametrize("step", [1, 4, 99])
def test_a_replay_of_a_step_long_gone_and_one_not_reached_are_refused(dial, step):
    caller = dial()
    caller.press("1", "1")

    with pytest.raises(LineRefused, match="409"):
        send(caller.carrier, "step", step, Digits="1")


def test_a_call_nobody_began_is_refused():
    with pytest.raises(LineRefused, match="409"):
        send(Carrier(), "step", 1, Digits="1")


def test_the_step_that_charges_sent_five_times_charges_once(dial, home):
    caller = dial()
    caller.press("1", "1", home.number, "1", BIRTH, "1", "1")
    caller.give_card()
    paying = caller.carrier.press("1")

    answers = {caller.carrier.post(paying.action, {}) for _ in range(5)}

    assert len(answers) == 1
    assert len(home.payments) == 1
    assert home.owed_cents == 0
    assert check_books() == ()


def test_a_charge_whose_answer_was_lost_is_not_made_again(dial, home):
    caller = dial()
    caller.press("1", "1", home.number, "1", BIRTH, "1", "1")
    caller.give_card()
    paying = caller.carrier.press("1")
    before = models.Call.objects.values().get()
    first = caller.carrier.post(paying.action, {})
    # The process dies after the charge and before it keeps the step.
    kept = {name: before[name] for name in ("step", "state", "memory", "answer", "payment_key")}
    models.Call.objects.update(**kept)

    again = caller.carrier.post(paying.action, {})

    assert again == first
    assert len(home.payments) == 1


def test_the_carrier_is_asked_for_a_token_and_never_told_to_charge(dial, home):
    caller = dial()
    caller.press("1", "1", home.number, "2", "4510#", "1")
    markup = send(caller.carrier, "step", 7, Digits="1")

    assert 'chargeAmount="0"' in markup
    assert 'paymentMethod="credit-card"' in markup
    assert 'tokenType="payment-method"' in markup


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("caller-interrupted-with-star", "You stopped"),
        ("too-many-failed-attempts", "did not work"),
        ("payment-connector-error", "did not work"),
    ],
)
def test_a_capture_that_failed_asks_how_to_pay_again(dial, home, result, said):
    caller = dial()
    caller.press("1", "1", home.number, "2", "4510#", "1", "1")

    heard = caller.give_card("4242", result)

    assert said in heard.text
    assert "bank account, press 2" in heard.text
    assert home.payments == ()


def test_nothing_typed_or_captured_is_kept_or_logged(dial, home, caplog):
    caplog.set_level(logging.DEBUG)
    card = "4000056655665556"
    caller = dial()
    caller.press("1", "1", home.number, "1", BIRTH, "1", "1")
    # A carrier that masks nothing, by mistake.
    send(caller.carrier, "step", 9, Result="success", PaymentToken="pm_1", PaymentCardNumber=card)

    kept = json.dumps([*models.Call.objects.values()], default=str)
    assert "5556" in kept
    assert card[:12] not in kept
    assert "05171970" not in kept
    logged = caplog.text
    for secret in (home.account.number, "05171970", card[:12], caller.carrier.caller, "pm_1"):
        assert secret not in logged


def test_no_address_holds_anything_of_the_caller(dial, home):
    caller = dial()
    caller.press("1", "1", home.number)

    assert caller.carrier.heard.action == address_of("/phone/steps/4/")


@pytest.mark.parametrize("typed", ["abc", "1" * 200, "１", "' OR 1=1", "5w5"])
def test_keys_that_no_telephone_has_change_nothing(dial, typed):
    caller = dial()
    caller.press("1", "1")

    heard = read(send(caller.carrier, "step", 3, Digits=typed))

    assert heard.verb == "Gather"
    assert models.Call.objects.get().state == "number"


def test_a_carrier_needs_no_token_of_a_form():
    from django.conf import settings
    from twilio.request_validator import RequestValidator

    values = {"CallSid": "CA1"}
    signed = RequestValidator(settings.PHONE_AUTH_TOKENS[0]).compute_signature(VOICE, values)
    client = Client(enforce_csrf_checks=True, headers={"X-Twilio-Signature": signed})

    assert client.post("/phone/voice/", values).status_code == 200
    assert client.get("/phone/voice/").status_code == 405


def test_a_decline_asked_for_again_is_not_tried_again(dial, home):
    caller = dial()
    caller.press("1", "1", home.number, "2", "4501#", "1", "1")
    caller.give_card()
    caller.carrier.press("1")
    row = models.Call.objects.get()
    call = memory.from_json(row.memory)

    said = [
        paying.charge(digest=row.digest, call=call, account=home.account, today=TODAY)
        for _ in range(3)
    ]

    assert {one.outcome for one in said} == {"declined"}
    assert len(home.payments) == 1
