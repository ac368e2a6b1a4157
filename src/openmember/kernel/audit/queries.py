"""Reading the audit log of one account."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openmember.kernel.sql import fetch_all


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing someone read or did."""

    id: int
    at: datetime
    actor: str
    action: str
    detail: dict[str, Any]


def has_entry(*, member_id: int, action: str, field: str, since: datetime) -> bool:
    """Return whether somebody did this to a member since then, with `field` among what was changed."""
    rows = fetch_all(
        "SELECT 1 FROM kernel_audit_entry WHERE member_id = %(member)s AND action = %(action)s"
        " AND at > %(since)s AND detail -> 'fields' ? %(field)s LIMIT 1",
        {"member": member_id, "action": action, "since": since, "field": field},
    )
    return bool(rows)


def list_entries(
    *, numbers: tuple[str, ...], before_id: int | None = None, limit: int = 50
) -> tuple[Entry, ...]:
    """Return the newest entries of an account, or the newest ones older than `before_id`."""
    rows = fetch_all(
        "SELECT id, at, actor, action, detail FROM kernel_audit_entry"
        " WHERE account_number = ANY(%(numbers)s) AND (%(before)s::bigint IS NULL OR id < %(before)s)"
        " ORDER BY id DESC LIMIT %(limit)s",
        {"numbers": list(numbers), "before": before_id, "limit": limit},
    )
    # Django's connection hands jsonb over as text.
    return tuple(
        Entry(row.id, row.at, row.actor, row.action, json.loads(row.detail)) for row in rows
    )
