"""Reading who may act for whom, at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from openmember.directory.queries import zone_of
from openmember.kernel.sql import fetch_all
from openmember.members.proxies.types import Basis, For, Proxy
from openmember.members.rules import is_adult

_SELECT = """
SELECT p.*, m.birth_on, m.region, m.first_name || ' ' || m.last_name AS member_name,
       x.first_name || ' ' || x.last_name AS proxy_name
FROM members_proxy p JOIN members_member m ON m.id = p.member_id JOIN members_member x ON x.id = p.proxy_id
WHERE p.ended_at IS NULL AND p.starts_at <= %(at)s AND (p.ends_at IS NULL OR p.ends_at > %(at)s)
"""


def list_proxies_of(*, member_ids: Sequence[int], at: datetime) -> tuple[Proxy, ...]:
    """Return who may act for these members."""
    rows = fetch_all(
        _SELECT + " AND p.member_id = ANY (%(ids)s) ORDER BY p.id",
        {"ids": list(member_ids), "at": at},
    )
    return tuple(_proxy(row) for row in rows if _holds(row, at))


def list_helped(*, proxy_id: int, at: datetime) -> tuple[Proxy, ...]:
    """Return for whom a member may act."""
    rows = fetch_all(_SELECT + " AND p.proxy_id = %(id)s ORDER BY p.id", {"id": proxy_id, "at": at})
    return tuple(_proxy(row) for row in rows if _holds(row, at))


def _holds(row: Any, at: datetime) -> bool:
    """Return whether the ground is still there: a parent acts for a child who is known to be one."""
    if row.basis != Basis.PARENT:
        return True
    today = at.astimezone(zone_of(region=row.region)).date()
    return row.birth_on is not None and not is_adult(row.birth_on, today)


def _proxy(row: Any) -> Proxy:
    return Proxy(
        row.id, row.member_id, row.member_name, row.proxy_id, row.proxy_name,
        frozenset(For(one) for one in row.scopes), Basis(row.basis), row.starts_at, row.ends_at,
        row.signed_on,
    )  # fmt: skip
