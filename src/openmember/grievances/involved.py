"""Who had a part in what a dispute disputes, and so decides nothing of it and gives no opinion on it again.

Sources: 29 CFR 2560.503-1(h)(3)(ii) and (v); 42 CFR 422.590(h).
"""

from datetime import datetime

from openmember.grievances.file import list_reviewers
from openmember.grievances.types import Dispute, Kind

_STAFF = "staff:"


def had_a_part(dispute: Dispute) -> frozenset[int]:
    """Return who made the disputed decision, or decided or gave an opinion at a level the dispute has left."""
    found = deciders_before(dispute)
    if dispute.decider_id is not None:
        found |= {dispute.decider_id}
    left_at = _left_at(dispute)
    if left_at is None:
        return found
    given = [one for one in list_reviewers(dispute=dispute) if one.given_at is not None]
    return found | {one.user_id for one in given if one.given_at and one.given_at <= left_at}


def deciders_before(dispute: Dispute) -> frozenset[int]:
    """Return who of the staff wrote a decision at a level the dispute has left, whoever had made it."""
    left: set[str] = set()
    here: set[str] = set()
    for logged in dispute.events:
        if logged.event.kind is Kind.ESCALATED:
            left |= here
        elif logged.event.kind is Kind.DECIDED:
            here.add(logged.actor)
    return frozenset(int(one.removeprefix(_STAFF)) for one in left if one.startswith(_STAFF))


def _left_at(dispute: Dispute) -> datetime | None:
    moved = [one.event.at for one in dispute.events if one.event.kind is Kind.ESCALATED]
    return moved[-1] if moved else None
