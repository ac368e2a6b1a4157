"""Reading queues, each reader those of their teams and regions; supervisors every team's."""

from datetime import datetime
from pathlib import Path
from typing import Any

from openmember.cases.clocks.business import windows_from
from openmember.cases.policy import hours_of
from openmember.cases.queries import reader_of
from openmember.cases.rows import case_from_row
from openmember.cases.rules import Reader
from openmember.cases.types import Alarm, Raised
from openmember.cases.work.types import Closed, Filter, Place, QueuePage, Waiting
from openmember.directory.queries import get_organisation
from openmember.directory.teams import list_teams
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, NotAllowed, Scope

SQL = Path(__file__).parents[1] / "sql"
PAGE_SIZE = 50


def list_queue(
    *, asked: Filter, actor: Actor, after: Place | None = None, size: int = PAGE_SIZE
) -> QueuePage:
    """Return a page of the open cases the actor may work, by priority, promise and id.

    Shape:  pages follow by place and not by number, so that a late one costs what the first does, and nothing
            is shown twice when the queue changes.
    Errors: NotAllowed.
    """
    reader = queue_reader(actor=actor)
    rows = fetch_all(
        sql_text(SQL / "queue.sql"),
        queue_values(asked=asked, reader=reader, after=after, size=size),
    )
    cases = tuple(case_from_row(row) for row in rows[:size])
    return QueuePage(cases, Place.of(cases[-1]) if len(rows) > size else None)


def queue_values(
    *, asked: Filter, reader: Reader, after: Place | None, size: int
) -> dict[str, Any]:
    """Return what `sql/queue.sql` is asked with."""
    return {
        "teams": teams_of(asked, reader),
        "regions": regions_of(asked, reader),
        "after_priority": after.priority if after else 0,
        "after_due": (after.due_at or "infinity") if after else "-infinity",
        "after_id": after.id if after else 0,
        "owner": reader.actor.id if asked.only_mine else None,
        "unowned": asked.only_unowned,
        "status": asked.status.value if asked.status else None,
        "category": asked.category or None,
        "language": asked.language or None,
        "priority": int(asked.priority) if asked.priority else None,
        "due_before": asked.due_before,
        "limit": size + 1,
    }


def count_open(*, actor: Actor) -> dict[str, int]:
    """Return how many open cases each of the actor's teams has. Errors: NotAllowed."""
    reader = queue_reader(actor=actor)
    rows = fetch_all(
        "SELECT team, count(*) AS count FROM cases_case WHERE is_open AND team = ANY (%(teams)s)"
        " AND region = ANY (%(regions)s) GROUP BY team",
        {"teams": teams_of(Filter(), reader), "regions": regions_of(Filter(), reader)},
    )
    return {row.team: row.count for row in rows}


def count_waiting(*, now: datetime, actor: Actor) -> Waiting:
    """Return what waits for the actor's own teams and regions, in any language. Errors: NotAllowed."""
    reader = queue_reader(actor=actor)
    mine = sorted(reader.teams)
    row = fetch_one(
        sql_text(SQL / "waiting.sql"),
        {
            "teams": mine,
            "contact_teams": ["", *mine] if mine else [],
            "regions": regions_of(Filter(), reader),
            "user": actor.id,
            "now": now,
        },
    )
    return Waiting(row.people, row.since, row.calls, row.cases)


def list_closed(*, now: datetime, actor: Actor) -> tuple[Closed, ...]:
    """Return which of the actor's teams work nowhere now of where the actor does, and when each opens next."""
    reader = queue_reader(actor=actor)
    found = []
    for team in sorted(reader.teams):
        hours = {hours_of(team=team, region=region) for region in regions_of(Filter(), reader)}
        opens = [next(windows_from(one, now))[0] for one in hours]
        if opens and min(opens) > now:
            found.append(Closed(team, min(opens)))
    return tuple(found)


def list_alarms_for(*, actor: Actor, limit: int = 100) -> tuple[Raised, ...]:
    """Return what the actor must look at now: their own alarms, and their teams' where nobody is named.

    A supervisor sees every alarm of their regions. Errors: NotAllowed.
    """
    reader = queue_reader(actor=actor)
    rows = fetch_all(
        "SELECT a.*, c.number, c.subject FROM cases_alarm a JOIN cases_case old ON old.id = a.case_id"
        " JOIN cases_case c ON c.id = coalesce(old.merged_into, old.id)"
        " WHERE a.cleared_at IS NULL AND (a.user_id = %(user)s OR a.team = ANY (%(teams)s)"
        " AND (a.user_id IS NULL OR %(supervises)s)) AND (a.region = ANY (%(regions)s) OR a.user_id = %(user)s)"
        " ORDER BY a.id DESC LIMIT %(limit)s",
        {
            "user": actor.id,
            "teams": teams_of(Filter(), reader),
            "supervises": actor.may(Scope.SUPERVISE_CARE),
            "regions": regions_of(Filter(), reader),
            "limit": limit,
        },
    )
    return tuple(
        Raised(
            row.id, row.case_id, row.number, row.subject, Alarm(row.kind), row.subject_id,
            row.team, row.user_id, row.at,
        )
        for row in rows
    )  # fmt: skip


def queue_reader(*, actor: Actor) -> Reader:
    """Return the actor with their skills. Errors: NotAllowed for whoever works no cases."""
    if actor.kind == "member" or not (
        actor.may(Scope.WORK_CASES) or actor.may(Scope.SUPERVISE_CARE)
    ):
        raise NotAllowed(Scope.WORK_CASES)
    return reader_of(actor=actor)


def teams_of(asked: Filter, reader: Reader) -> list[str]:
    """Return the teams to look at: of those asked for, the ones the reader may see."""
    may_see = reader.teams
    if reader.actor.may(Scope.SUPERVISE_CARE):
        may_see = frozenset(team.code for team in list_teams())
    return sorted(may_see & set(asked.teams) if asked.teams else may_see)


def regions_of(asked: Filter, reader: Reader) -> list[str]:
    """Return the regions to look at; cases of no region yet are everybody's."""
    known = {region.code for region in get_organisation().regions}
    may_see = {*(reader.regions or known), ""}
    return sorted(may_see & set(asked.regions) if asked.regions else may_see)
