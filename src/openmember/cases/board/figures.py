"""The board's figures, each one statement over the rows that are behind it. Defined in docs/board.md."""

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openmember.cases.board.reach import days_back, soon_values, stretch_values
from openmember.cases.board.rolling import counted_of, half_hour_of, policy_values, within
from openmember.cases.board.types import (
    Cell,
    Day,
    HalfHour,
    Person,
    Queue,
    Reach,
    Resolution,
    Service,
    Stretch,
)
from openmember.cases.callbacks.types import Kept
from openmember.cases.dossier import PRESENT_SECONDS
from openmember.cases.policy import get_policy
from openmember.cases.types import Channel
from openmember.directory.queries import get_organisation
from openmember.directory.teams import list_teams
from openmember.kernel.sql import fetch_all, sql_text
from openmember.members.types import Actor, Scope

SQL = Path(__file__).parents[1] / "sql" / "board"


def list_queues(*, reach: Reach, now: datetime) -> tuple[Queue, ...]:
    """Return what waits for each team now, and who of it is there."""
    values = {
        "teams": list(reach.teams), "regions": list(reach.regions), "now": now,
        "seen_since": now - timedelta(seconds=PRESENT_SECONDS), **soon_values(reach, now=now),
    }  # fmt: skip
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for name in ("queues.sql", "people.sql"):
        for row in fetch_all(sql_text(SQL / name), values):
            found[row.team].update(row._asdict())
    return tuple(Queue(**found[team]) for team in reach.teams if team in found)


def list_people(*, team: str, region: str, now: datetime, actor: Actor) -> tuple[Person, ...]:
    """Return who works in a team for a region, those first who are there and have fewest calls to make.

    Errors: NotAllowed.
    """
    actor.require(Scope.SUPERVISE_CARE)
    values = {
        "team": team,
        "region": region,
        "seen_since": now - timedelta(seconds=PRESENT_SECONDS),
    }
    return tuple(Person(*row) for row in fetch_all(sql_text(SQL / "team_people.sql"), values))


def list_service(*, reach: Reach, stretch: Stretch, now: datetime) -> tuple[Service, ...]:
    """Return how contacts that came in a stretch of days were answered, by team."""
    return tuple(Service(*row) for row in _over_half_hours("service.sql", reach, stretch, now))


def list_half_hours(
    *, reach: Reach, stretch: Stretch, now: datetime, channel: Channel | None = None
) -> tuple[HalfHour, ...]:
    """Return what came in each half hour of each day, in the zone of the region; on one channel or on all."""
    wanted = channel.value if channel else ""
    rows = _over_half_hours("half_hours.sql", reach, stretch, now, channel=wanted)
    return tuple(HalfHour(*row) for row in rows)


def list_resolution(*, reach: Reach, stretch: Stretch, now: datetime) -> tuple[Resolution, ...]:
    """Return, by team, how many first contacts were enough, and how many contacts repeat an earlier one."""
    rows = _over_half_hours("resolution.sql", reach, stretch, now)
    return tuple(Resolution(*row) for row in rows)


def list_kept(*, reach: Reach, stretch: Stretch) -> tuple[Kept, ...]:
    """Return how promised calls whose window ended in a stretch of days were kept, by team."""
    return tuple(
        Kept(*row) for row in fetch_all(sql_text(SQL / "calls.sql"), stretch_values(reach, stretch))
    )


def list_days(*, reach: Reach, stretch: Stretch) -> tuple[Day, ...]:
    """Return cases opened and settled on each day of a stretch, days of neither included."""
    rows = fetch_all(sql_text(SQL / "days.sql"), stretch_values(reach, stretch))
    found = {row.day: Day(*row) for row in rows}
    span = (stretch.until - stretch.first).days
    days = [stretch.first + timedelta(days=count) for count in range(span)]
    return tuple(found.get(day, Day(day, 0, 0)) for day in sorted({*days, *found}))


def waits_of(half_hours: tuple[HalfHour, ...]) -> tuple[Cell, ...]:
    """Return the mean wait by weekday and hour, from what came in each half hour."""
    counted: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for one in half_hours:
        cell = counted[one.day.weekday(), one.half // 2]
        cell[0] += one.measured
        cell[1] += one.wait_seconds
    return tuple(
        Cell(weekday, hour, count, round(seconds / count))
        for (weekday, hour), (count, seconds) in sorted(counted.items())
        if count
    )


def measured_waits(
    *, region: str, since_days: int, at_least: int, now: datetime
) -> dict[tuple[int, int], int]:
    """Return how many seconds people waited by weekday and hour of their region, for anybody who asks.

    Shape:  by phone, because it is told of lines; of one region, or of all where it is empty; hours with fewer
            contacts say nothing and are left out.
    """
    regions = (region,) if region else tuple(one.code for one in get_organisation().regions)
    reach = Reach(("", *(team.code for team in list_teams())), regions)
    stretch = days_back(reach, now=now, days=since_days)
    halves = list_half_hours(reach=reach, stretch=stretch, now=now, channel=Channel.PHONE)
    cells = waits_of(halves)
    return {(one.weekday, one.hour): one.wait_seconds for one in cells if one.measured >= at_least}


def over_contacts(
    name: str, reach: Reach, stretch: Stretch, now: datetime, **more: Any
) -> list[Any]:
    """Run a statement over the rows of `contacts.sql`."""
    return fetch_all(
        f"WITH contact AS ({sql_text(SQL / 'contacts.sql')}) {sql_text(SQL / name)}",
        {**stretch_values(reach, stretch), **policy_values(), "now": now, **more},
    )


def _over_half_hours(
    name: str, reach: Reach, stretch: Stretch, now: datetime, **more: Any
) -> list[Any]:
    """Run a statement over half hours: those counted before, and what the table lacks from the contacts."""
    values = stretch_values(reach, stretch)
    over = now - timedelta(days=get_policy().board.resolution_days)
    counted = counted_of(since=values["since"], until=values["until"], over=over)
    return fetch_all(
        f"WITH contact AS ({sql_text(SQL / 'contacts.sql')}), half AS ({sql_text(SQL / 'half.sql')}"
        f" {sql_text(SQL / 'counted.sql')}) {sql_text(SQL / name)}",
        {
            **within(values, counted.ranges), **policy_values(), "now": now,
            **{f"all_{name}": value for name, value in values.items()},
            "froms": [one for one, _ in counted.ranges], "tos": [one for _, one in counted.ranges],
            "counted_until": counted.until, "over_until": half_hour_of(over),
            "resolves": name == "resolution.sql", **more,
        },
    )  # fmt: skip
