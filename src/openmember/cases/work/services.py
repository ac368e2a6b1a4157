"""Taking work: people pull the next case, nobody pushes it at them."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from openmember.cases.services.owning import give
from openmember.cases.services.steps import again, lock
from openmember.cases.types import Case
from openmember.cases.work.queries import queue_reader, regions_of
from openmember.cases.work.types import Filter
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, NotAllowed, Scope

SQL = Path(__file__).parents[1] / "sql"
# More than may be taken at the same moment; only when all of these are, is a longer look needed.
CANDIDATES = (64, 1024)
EVERYBODYS = ("en", "")


@transaction.atomic
def take_next(*, now: datetime, actor: Actor, teams: tuple[str, ...] = ()) -> Case | None:
    """Give the actor the case that comes first of those nobody has, in their teams, regions and languages.

    Shape:  `teams` narrows theirs. None where nothing waits. Two who ask at once get two cases.
    Errors: NotAllowed.
    """
    reader = queue_reader(actor=actor)
    if actor.id is None or not actor.may(Scope.WORK_CASES):
        raise NotAllowed(Scope.WORK_CASES)
    # Also for a supervisor only the teams they work in themselves.
    mine = sorted(reader.teams & set(teams) if teams else reader.teams)
    for candidates in CANDIDATES:
        row = fetch_one(
            sql_text(SQL / "take_next.sql"),
            {
                "teams": mine,
                "regions": regions_of(Filter(), reader),
                "languages": [*EVERYBODYS, *sorted(reader.languages)],
                "candidates": candidates,
            },
        )
        if row is not None:
            give(lock(row.id), actor.id, now=now, actor=actor)
            return again(row.id)
    return None


@transaction.atomic
def clear_alarm(*, alarm_id: int, now: datetime, actor: Actor) -> None:
    """Say that the actor has seen to an alarm of theirs or their teams'. Errors: NotAllowed."""
    reader = queue_reader(actor=actor)
    fetch_all(
        "UPDATE cases_alarm SET cleared_at = %(now)s, cleared_by = %(actor)s"
        " WHERE id = %(id)s AND cleared_at IS NULL"
        " AND (user_id = %(user)s OR team = ANY (%(teams)s) OR %(supervises)s)",
        {
            "now": now,
            "actor": str(actor),
            "id": alarm_id,
            "user": actor.id,
            "teams": list(reader.teams),
            "supervises": actor.may(Scope.SUPERVISE_CARE),
        },
    )
