"""Letting somebody act for a member, and ending it."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.utils import IntegrityError

from openmember.directory.queries import zone_of
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.proxies.queries import list_helped
from openmember.members.proxies.types import Basis, For, ProxyRefused
from openmember.members.queries import get_member
from openmember.members.rules import adult_on
from openmember.members.types import Actor, NotAllowed, Scope

# How long an appointment form is valid once it is signed. Source: 42 CFR 405.910(e)(1), from memory.
APPOINTED_FOR = timedelta(days=364)


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
    signed_on: date | None = None,
) -> int:
    """Let somebody act for a member from now on, to the end of `until` in the member's region; return its id.

    A parent acts until the day the child is 18, an appointed representative for a year from `signed_on`. The
    person on the staff who records it has seen the form or the document it rests on.
    Errors: NotAllowed; ProxyRefused `self`, `own`, `nothing`, `past`, `not_a_minor`, `already`, `not_signed`.
    """
    actor.require(Scope.CONTACT)
    if member_id == proxy_id:
        raise ProxyRefused("self")
    if _is_own(proxy_id, actor):
        raise ProxyRefused("own")
    if not may:
        raise ProxyRefused("nothing")
    scopes = _with_less(may)
    until = _appointed_until(member_id, basis, signed_on, until, now)
    ends_at = _ends_at(member_id, basis, until, now)
    _end_over(member_id, proxy_id, now)
    try:
        with transaction.atomic():
            row = fetch_one(
                "INSERT INTO members_proxy (member_id, proxy_id, scopes, basis, starts_at, ends_at,"
                " signed_on, recorded_by) VALUES (%(member)s, %(proxy)s, %(scopes)s, %(basis)s, %(now)s,"
                " %(ends)s, %(signed)s, %(actor)s) RETURNING id",
                {
                    "member": member_id,
                    "proxy": proxy_id,
                    "scopes": sorted(one.value for one in scopes),
                    "basis": basis.value,
                    "now": now,
                    "ends": ends_at,
                    "signed": signed_on,
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


def _with_less(may: frozenset[For]) -> frozenset[For]:
    """Return what is allowed with everything it includes."""
    if For.DISPUTES in may:
        may |= {For.WRITE_MESSAGES}
    return may | ({For.READ_MESSAGES} if For.WRITE_MESSAGES in may else frozenset())


def _is_own(proxy_id: int, actor: Actor) -> bool:
    """Return whether the proxy is whoever records it: the same person, or the same e-mail address."""
    return actor.member_id == proxy_id or bool(
        fetch_all(
            "SELECT 1 FROM members_user u JOIN members_member m ON lower(m.email) = lower(u.email)"
            " WHERE u.id = %(user)s AND m.id = %(proxy)s",
            {"user": actor.id, "proxy": proxy_id},
        )
    )


def _ends_at(member_id: int, basis: Basis, until: date | None, now: datetime) -> datetime | None:
    """Return the first moment at which it is over. Errors: ProxyRefused `past`, `not_a_minor`."""
    person = get_member(member_id=member_id).person
    zone = zone_of(region=person.region)
    ends_at = datetime.combine(until + timedelta(days=1), time(), zone) if until else None
    if ends_at is not None and ends_at <= now:
        raise ProxyRefused("past")
    if basis is not Basis.PARENT:
        return ends_at
    grown_at = datetime.combine(adult_on(person.birth_on), time(), zone) if person.birth_on else now
    if grown_at <= now:
        raise ProxyRefused("not_a_minor")
    return min(ends_at, grown_at) if ends_at else grown_at


def _appointed_until(
    member_id: int, basis: Basis, signed_on: date | None, until: date | None, now: datetime
) -> date | None:
    """Return the last day of an appointment, of any other ground the one given. Errors: ProxyRefused."""
    today = now.astimezone(zone_of(region=get_member(member_id=member_id).person.region)).date()
    if (basis is Basis.APPOINTMENT) != (signed_on is not None) or (signed_on or today) > today:
        raise ProxyRefused("not_signed")
    return min(until or date.max, signed_on + APPOINTED_FOR) if signed_on else until


def _end_over(member_id: int, proxy_id: int, now: datetime) -> None:
    """Close what holds no more, so that it can be allowed anew."""
    holding = [one.id for one in list_helped(proxy_id=proxy_id, at=now)]
    fetch_all(
        "UPDATE members_proxy SET ended_at = least(ends_at, %(now)s), ended_by = 'system:proxies'"
        " WHERE member_id = %(member)s AND proxy_id = %(proxy)s AND ended_at IS NULL AND starts_at <= %(now)s"
        " AND id <> ALL (%(holding)s)",
        {"member": member_id, "proxy": proxy_id, "now": now, "holding": holding},
    )
