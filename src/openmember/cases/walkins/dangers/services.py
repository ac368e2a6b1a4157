"""Telling whoever works at an office of danger, going to look, and telling more people where nobody does."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from openmember.cases.policy import get_policy
from openmember.cases.walkins.offices import has_somebody, office_of, overseen_offices
from openmember.cases.walkins.queries import get_office
from openmember.cases.walkins.types import WalkinRefused
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, NotAllowed, Scope

log = structlog.get_logger("openmember.cases")

# Who sends the same text twice is one person in danger.
SAME_DANGER = timedelta(minutes=2)


@transaction.atomic
def raise_danger(*, office: str, kind: str, now: datetime, actor: Actor) -> bool:
    """Tell who works at an office that somebody there typed of danger; return whether anybody is there.

    Shape:  what was typed is not kept. Where nobody is there it is the supervisors' at once.
    Errors: WalkinRefused `no_office`.
    """
    is_there = has_somebody(office=get_office(code=office), now=now)
    row = fetch_one(
        "INSERT INTO cases_walkin_danger (office, kind, at, escalated_at)"
        " SELECT %(office)s, %(kind)s, %(now)s, %(escalated)s"
        " WHERE NOT EXISTS (SELECT FROM cases_walkin_danger WHERE office = %(office)s AND kind = %(kind)s"
        " AND seen_at IS NULL AND at > %(since)s) RETURNING id",
        {
            "office": office,
            "kind": kind,
            "now": now,
            "escalated": None if is_there else now,
            "since": now - SAME_DANGER,
        },
    )
    if row is not None:
        audit.record(
            actor=str(actor), action="walkin.danger", danger_id=row.id, office=office, kind=kind,
            is_there=is_there,
        )  # fmt: skip
    return is_there


@transaction.atomic
def see_danger(*, danger_id: int, now: datetime, actor: Actor) -> None:
    """Say that the actor has gone and looked, or as a supervisor of the region has seen to it.

    Errors: NotAllowed; WalkinRefused `no_danger` where somebody has looked, or it is of another's office.
    """
    actor.require(Scope.CONTACT)
    if actor.id is None:
        raise NotAllowed(Scope.CONTACT)
    own = office_of(actor=actor)
    row = fetch_one(
        "UPDATE cases_walkin_danger SET seen_at = %(now)s, seen_by = %(actor)s"
        " WHERE id = %(id)s AND seen_at IS NULL AND office = ANY (%(offices)s) RETURNING id, office, kind",
        {
            "id": danger_id,
            "now": now,
            "actor": str(actor),
            "offices": sorted({*overseen_offices(actor=actor), *([own.code] if own else ())}),
        },
    )
    if row is None:
        raise WalkinRefused("no_danger")
    audit.record(
        actor=str(actor), action="walkin.danger_seen", danger_id=row.id, office=row.office, kind=row.kind
    )  # fmt: skip


@transaction.atomic
def escalate_due(*, now: datetime, actor: Actor) -> int:
    """Note which dangers nobody has looked at in time, so that supervisors see them; return how many.

    Shape:  safe to run twice. Supervisors are shown them by the same figure even before this has run.
    """
    rows = fetch_all(
        "UPDATE cases_walkin_danger SET escalated_at = %(now)s"
        " WHERE seen_at IS NULL AND escalated_at IS NULL AND at <= %(before)s RETURNING id, office, kind",
        {"now": now, "before": now - timedelta(minutes=get_policy().danger_minutes)},
    )
    for row in rows:
        audit.record(
            actor=str(actor), action="walkin.danger_escalated", danger_id=row.id, office=row.office,
            kind=row.kind,
        )  # fmt: skip
        log.error("walkin_danger_unseen", office=row.office, kind=row.kind)
    return len(rows)
