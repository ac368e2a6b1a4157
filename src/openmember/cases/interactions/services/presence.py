"""Who has a contact in front of them, so that two who write in it see each other."""

from datetime import datetime, timedelta

from openmember.cases.dossier import PRESENT_SECONDS
from openmember.cases.interactions.services.contacts import require_contact
from openmember.cases.services.steps import name_of
from openmember.cases.types import Present
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor


def be_present(
    *, interaction_id: int, is_writing: bool | None, now: datetime, actor: Actor
) -> tuple[Present, ...]:
    """Note that the actor has a contact open, and return who else has. Called every few seconds by the page.

    Shape:  `is_writing` None leaves what was said of it before. Errors: NotAllowed.
    """
    require_contact(actor)
    values = {
        "id": interaction_id, "user": actor.id or 0, "name": name_of(actor), "writing": is_writing,
        "now": now, "since": now - timedelta(seconds=PRESENT_SECONDS),
    }  # fmt: skip
    fetch_all(
        "INSERT INTO cases_contact_presence (interaction_id, user_id, name, is_writing, seen_at)"
        " VALUES (%(id)s, %(user)s, %(name)s, coalesce(%(writing)s, false), %(now)s)"
        " ON CONFLICT (interaction_id, user_id) DO UPDATE"
        " SET is_writing = coalesce(%(writing)s, cases_contact_presence.is_writing),"
        " seen_at = excluded.seen_at, name = excluded.name",
        values,
    )
    rows = fetch_all(
        "SELECT user_id, name, is_writing, seen_at FROM cases_contact_presence"
        " WHERE interaction_id = %(id)s AND user_id <> %(user)s AND seen_at > %(since)s ORDER BY name, user_id",
        values,
    )
    return tuple(Present(row.user_id, row.name, row.is_writing, row.seen_at) for row in rows)
