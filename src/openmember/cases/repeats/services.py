"""Finding what repeats, and giving it to one person."""

from datetime import datetime, timedelta

from django.db import transaction

from openmember.cases.policy import get_policy
from openmember.cases.repeats.queries import repeat_from_row
from openmember.cases.repeats.types import Kind, Repeat, State
from openmember.cases.services.owning import give
from openmember.cases.services.steps import lock
from openmember.cases.types import CaseRefused
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.skills import find_staff, skills_of
from openmember.members.types import Actor, NotAllowed, Scope


def look_for_repeat(*, interaction_id: int, now: datetime, actor: Actor) -> Repeat | None:
    """Propose one person for a member who came with the topic of this contact as often as the policy says.

    Again, or where it was declined for these very contacts, does nothing.
    """
    policy = get_policy()
    row = fetch_one(
        _PROPOSE,
        {
            "id": interaction_id,
            "since": now - timedelta(days=policy.repeat_days),
            "now": now,
            "least": policy.repeat_contacts,
        },
    )
    if row is None:
        return None
    found = repeat_from_row(row)
    _note(found, "repeat.propose", actor)
    return found


@transaction.atomic
def accept(*, repeat_id: int, kind: Kind, owner_id: int, now: datetime, actor: Actor) -> Repeat:
    """Make somebody the member's single point of contact; their open cases of the topic become that person's.

    Errors: NotAllowed; CaseRefused `unknown_staff`, `decided_already`.
    """
    found = _proposed(repeat_id, actor)
    person = find_staff(user_id=owner_id)
    if person is None or not person.is_active:
        raise CaseRefused("unknown_staff", "nobody works here under this name")
    decided = _settle(
        found, State.ACCEPTED, now, actor, kind=kind.value, owner=owner_id, name=person.first_name
    )
    _give_cases(decided, now, actor)
    return decided


@transaction.atomic
def decline(*, repeat_id: int, reason: str, now: datetime, actor: Actor) -> Repeat:
    """Say why no single person is needed. Errors: NotAllowed; CaseRefused `nothing_said`, `decided_already`."""
    found = _proposed(repeat_id, actor)
    if not reason.strip():
        raise CaseRefused("nothing_said", "say why not")
    return _settle(found, State.DECLINED, now, actor, reason=reason.strip())


@transaction.atomic
def end(*, repeat_id: int, now: datetime, actor: Actor) -> Repeat:
    """End a single point of contact. Errors: NotAllowed; CaseRefused `not_accepted`."""
    actor.require(Scope.SUPERVISE_CARE)
    row = fetch_one(
        "UPDATE cases_repeat SET state = 'ended', ended_at = %(now)s WHERE id = %(id)s AND state = 'accepted'"
        " RETURNING *",
        {"now": now, "id": repeat_id},
    )
    if row is None:
        raise CaseRefused("not_accepted", "nobody sees this through")
    found = repeat_from_row(row)
    _note(found, "repeat.end", actor)
    return found


# Contacts that a declined proposal has counted are not counted again.
_PROPOSE = """
WITH asked AS (
    SELECT member_id, topic, region, team FROM cases_interaction
    WHERE id = %(id)s AND member_id IS NOT NULL AND topic <> ''
), same AS (
    SELECT array_agg(i.id ORDER BY i.id) AS ids
    FROM asked JOIN cases_interaction i USING (member_id, topic)
    WHERE i.arrived_at > %(since)s AND i.answered_at IS NOT NULL AND NOT i.is_outbound
      AND NOT EXISTS (SELECT FROM cases_repeat r WHERE r.member_id = i.member_id AND r.topic = i.topic
                      AND r.state IN ('declined', 'ended') AND i.id = ANY (r.interaction_ids))
)
INSERT INTO cases_repeat (member_id, topic, state, interaction_ids, found_at, region, team)
SELECT asked.member_id, asked.topic, 'proposed', same.ids, %(now)s, asked.region, asked.team
FROM asked, same WHERE cardinality(same.ids) >= %(least)s
ON CONFLICT DO NOTHING RETURNING *
"""


def _proposed(repeat_id: int, actor: Actor) -> Repeat:
    row = fetch_one(
        "SELECT * FROM cases_repeat WHERE id = %(id)s FOR NO KEY UPDATE", {"id": repeat_id}
    )
    if row is None or row.state != State.PROPOSED.value:
        raise CaseRefused("decided_already", "this was decided already")
    found = repeat_from_row(row)
    in_team = actor.may(Scope.WORK_CASES) and found.team in skills_of(actor=actor).teams
    if not (in_team or actor.may(Scope.SUPERVISE_CARE)):
        raise NotAllowed(Scope.SUPERVISE_CARE)
    return found


def _settle(
    found: Repeat, state: State, now: datetime, actor: Actor, *, kind: str | None = None,
    owner: int | None = None, name: str = "", reason: str = "",
) -> Repeat:  # fmt: skip
    row = fetch_one(
        "UPDATE cases_repeat SET state = %(state)s, kind = %(kind)s, owner_id = %(owner)s,"
        " owner_name = %(name)s, reason = %(reason)s, decided_at = %(now)s, decided_by = %(actor)s"
        " WHERE id = %(id)s RETURNING *",
        {
            "state": state.value,
            "kind": kind,
            "owner": owner,
            "name": name,
            "reason": reason,
            "now": now,
            "actor": str(actor),
            "id": found.id,
        },
    )
    settled = repeat_from_row(row)
    _note(settled, f"repeat.{state.value}", actor)
    return settled


def _give_cases(found: Repeat, now: datetime, actor: Actor) -> None:
    rows = fetch_all(
        "SELECT DISTINCT c.id FROM cases_case c LEFT JOIN cases_interaction_case l ON l.case_id = c.id"
        " WHERE c.member_id = %(member)s AND c.is_open"
        " AND (c.topic = %(topic)s OR l.interaction_id = ANY (%(contacts)s)) ORDER BY c.id",
        {
            "member": found.member_id,
            "topic": found.topic,
            "contacts": list(found.interaction_ids),
        },
    )
    for row in rows:
        give(lock(row.id), found.owner_id or 0, now=now, actor=actor)


def _note(found: Repeat, action: str, actor: Actor) -> None:
    audit.record(
        actor=str(actor), action=action, member_id=found.member_id, repeat_id=found.id,
        owner_id=found.owner_id,
    )  # fmt: skip
