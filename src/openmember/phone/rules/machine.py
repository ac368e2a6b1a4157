"""From one state to the next.

Keys that mean the same everywhere: * repeats, 9 goes back, 0 asks for a person. In entries that end with #
they count when they stand alone.
"""

from collections.abc import Callable
from dataclasses import replace

from openmember.phone.rules import entries
from openmember.phone.rules.lost import give_birth, give_record_number, give_zip
from openmember.phone.rules.menus import LANGUAGES, TRIES, is_factor_open, menu_of
from openmember.phone.rules.money import caught, choose_method, confirm, enter_amount, pay_due, take
from openmember.phone.rules.moving import about, go, go_back, misunderstood, person
from openmember.phone.types import Call, Event, Known, Mistake, Need, Said, State, Turn

SILENCES = 3
NEEDS = {
    State.NUMBER: Need.NUMBER,
    State.FACTOR: Need.FACTOR,
    State.LOST_MRN: Need.MEMBER,
    State.LOST_BIRTH: Need.BIRTH,
    State.LOST_ZIP: Need.PROOF,
    State.FETCHING: Need.OWED,
    State.PAYING: Need.CHARGE,
    State.PERSON: Need.PERSON,
}
# What is of no shape an answer has is never looked up.
SHAPES: dict[State, Callable[[str], bool]] = {
    State.FACTOR: entries.is_factor,
    State.LOST_MRN: entries.is_record_number,
    State.LOST_BIRTH: lambda keys: entries.birth_typed(keys) is not None,
    State.LOST_ZIP: entries.is_zip,
}
# States in which nobody presses anything: the carrier comes back by itself.
ONWARD = {State.FETCHING, State.PAYING, State.PERSON}
COMMANDS = {"*", "9", "0"}


def begin(*, is_relay: bool) -> Turn:
    """Return what every caller hears first: 911, before anything else."""
    call = Call(is_relay=is_relay)
    return Turn(call, menu_of(call))


def need_of(call: Call, event: Event) -> Need | None:
    """Return what has to be looked up before `advance` can answer."""
    if call.state in ONWARD:
        return NEEDS[call.state]
    if not event.keys or _command(event.keys):
        return None
    if call.state is State.RECEIPT:
        return Need.TEXT if event.keys == "1" else None
    if call.state is State.CHOICE:
        # Who pays without proving who they are hears how the last call from this telephone ended.
        return Need.EARLIER if event.keys == "2" else None
    has_shape = SHAPES.get(call.state)
    if has_shape and not has_shape(event.keys):
        return None
    return NEEDS.get(call.state)


def advance(call: Call, event: Event, known: Known) -> Turn:
    """Return the answer to what the caller did, with what was looked up for it."""
    if call.state is State.CAPTURE:
        return caught(call, event.caught)
    if call.state in ONWARD:
        return _ONWARD[call.state](call, known)
    if call.state is State.TRANSFER and event.is_unanswered and call.return_to:
        # Whoever sent them to the secure line is not there any more: another person is.
        return person(replace(call, return_to=""))
    if call.state is State.TRANSFER and event.is_unanswered:
        return go(call, State.MAIN, Said("person_missed"))
    if call.state in {State.TRANSFER, State.ENDED}:
        return go(call, State.ENDED)
    if not event.keys:
        return _silence(call)
    return _pressed(replace(call, silences=0), event.keys, known)


def _pressed(call: Call, keys: str, known: Known) -> Turn:
    match _command(keys):
        case "*":
            return Turn(call, menu_of(call))
        case "9":
            return go_back(call)
        case "0":
            return person(call)
    return _HANDLERS[call.state](call, keys, known)


def _command(keys: str) -> str:
    """Return the key that means the same everywhere; a star anywhere in an entry starts it over."""
    if "*" in keys:
        return "*"
    return keys if keys in COMMANDS else ""


def _silence(call: Call) -> Turn:
    if call.is_relay:
        # A relay operator types while the caller reads: nobody is ever hurried.
        return Turn(call, (Said("relay_waiting"), *menu_of(call)))
    if call.silences + 1 >= SILENCES and call.is_secure:
        return person(call)
    if call.silences + 1 >= SILENCES:
        # Who writes the receipt number down presses nothing; they must not hear that nothing was paid.
        was_paid = call.state is State.RECEIPT
        return go(call, State.ENDED, Said("nobody_paid" if was_paid else "nobody"))
    return Turn(replace(call, silences=call.silences + 1), (Said("still_there"), *menu_of(call)))


