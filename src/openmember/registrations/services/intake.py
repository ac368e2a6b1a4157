"""Keeping what comes in, and writing down what an application says now."""

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor, Scope
from openmember.registrations import rules
from openmember.registrations.queries import registration_from_row
from openmember.registrations.services.rows import (
    columns_of,
    locked,
    noted,
    require_born,
    require_open,
    update,
)
from openmember.registrations.types import (
    Channel,
    Facts,
    NewRegistration,
    Registration,
    Status,
)


@transaction.atomic
def receive(*, new: NewRegistration, now: datetime, actor: Actor) -> Registration:
    """Keep an application that came in; the same form sent again is the same one.

    Shape:  by the system for who applies on the web; by staff for a telephone or an office. A form sent again
            with other facts, as for the next child, is another application.
    Errors: NotAllowed; RegistrationRefused `born_later`.
    """
    if new.channel is not Channel.WEB:
        actor.require(Scope.CONTACT)
    require_born(new.facts, now)
    columns = {
        **columns_of(new.facts),
        "sent_as": new.sent_as,
        "sent_seal": _seal(new.facts),
        "channel": new.channel.value,
        "office": new.office if new.channel is Channel.OFFICE else "",
        "received_at": now,
        "received_by": str(actor),
    }
    row = fetch_one(
        f"INSERT INTO registrations_registration ({', '.join(columns)})"  # noqa: S608  names of our own columns
        f" VALUES ({', '.join(f'%({name})s' for name in columns)})"
        " ON CONFLICT (sent_as, sent_seal) DO NOTHING RETURNING *",
        columns,
    )
    if row is None:
        return registration_from_row(_sent(new))
    return noted(row, "registration.receive", actor, channel=new.channel.value)


@transaction.atomic
def correct(
    *, registration_id: int, facts: Facts, expected_version: int, now: datetime, actor: Actor
) -> Registration:
    """Write down what an application says now. One that was returned is to be decided again.

    Shape:  where a name, birth date, address, telephone or e-mail changes, who they are is to be seen again,
            and the members like them are to be looked at again.
    Errors: NotAllowed; RegistrationRefused `decided`, `edited_meanwhile`, `born_later`.
    """
    found = locked(registration_id, actor)
    require_open(found, expected_version)
    require_born(facts, now)
    is_other = rules.describes_another(found.person, facts.person)
    row = update(
        found, **columns_of(facts), status=Status.RECEIVED.value, missing=[], decided_at=None, decided_by="",
        **(_UNSEEN if is_other else {}), person_version=found.person_version + is_other,
    )  # fmt: skip
    return noted(row, "registration.correct", actor, is_other=is_other)


def was_received(*, new: NewRegistration) -> bool:
    """Return whether the same form came already, saying the same."""
    return _sent(new) is not None


def _sent(new: NewRegistration) -> Any:
    return fetch_one(
        "SELECT * FROM registrations_registration WHERE sent_as = %(key)s AND sent_seal = %(seal)s",
        {"key": new.sent_as, "seal": _seal(new.facts)},
    )


def _seal(facts: Facts) -> str:
    """Return what tells whether two forms say the same, whatever becomes of the application."""
    return sha256(json.dumps(asdict(facts), default=str, sort_keys=True).encode()).hexdigest()


# What was seen was seen of somebody else.
_UNSEEN: dict[str, Any] = {
    "identity_way": "",
    "identity_what": [],
    "identity_at": None,
    "identity_by": "",
}
