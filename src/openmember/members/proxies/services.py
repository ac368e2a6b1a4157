"""Letting somebody act for a member, and ending it."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.utils import IntegrityError

from openmember.directory.queries import zone_of
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.proxies.types import Basis, For, ProxyRefused
from openmember.members.queries import get_member
from openmember.members.types import Actor, NotAllowed, Scope


@transaction.atomic
def allow(
    *,
    member_id: int,
    proxy_id: int,
    may: frozenset[For],
    basis: Basis,
    until: date | None,
    now: datetime,
    actor: Actor,
) -> int:
    """Let somebody act for a member from now on, to the end of `until` in the member's region; return its id.

    The person on the staff who records it has seen the form or the document it rests on.
    Errors: NotAllowed; ProxyRefused `self`, `nothing`, `past`, `already`.
    """
    actor.require(Scope.CONTACT)
    if member_id == proxy_id:
        raise ProxyRefused("self")
    if not may:
        raise ProxyRefused("nothing")
    scopes = may | ({For.READ_MESSAGES} if For.WRITE_MESSAGES in may else frozenset())
    zone = zone_of(region=get_member(member_id=member_id).person.region)
    ends_at = datetime.combine(until + timedelta(days=1), time(), zone) if until else None
    if ends_at is not None and ends_at <= now:
        raise ProxyRefused("past")
    _end_over(member_id, proxy_id, now)
    try:
        with transaction.atomic():
            row = fetch_one(
                "INSERT INTO members_proxy (member_id, proxy_id, scopes, basis, starts_at, ends_at,"
                " recorded_by) VALUES (%(member)s, %(proxy)s, %(scopes)s, %(basis)s, %(now)s, %(ends)s,"
                " %(actor)s) RETURNING id",
                {
                    "member": member_id,
                    "proxy": proxy_id,
                    "scopes": sorted(one.value for one in scopes),
                    "basis": basis.value,
                    "now": now,
                    "ends": ends_at,
                    "actor": str(actor),
                },
            )
    except IntegrityError as taken:
        raise ProxyRefused("already") from taken
    audit.record(
        actor=str(actor), action="proxy.allow", member_id=member_id, proxy_id=proxy_id,
        scopes=sorted(scopes), basis=basis.value, until=until.isoformat() if until else None,
    )  # fmt: skip
    return int(row.id)


@transaction.atomic
def end(*, proxy: int, now: datetime, actor: Actor) -> None:
    """End what somebody may do for a member: by the member, by the proxy, or by the staff. Again does nothing.

    Errors: NotAllowed.
    """
    row = fetch_one(
        "SELECT member_id, proxy_id FROM members_proxy WHERE id = %(id)s AND ended_at IS NULL FOR UPDATE",
        {"id": proxy},
    )
    if row is None:
        return
    if not actor.may(Scope.CONTACT) and actor.member_id not in {row.member_id, row.proxy_id}:
        raise NotAllowed(Scope.CONTACT)
    fetch_all(
        "UPDATE members_proxy SET ended_at = %(now)s, ended_by = %(actor)s WHERE id = %(id)s",
        {"now": now, "actor": str(actor), "id": proxy},
    )
    audit.record(
        actor=str(actor), action="proxy.end", member_id=row.member_id, proxy_id=row.proxy_id
    )


def _end_over(member_id: int, proxy_id: int, now: datetime) -> None:
    """Close what ran out, so that it can be allowed anew."""
    fetch_all(
        "UPDATE members_proxy SET ended_at = ends_at, ended_by = 'system:proxies' WHERE member_id = %(member)s"
        " AND proxy_id = %(proxy)s AND ended_at IS NULL AND ends_at <= %(now)s",
        {"member": member_id, "proxy": proxy_id, "now": now},
    )
