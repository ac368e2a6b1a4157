"""A turn as the carrier's markup. Addresses hold the step and nothing of the caller."""

from collections.abc import Iterable

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from twilio.twiml.voice_response import Dial, Gather, Pay, VoiceResponse

from openmember.phone.prompts import Spoken, prompts_in, speak
from openmember.phone.types import Call, State, Turn
from openmember.phone.webhooks.signature import address_of

# Typed and ended with #; everything else is one key.
ENTRIES = {
    State.NUMBER, State.FACTOR, State.AMOUNT, State.LOST_MRN, State.LOST_BIRTH, State.LOST_ZIP,
}  # fmt: skip
ONWARD = {State.FETCHING, State.PAYING, State.PERSON}
MENU_SECONDS, ENTRY_SECONDS = 8, 12
# A relay operator types to the caller what was said and waits; the rules ask again for ever.
RELAY_SECONDS, RELAY_PAUSE_SECONDS = 60, 2
RING_SECONDS = 60
CAPTURES = {"card": "credit-card", "ach": "ach-debit"}


def render(turn: Turn, *, step: int, organisation: str) -> str:
    """Return what the carrier does now; its next message goes to `step`."""
    call, response = turn.call, VoiceResponse()
    spoken = [speak(said, call.language, organisation) for said in turn.says]
    after = address_of(reverse("phone:step", args=[step]))
    if call.state in ONWARD:
        _say(response, spoken, call)
        response.redirect(after, method="POST")
    elif call.state is State.CAPTURE:
        _say(response, spoken, call)
        response.append(_capture(call, after))
    elif call.state is State.TRANSFER:
        _say(response, spoken, call)
        dial = Dial(action=after, method="POST", timeout=RING_SECONDS)
        dial.number(turn.dial)
        response.append(dial)
    elif call.state is State.ENDED:
        _say(response, spoken, call)
        response.hangup()
    else:
        gather = _gather(call, after)
        _say(gather, spoken, call)
        response.append(gather)
    return str(response)


def hang_up() -> str:
    """Return the end of a call that is not ours to go on with."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def _gather(call: Call, after: str) -> Gather:
    is_entry = call.state in ENTRIES
    seconds = ENTRY_SECONDS if is_entry else MENU_SECONDS
    return Gather(
        action=after,
        method="POST",
        input="dtmf",
        action_on_empty_result=True,
        timeout=RELAY_SECONDS if call.is_relay else seconds,
        finish_on_key="#" if is_entry else "",
        **({} if is_entry else {"num_digits": 1}),
    )


def _capture(call: Call, after: str) -> Pay:
    """Ask for a token and for no charge, so that the amount is agreed to before anything is taken."""
    return Pay(
        action=after,
        payment_connector=settings.PHONE_PAY_CONNECTOR,
        payment_method=CAPTURES[call.method],
        token_type=settings.PHONE_PAY_TOKEN,
        charge_amount="0",
        language=prompts_in(call.language).language,
        timeout=RELAY_SECONDS if call.is_relay else ENTRY_SECONDS,
        max_attempts=3,
        **({"bank_account_type": "consumer-checking"} if call.method == "ach" else {}),
    )


def _say(verb: VoiceResponse | Gather, spoken: Iterable[Spoken], call: Call) -> None:
    for one in spoken:
        if one.audio:
            is_path = "://" not in one.audio
            verb.play(address_of(static(one.audio)) if is_path else one.audio)
        else:
            verb.say(one.text, language=one.language, voice=one.voice or None)
        if call.is_relay:
            verb.pause(length=RELAY_PAUSE_SECONDS)
