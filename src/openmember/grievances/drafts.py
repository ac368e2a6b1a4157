"""What a person is filing and has not sent."""

import json
from dataclasses import dataclass
from datetime import datetime

from openmember.grievances.answers import Answers, answers_from
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor


@dataclass(frozen=True, slots=True)
class DraftFile:
    id: int
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A dispute being filed. Each person has one at a time."""

    id: int
    member_id: int
    answers: Answers
    key: str
    started_at: datetime
    saved_at: datetime
    files: tuple[DraftFile, ...]


def find_draft(*, actor: Actor) -> Draft | None:
    """Return what the actor is filing."""
    row = fetch_one("SELECT * FROM grievances_draft WHERE user_id = %(user)s", {"user": actor.id})
    if row is None:
        return None
    kept = json.loads(row.answers) if isinstance(row.answers, str) else row.answers
    files = fetch_all(
        "SELECT d.id, d.name, f.size_bytes FROM grievances_draft_file d JOIN documents_file f USING (stored_as)"
        " WHERE d.draft_id = %(id)s ORDER BY d.id",
        {"id": row.id},
    )
    return Draft(
        row.id, row.member_id, answers_from(kept), row.key, row.started_at, row.saved_at,
        tuple(DraftFile(one.id, one.name, one.size_bytes) for one in files),
    )  # fmt: skip
