"""Making a device a kiosk, renewing its mark, and ending it."""

import secrets
from datetime import datetime

from django.db import transaction

from openmember.cases.walkins.kiosks.queries import hash_of
from openmember.cases.walkins.kiosks.types import Kiosk
from openmember.cases.walkins.offices import office_of
from openmember.cases.walkins.queries import get_office
from openmember.cases.walkins.types import WalkinRefused
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor, Scope


@transaction.atomic
def make_kiosk(*, office: str, now: datetime, actor: Actor) -> str:
    """Make a device the kiosk of an office, and return the mark it keeps. Errors: NotAllowed; WalkinRefused."""
    actor.require(Scope.CONTACT)
    mark = secrets.token_urlsafe(32)
    row = fetch_one(
        "INSERT INTO cases_walkin_kiosk (office, mark_hash, made_at, made_by, renewed_at)"
        " VALUES (%(office)s, %(hash)s, %(now)s, %(actor)s, %(now)s) RETURNING id",
        {
            "office": get_office(code=office).code,
            "hash": hash_of(mark),
            "now": now,
            "actor": str(actor),
        },
    )
    audit.record(actor=str(actor), action="walkin.kiosk", office=office, kiosk_id=row.id)
    return mark


def renew(*, kiosk: Kiosk, mark: str, now: datetime) -> str | None:
    """Return the new mark of a kiosk, which makes copies of the old worthless; None where it was renewed."""
    fresh = secrets.token_urlsafe(32)
    row = fetch_one(
        "UPDATE cases_walkin_kiosk SET mark_hash = %(fresh)s, former_hash = mark_hash, renewed_at = %(now)s"
        " WHERE id = %(id)s AND mark_hash = %(hash)s AND ended_at IS NULL RETURNING id",
        {"id": kiosk.id, "hash": hash_of(mark), "fresh": hash_of(fresh), "now": now},
    )
    return fresh if row else None


@transaction.atomic
def end_kiosk(*, kiosk_id: int, now: datetime, actor: Actor) -> None:
    """Take a device of the actor's office its right to give numbers.

    Errors: NotAllowed; WalkinRefused `no_kiosk`.
    """
    actor.require(Scope.CONTACT)
    own = office_of(actor=actor)
    row = fetch_one(
        "UPDATE cases_walkin_kiosk SET ended_at = %(now)s, ended_by = %(actor)s"
        " WHERE id = %(id)s AND office = %(office)s AND ended_at IS NULL RETURNING id, office",
        {"id": kiosk_id, "office": own.code if own else "", "now": now, "actor": str(actor)},
    )
    if row is None:
        raise WalkinRefused("no_kiosk")
    audit.record(actor=str(actor), action="walkin.kiosk_end", office=row.office, kiosk_id=row.id)
