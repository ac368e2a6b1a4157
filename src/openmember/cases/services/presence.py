"""Who has a case in front of them, so that two who work on it see each other."""

from datetime import datetime

from openmember.cases.dossier import list_present
from openmember.cases.services.steps import name_of
from openmember.cases.types import Case, Present
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor


def be_present(
    *, case: Case, is_writing: bool | None, now: datetime, actor: Actor
) -> tuple[Present, ...]:
    """Note that the actor has a case open, and return who else has. Called every few seconds by the page.

    Shape: `is_writing` None leaves what was said of it before.
    """
    fetch_all(
        "INSERT INTO cases_presence (case_id, user_id, name, is_writing, seen_at)"
        " VALUES (%(case)s, %(user)s, %(name)s, coalesce(%(writing)s, false), %(now)s)"
        " ON CONFLICT (case_id, user_id) DO UPDATE"
        " SET is_writing = coalesce(%(writing)s, cases_presence.is_writing),"
        " seen_at = excluded.seen_at, name = excluded.name",
        {
            "case": case.id,
            "user": actor.id,
            "name": name_of(actor),
            "writing": is_writing,
            "now": now,
        },
    )
    return list_present(case=case, now=now, actor=actor)


def leave(*, case: Case, actor: Actor) -> None:
    """Note that the actor has put the case away."""
    fetch_all(
        "DELETE FROM cases_presence WHERE case_id = %(case)s AND user_id = %(user)s",
        {"case": case.id, "user": actor.id},
    )
