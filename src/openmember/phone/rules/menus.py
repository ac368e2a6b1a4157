"""What is said where: the prompts of each state, from what the call knows."""

from collections.abc import Callable

from openmember.phone.types import Call, Owed, Said, State

LANGUAGES = {"1": "en", "2": "es", "3": "zh"}


def menu_of(call: Call) -> tuple[Said, ...]:
    """Return what a caller hears in this state, and hears again with the star key."""
    return _MENUS.get(call.state, _plain)(call)


def _plain(call: Call) -> tuple[Said, ...]:
    return (Said(call.state.value),)


def _language(call: Call) -> tuple[Said, ...]:
    emergency = tuple(Said("emergency", language=one) for one in LANGUAGES.values())
    choices = tuple(Said("language", language=one) for one in LANGUAGES.values())
    return (*emergency, Said("welcome", language="en"), *choices, Said("relay", language="en"))


def _due(call: Call) -> tuple[Said, ...]:
    owed = call.owed or Owed()
    if not owed.due_cents:
        says = [Said("due_nothing")]
    else:
        lines = {
            "due_premium": owed.premium_cents,
            "due_medical": owed.medical_cents,
            "due_pharmacy": owed.pharmacy_cents,
        }
        says = [Said(name, {"amount_cents": cents}) for name, cents in lines.items() if cents]
        says.append(Said("due_total", {"amount_cents": owed.due_cents}))
    if owed.due_on:
        says.append(Said("due_next", {"due_on": owed.due_on}))
    for name, cents in (
        ("due_overdue", owed.overdue_cents),
        ("due_set_apart", owed.set_apart_cents),
        ("due_credit", owed.credit_cents),
    ):
        if cents:
            says.append(Said(name, {"amount_cents": cents}))
    return (*says, Said("due_menu" if owed.due_cents else "due_menu_nothing"))


def _check(call: Call) -> tuple[Said, ...]:
    return (Said("check", {"amount_cents": call.amount_cents}),)


def _capture(call: Call) -> tuple[Said, ...]:
    return (Said(f"capture_{call.method}"),)


def _confirm(call: Call) -> tuple[Said, ...]:
    values: dict[str, str | int] = {
        "amount_cents": call.amount_cents,
        "last_digits": call.last_four,
    }
    menu = "confirm_menu_secure" if call.is_secure else "confirm_menu"
    return (Said(f"confirm_{call.method}", values), Said(menu))


def _method(call: Call) -> tuple[Said, ...]:
    return (Said("method"), *((Said("secure_menu"),) if call.is_secure else ()))


def _receipt(call: Call) -> tuple[Said, ...]:
    values: dict[str, str | int] = {
        "amount_cents": call.amount_cents,
        "last_digits": call.last_four,
        "receipt_spelled": call.reference,
    }
    return (Said("receipt", values), Said("receipt_menu"))


def _lost_read(call: Call) -> tuple[Said, ...]:
    number = Said("lost_read", {"number_digits": call.payee.number if call.payee else ""})
    return (number, Said("lost_again"), number, Said("lost_menu"))


def _choice(call: Call) -> tuple[Said, ...]:
    return (Said("choice" if is_factor_open(call) else "choice_pay_only"),)


def is_factor_open(call: Call) -> bool:
    """Return whether this caller may still try to prove who they are."""
    return call.factor_tries < TRIES


TRIES = 3
_MENUS: dict[State, Callable[[Call], tuple[Said, ...]]] = {
    State.LANGUAGE: _language,
    State.CHOICE: _choice,
    State.DUE: _due,
    State.CHECK: _check,
    State.METHOD: _method,
    State.CAPTURE: _capture,
    State.CONFIRM: _confirm,
    State.RECEIPT: _receipt,
    State.LOST_READ: _lost_read,
}