def _language(call: Call, keys: str, known: Known) -> Turn:
    if keys == "7":
        relayed = replace(call, is_relay=True)
        return go(relayed, State.LANGUAGE, Said("relay_on"))
    if keys not in LANGUAGES:
        return misunderstood(call)
    return go(replace(call, language=LANGUAGES[keys]), State.MAIN)


def _main(call: Call, keys: str, known: Known) -> Turn:
    wanted = {"1": State.NUMBER, "2": State.LOST_MRN}.get(keys)
    return go(call, wanted) if wanted else misunderstood(call)


def _number(call: Call, keys: str, known: Known) -> Turn:
    found = known.number
    if found and found.payee:
        return go(about(call, found.payee), State.CHOICE)
    mistake = found.mistake if found and found.mistake else Mistake.CHECK
    said = Said(f"number_{mistake}")
    note = f"number {mistake} {len(keys)}"
    call = replace(call, tries=call.tries + 1, entered=(*call.entered, note))
    if call.tries >= TRIES or mistake is Mistake.TOO_MANY:
        return person(call, said, Said("number_stop"))
    return go(call, State.NUMBER, said)


def _choice(call: Call, keys: str, known: Known) -> Turn:
    if keys == "1" and is_factor_open(call):
        return go(call, State.FACTOR)
    if keys != "2":
        return misunderstood(call)
    # Anybody may hold this telephone: no amount and no receipt.
    told = (Said(f"earlier_here_{known.earlier.outcome}"),) if known.earlier else ()
    return go(call, State.AMOUNT, *told)


def _factor(call: Call, keys: str, known: Known) -> Turn:
    if known.is_right:
        return go(replace(call, verified="factor", member_id=known.member_id), State.FETCHING)
    # Wrong, locked, or of no shape an answer has: the words are the same.
    call = replace(call, factor_tries=call.factor_tries + 1)
    if is_factor_open(call):
        return go(call, State.FACTOR, Said("factor_wrong"))
    call = replace(call, entered=(*call.entered, "factor"))
    return go(call, State.CHOICE, Said("factor_stop"))


def _fetched(call: Call, known: Known) -> Turn:
    says = []
    if known.earlier:
        values: dict[str, str | int] = {
            "amount_cents": known.earlier.amount_cents,
            "receipt_spelled": known.earlier.reference,
        }
        says.append(Said(f"earlier_{known.earlier.outcome}", values))
    return go(replace(call, owed=known.owed), State.DUE, *says)


def _due(call: Call, keys: str, known: Known) -> Turn:
    if keys == "1" and call.owed and call.owed.due_cents:
        return pay_due(call)
    return go(call, State.AMOUNT) if keys == "2" else misunderstood(call)


def _check(call: Call, keys: str, known: Known) -> Turn:
    wanted = {"1": State.METHOD, "2": State.AMOUNT}.get(keys)
    return go(call, wanted) if wanted else misunderstood(call)


def _receipt(call: Call, keys: str, known: Known) -> Turn:
    if keys == "1":
        return go(call, State.ENDED, Said("texted" if known.is_right else "not_texted"))
    if keys == "2":
        return go(call, State.ENDED, Said("goodbye"))
    return misunderstood(call)


def _lost_read(call: Call, keys: str, known: Known) -> Turn:
    return go(call, State.FETCHING) if keys == "1" else misunderstood(call)


def _seen(call: Call, known: Known) -> Turn:
    team = known.team
    if team is None or not team.is_open:
        if team and team.promised:
            return go(call, State.MAIN, Said("person_promised", {"window": team.promised}))
        hours = {"hours": team.hours if team else ""}
        return go(call, State.MAIN, Said("person_closed", hours))
    wait = "person_now" if not team.wait_minutes else "person_wait"
    turn = go(call, State.TRANSFER, Said(wait, {"minutes": max(team.wait_minutes, 1)}))
    return replace(turn, dial=team.dial)


_ONWARD: dict[State, Callable[[Call, Known], Turn]] = {
    State.FETCHING: _fetched,
    State.PAYING: take,
    State.PERSON: _seen,
}
_HANDLERS: dict[State, Callable[[Call, str, Known], Turn]] = {
    State.LANGUAGE: _language,
    State.MAIN: _main,
    State.NUMBER: _number,
    State.CHOICE: _choice,
    State.FACTOR: _factor,
    State.DUE: _due,
    State.AMOUNT: enter_amount,
    State.CHECK: _check,
    State.METHOD: choose_method,
    State.CONFIRM: confirm,
    State.RECEIPT: _receipt,
    State.LOST_MRN: give_record_number,
    State.LOST_BIRTH: give_birth,
    State.LOST_ZIP: give_zip,
    State.LOST_READ: _lost_read,
}
