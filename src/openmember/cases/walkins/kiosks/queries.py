"""Finding a kiosk by its mark, and listing those of an office."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from openmember.cases.walkins.kiosks.types import Kiosk
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, Scope

# A mark is renewed each day the device is used, and is worth nothing once it was not for so long.
RENEWED_AFTER = timedelta(days=1)
KEPT = timedelta(days=30)
# For pages that were on their way while a mark was renewed.
GRACE = timedelta(minutes=1)


def find_kiosk(*, mark: str, now: datetime) -> Kiosk | None:
    """Return the kiosk a mark is of; None where it is old, was renewed on another device, or was ended."""
    row = fetch_one(
        "SELECT *, mark_hash <> %(hash)s AS is_former FROM cases_walkin_kiosk"
        " WHERE (mark_hash = %(hash)s OR former_hash = %(hash)s AND renewed_at > %(grace)s)"
        " AND ended_at IS NULL AND renewed_at > %(kept)s",
        {"hash": hash_of(mark), "grace": now - GRACE, "kept": now - KEPT},
    )
    if row is None:
        return None
    return _kiosk(row, is_due=not row.is_former and row.renewed_at <= now - RENEWED_AFTER)


def list_kiosks(*, office: str, now: datetime, actor: Actor) -> tuple[Kiosk, ...]:
    """Return the kiosks of an office that give numbers, the newest first. Errors: NotAllowed."""
    actor.require(Scope.CONTACT)
    rows = fetch_all(
        "SELECT * FROM cases_walkin_kiosk WHERE office = %(office)s AND ended_at IS NULL"
        " AND renewed_at > %(kept)s ORDER BY id DESC",
        {"office": office, "kept": now - KEPT},
    )
    return tuple(_kiosk(row) for row in rows)


def hash_of(mark: str) -> str:
    """Return what is kept of a mark."""
    return sha256(mark.encode()).hexdigest()


def _kiosk(row: Any, *, is_due: bool = False) -> Kiosk:
    return Kiosk(row.id, row.office, row.made_at, row.made_by, row.renewed_at, is_due)
