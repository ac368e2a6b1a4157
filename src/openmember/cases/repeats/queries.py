"""Reading what repeats, and who sees it through."""

from typing import Any

from openmember.cases.repeats.types import ContactPoint, Kind, Repeat, State
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.skills import skills_of
from openmember.members.types import Actor, NotAllowed, Scope


def find_contact_point(*, member_id: int, topic: str = "") -> ContactPoint | None:
    """Return the member's single point of contact: of this topic where there is one, else the latest.

    Shown on every surface. The caller has asked whether its reader may see the member.
    """
    row = fetch_one(
        "SELECT r.owner_id, r.owner_name, r.topic, r.kind, u.location FROM cases_repeat r"
        " JOIN members_user u ON u.id = r.owner_id AND u.is_active"
        " WHERE r.member_id = %(member)s AND r.state = 'accepted'"
        " ORDER BY r.topic = %(topic)s DESC, r.decided_at DESC LIMIT 1",
        {"member": member_id, "topic": topic},
    )
    if row is None:
        return None
    return ContactPoint(row.owner_id, row.owner_name, row.location, row.topic, Kind(row.kind))


def list_proposed(*, actor: Actor, limit: int = 100) -> tuple[Repeat, ...]:
    """Return the proposals that wait, of the actor's teams and regions; a supervisor's of all teams.

    Errors: NotAllowed.
    """
    if not (actor.may(Scope.WORK_CASES) or actor.may(Scope.SUPERVISE_CARE)):
        raise NotAllowed(Scope.WORK_CASES)
    skills = skills_of(actor=actor)
    rows = fetch_all(
        "SELECT * FROM cases_repeat WHERE state = 'proposed'"
        " AND (%(all_teams)s OR team = ANY (%(teams)s))"
        " AND (%(all_regions)s OR region = ANY (%(regions)s)) ORDER BY id LIMIT %(limit)s",
        {
            "all_teams": actor.may(Scope.SUPERVISE_CARE),
            "teams": list(skills.teams),
            "all_regions": not skills.regions,
            "regions": [*skills.regions, ""],
            "limit": limit,
        },
    )
    return tuple(repeat_from_row(row) for row in rows)


def list_repeats_of_member(*, member_id: int, actor: Actor) -> tuple[Repeat, ...]:
    """Return what repeated for a member, the newest first. Errors: NotAllowed."""
    actor.require(Scope.CONTACT)
    rows = fetch_all(
        "SELECT * FROM cases_repeat WHERE member_id = %(member)s ORDER BY id DESC",
        {"member": member_id},
    )
    return tuple(repeat_from_row(row) for row in rows)


def repeat_from_row(row: Any) -> Repeat:
    """Return a row of what repeats as a value."""
    return Repeat(
        row.id, row.member_id, row.topic, State(row.state), tuple(row.interaction_ids), row.found_at,
        row.region, row.team, Kind(row.kind) if row.kind else None, row.owner_id, row.owner_name,
        row.decided_at, row.reason,
    )  # fmt: skip
