"""Writing the audit log. Callers audit explicitly; nothing is recorded by magic."""

import json
from typing import Any

from openmember.kernel.sql import fetch_all, fetch_one


def record(
    *,
    actor: str,
    action: str,
    account_number: str | None = None,
    member_id: int | None = None,
    **detail: Any,
) -> None:
    """Add one entry.

    Shape: `actor` is `member:ID`, `staff:ID`, `guest`, `system:NAME` or `gateway:NAME`; `action` is
    `noun.verb`, such as `account.read`. `detail` holds ids, references and reasons, never health facts.
    """
    fetch_all(
        "INSERT INTO kernel_audit_entry (actor, action, account_number, member_id, detail, digest) "
        "VALUES (%(actor)s, %(action)s, %(account_number)s, %(member_id)s, %(detail)s, '')",
        {
            "actor": actor,
            "action": action,
            "account_number": account_number,
            "member_id": member_id,
            "detail": json.dumps(detail, sort_keys=True, default=str),
        },
    )


def seal() -> int:
    """Chain every entry that is not chained yet and return how many there were."""
    return int(fetch_one("SELECT kernel_audit_seal() AS sealed").sealed)
