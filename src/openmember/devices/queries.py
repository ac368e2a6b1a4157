"""Reading devices, by the browser's own cookie or for their owner."""

import hashlib
from typing import Any

from openmember.devices.types import Device, News
from openmember.kernel.sql import fetch_all, fetch_one

_DEVICES = """
SELECT d.id, d.user_id, d.member_id, d.stamp, d.name, d.keeps_card, d.made_at, d.seen_at,
       d.revoked_at IS NOT NULL AS is_revoked, u.is_active, s.wants
FROM devices_device d JOIN members_user u ON u.id = d.user_id
LEFT JOIN devices_subscription s ON s.device_id = d.id
"""


def hash_of(token: str) -> str:
    """Return what is kept of a device's cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_device(*, token: str) -> Device | None:
    """Return the device whose cookie this is, trusted or not, or None."""
    if not token:
        return None
    row = fetch_one(f"{_DEVICES} WHERE d.token_hash = %(hash)s", {"hash": hash_of(token)})
    return device_from_row(row) if row else None


def list_devices(*, user_id: int) -> tuple[Device, ...]:
    """Return the devices a user trusts, the one seen last first."""
    rows = fetch_all(
        f"{_DEVICES} WHERE d.user_id = %(user)s AND d.revoked_at IS NULL"
        " ORDER BY d.seen_at DESC, d.id DESC LIMIT 50",
        {"user": user_id},
    )
    return tuple(device_from_row(row) for row in rows)


def device_from_row(row: Any) -> Device:
    """Return a row as a value."""
    return Device(
        row.id, row.user_id, row.member_id, row.stamp, row.name, row.keeps_card, row.made_at,
        row.seen_at, row.is_revoked, row.is_active, frozenset(News(one) for one in row.wants or ()),
    )  # fmt: skip
