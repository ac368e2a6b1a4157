"""The ways from one state to another that every state has."""

from dataclasses import replace

from openmember.phone.rules.menus import TRIES, menu_of
from openmember.phone.types import Call, Left, Payee, Said, State, Turn

# What is left to a caller who goes back; nothing that was paid is ever undone this way.
_BACK = {
    State.MAIN: State.LANGUAGE,
    State.NUMBER: State.MAIN,
    State.CHOICE: State.NUMBER,
    State.FACTOR: State.CHOICE,
    State.DUE: State.MAIN,
    State.CHECK: State.AMOUNT,
    State.CONFIRM: State.METHOD,
    State.RECEIPT: State.MAIN,
    State.LOST_MRN: State.MAIN,
    State.LOST_BIRTH: State.LOST_MRN,
    State.LOST_ZIP: State.LOST_BIRTH,
    State.LOST_READ: State.MAIN,
}


def go(call: Call, state: State, *first: Said) -> Turn:
    """Return the turn that says `first` and goes on in `state`."""
    tries = call.tries if call.state is state else 0
    call = replace(call, state=state, tries=tries)
    if state is State.ENDED and not first:
        first = (Said("goodbye"),)
    return Turn(call, (*first, *(() if state is State.ENDED else menu_of(call))))


def go_back(call: Call) -> Turn:
    """Return to the state before, which asks again."""
    if call.is_secure and call.state is State.METHOD:
        return leave(call, Left.GAVE_UP)
    if call.state in {State.AMOUNT, State.METHOD}:
        return go(_without_card(call), State.DUE if call.verified else State.CHOICE)
    return go(_without_card(call), _BACK.get(call.state, call.state))


def about(call: Call, payee: Payee, *, verified: str = "", member_id: int = 0) -> Call:
    """Return the call about this account: nothing known or chosen of another one before stays."""
    return replace(
        _without_card(call), payee=payee, verified=verified, member_id=member_id,
        owed=None, amount_cents=0, method="", reference="", asked_id=0,
    )  # fmt: skip


def person(call: Call, *first: Said) -> Turn:
    """Look for a person, who is told where the caller was; from the secure line, back to the one there is."""
    if call.is_secure:
        return leave(call, Left.GAVE_UP, *first)
    return go(replace(call, asked_from=call.state.value), State.PERSON, *first)


def enter(call: Call, *, asked_id: int, amount_cents: int, return_to: str) -> Turn:
    """Take up a caller on the secure line, with the amount they were told."""
    call = replace(
        _without_card(call), is_secure=True, asked_id=asked_id, charges_before=call.charges,
        return_to=return_to, amount_cents=amount_cents, method="", reference="", captures=0, silences=0,
    )  # fmt: skip
    return go(call, State.METHOD, Said("secure_start", {"amount_cents": amount_cents}))


def leave(call: Call, how: Left, *first: Said) -> Turn:
    """Bring a caller back from the secure line to the person who sent them there."""
    if how is Left.GAVE_UP and call.charges > call.charges_before:
        how = Left.DECLINED
    after = replace(_without_card(call), is_secure=False)
    turn = go(after, State.TRANSFER, *first, Said("secure_back"))
    return replace(turn, dial=call.return_to, left=how)


def misunderstood(call: Call) -> Turn:
    """Ask again; who is not understood three times is given a person."""
    call = replace(call, tries=call.tries + 1)
    if call.tries >= TRIES:
        return person(call)
    return go(call, call.state, Said("not_understood"))


def _without_card(call: Call) -> Call:
    return replace(call, token="", last_four="")
