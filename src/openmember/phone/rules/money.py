"""The part of a call that pays: amount, card or bank, the carrier's capture, once more aloud, the charge."""

from dataclasses import replace

from openmember.phone.rules import entries
from openmember.phone.rules.menus import TRIES
from openmember.phone.rules.moving import go, leave, misunderstood, person
from openmember.phone.types import Call, Caught, Known, Left, Said, State, Turn

METHODS = {"1": "card", "2": "ach"}
# Who is declined more often in one call is trying cards out.
CHARGES = 3


def pay_due(call: Call) -> Turn:
    """Pay what was just heard."""
    return go(replace(call, amount_cents=call.owed.due_cents if call.owed else 0), State.METHOD)


def enter_amount(call: Call, keys: str, known: Known) -> Turn:
    """Take an amount, to be heard and agreed to."""
    cents = entries.cents_typed(keys)
    if cents is not None:
        return go(replace(call, amount_cents=cents), State.CHECK)
    call = replace(call, tries=call.tries + 1)
    if call.tries >= TRIES:
        return person(call)
    limits = {"least_cents": entries.LEAST_CENTS, "most_cents": entries.MOST_CENTS}
    return go(call, State.AMOUNT, Said("amount_wrong", limits))


def choose_method(call: Call, keys: str, known: Known) -> Turn:
    """Hand the caller to the carrier's secure capture."""
    if keys not in METHODS:
        return misunderstood(call)
    return go(replace(call, method=METHODS[keys]), State.CAPTURE)


def caught(call: Call, answer: Caught | None) -> Turn:
    """Go on with the token of a capture, or ask how to pay once more."""
    if answer and answer.done:
        card = replace(call, token=answer.token, last_four=answer.last_four, captures=0)
        return go(card, State.CONFIRM)
    if answer and answer.stopped:
        return go(call, State.METHOD, Said("capture_stopped"))
    call = replace(call, captures=call.captures + 1)
    if call.captures >= TRIES:
        return person(call, Said("capture_failed"))
    return go(call, State.METHOD, Said("capture_failed"))


def confirm(call: Call, keys: str, known: Known) -> Turn:
    """Pay, once the caller heard the amount and the last four digits and pressed 1."""
    if keys == "2" and not call.is_secure:
        return go(replace(call, token="", last_four=""), State.AMOUNT)
    if keys != "1":
        return misunderstood(call)
    if call.charges - call.charges_before >= CHARGES:
        return person(call, Said("charges_stop"))
    return go(replace(call, charges=call.charges + 1), State.PAYING)


def take(call: Call, known: Known) -> Turn:
    """Say what became of the payment."""
    paid = known.paid
    if paid is None:
        return person(call, Said("pay_refused"))
    call = replace(call, token="", reference=paid.reference)
    if call.is_secure and paid.outcome != "declined":
        return _paid_securely(call, paid.outcome)
    match paid.outcome:
        case "accepted":
            return go(call, State.RECEIPT)
        case "waiting":
            return go(call, State.ENDED, Said("pay_waiting", {"receipt_spelled": paid.reference}))
        case "declined":
            known_reasons = {"insufficient_funds", "expired_card"}
            why = paid.reason if paid.reason in known_reasons else "card_declined"
            return go(call, State.METHOD, Said(f"declined_{why}"))
    return person(call, Said("pay_refused"))


def _paid_securely(call: Call, outcome: str) -> Turn:
    """Say what became of it, and bring the caller back to the person."""
    values: dict[str, str | int] = {
        "amount_cents": call.amount_cents,
        "last_digits": call.last_four,
        "receipt_spelled": call.reference,
    }
    if outcome == "accepted":
        return leave(call, Left.PAID, Said("receipt", values))
    if outcome == "waiting":
        said = Said("secure_waiting", {"receipt_spelled": call.reference})
        return leave(call, Left.WAITING, said)
    return leave(call, Left.REFUSED, Said("pay_refused"))
