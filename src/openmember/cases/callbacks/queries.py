"""Reading promised calls: a team's, a case's, and how well promises are kept."""

from datetime import datetime, timedelta
from typing import Any

from openmember.cases.callbacks import rules
from openmember.cases.callbacks.types import Attempt, Callback, Kept, Reached, State, Window
from openmember.cases.policy import get_policy, hours_of
from openmember.cases.queries import family_ids, reader_of
from openmember.cases.rows import plain
from openmember.cases.types import Case
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor, NotAllowed, Scope

# Of a case that was merged, the callback shows the one that stays.
SELECT = """
SELECT b.*, c.id AS stays_id, c.number, c.subject, c.member_id,
       (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.number) FROM cases_callback_attempt a
        WHERE a.callback_id = b.id) AS attempts
FROM cases_callback b JOIN cases_case old ON old.id = b.case_id
JOIN cases_case c ON c.id = coalesce(old.merged_into, old.id)
"""


def list_callbacks(*, case: Case) -> tuple[Callback, ...]:
    """Return the promised calls of a case and of those merged into it, the newest first."""
    rows = fetch_all(
        SELECT + "WHERE b.case_id = ANY (%(ids)s) ORDER BY b.id DESC",
        {"ids": family_ids(case=case)},
    )
    return tuple(callback_from_row(row) for row in rows)


def list_promised(
    *, actor: Actor, only_mine: bool = False, limit: int = 200
) -> tuple[Callback, ...]:
    """Return the calls to make, the one that breaks first at the top: the actor's own wherever they are,
    and those of their teams and regions.

    Errors: NotAllowed.
    """
    if not (actor.may(Scope.WORK_CASES) or actor.may(Scope.SUPERVISE_CARE)):
        raise NotAllowed(Scope.WORK_CASES)
    reader = reader_of(actor=actor)
    rows = fetch_all(
        SELECT + "WHERE b.state = 'promised' AND (b.assignee_id = %(user)s OR NOT %(mine)s"
        " AND (%(all)s OR b.team = ANY (%(teams)s)) AND (%(all_regions)s OR b.region = ANY (%(regions)s)))"
        " ORDER BY b.ends_at, b.id LIMIT %(limit)s",
        {
            "all": actor.may(Scope.SUPERVISE_CARE),
            "teams": list(reader.teams),
            "user": actor.id,
            "all_regions": not reader.regions,
            "regions": [*reader.regions, ""],
            "mine": only_mine,
            "limit": limit,
        },
    )
    return tuple(callback_from_row(row) for row in rows)


def list_own_callbacks(*, case: Case) -> tuple[Callback, ...]:
    """Return the calls a member still waits for, for the member."""
    return tuple(one for one in list_callbacks(case=case) if one.state is State.PROMISED)


def report_kept(*, since: datetime, until: datetime, actor: Actor) -> tuple[Kept, ...]:
    """Return how promises that ended in a stretch of time were kept, by team. Errors: NotAllowed."""
    actor.require(Scope.SUPERVISE_CARE)
    rows = fetch_all(
        "SELECT team, count(*) FILTER (WHERE state = 'kept') AS kept,"
        " count(*) FILTER (WHERE state = 'unreached') AS unreached,"
        " count(*) FILTER (WHERE state = 'broken') AS broken,"
        " count(*) FILTER (WHERE state = 'cancelled') AS cancelled"
        " FROM cases_callback WHERE ends_at >= %(since)s AND ends_at < %(until)s AND state <> 'promised'"
        " GROUP BY team ORDER BY team",
        {"since": since, "until": until},
    )
    return tuple(Kept(row.team, row.kept, row.unreached, row.broken, row.cancelled) for row in rows)


def limits() -> rules.Limits:
    """Return what the policy says of windows."""
    policy = get_policy()
    return rules.Limits(
        timedelta(minutes=policy.shortest_minutes),
        timedelta(minutes=policy.longest_minutes),
        timedelta(days=policy.days_ahead),
    )


def list_windows(*, case: Case, now: datetime, count: int = 6) -> tuple[Window, ...]:
    """Return the next windows in which the team of a case can call, to choose from."""
    hours = hours_of(team=case.team, region=case.region)
    return rules.list_windows(hours, limits(), now, count)


def callback_from_row(row: Any) -> Callback:
    """Return a row of `SELECT` as a value."""
    return Callback(
        id=row.id,
        case_id=row.stays_id,
        case_number=row.number,
        subject=row.subject,
        member_id=row.member_id,
        team=row.team,
        region=row.region,
        zone=row.zone,
        language=row.language,
        phone=row.phone,
        window=Window(row.starts_at, row.ends_at),
        assignee_id=row.assignee_id,
        assignee_name=row.assignee_name,
        state=State(row.state),
        promised_at=row.promised_at,
        promised_name=row.promised_name,
        settled_at=row.settled_at,
        alarmed_at=row.alarmed_at,
        reason=row.reason,
        attempts=tuple(
            Attempt(
                one["number"], datetime.fromisoformat(one["at"]), Reached(one["outcome"]),
                one["note"], one["actor_name"],
            )
            for one in plain(row.attempts) or ()
        ),
    )  # fmt: skip
