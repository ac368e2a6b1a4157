"""A call's memory to and from JSON."""

from dataclasses import asdict, fields
from typing import Any

from openmember.phone.types import Call, Owed, Payee, State

_KEPT = tuple(one.name for one in fields(Call))


def as_json(call: Call) -> dict[str, Any]:
    """Return what the next step needs."""
    return asdict(call)


def from_json(kept: dict[str, Any]) -> Call:
    """Return the call as it was kept."""
    known = {name: kept[name] for name in _KEPT if name in kept}
    payee, owed = known.get("payee"), known.get("owed")
    known["state"] = State(known["state"])
    known["payee"] = Payee(**{**payee, "numbers": tuple(payee["numbers"])}) if payee else None
    known["owed"] = Owed(**owed) if owed else None
    known["entered"] = tuple(known.get("entered", ()))
    return Call(**known)
