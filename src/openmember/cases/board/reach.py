"""Whose work the board shows, of which days, and until when the next working hours last."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from openmember.cases.board.types import Reach, Stretch
from openmember.cases.clocks.business import after_working
from openmember.cases.clocks.types import Hours
from openmember.cases.policy import get_policy, hours_of
from openmember.cases.queries import reader_of
from openmember.cases.work.queries import regions_of, teams_of
from openmember.cases.work.types import Filter
from openmember.directory.queries import zone_of
from openmember.members.types import Actor, NotAllowed, Scope

MINE = "mine"


def reach_of(*, actor: Actor, team: str = "", region: str = "") -> Reach:
    """Return what a supervisor looks at: every team, `mine`, or one; their regions, or one of them.

    Shape:  contacts of no team or region yet are everybody's, and are shown where nothing is chosen.
    Errors: NotAllowed, also for a region that is not theirs.
    """
    actor.require(Scope.SUPERVISE_CARE)
    reader = reader_of(actor=actor)
    chosen = tuple(reader.teams) if team == MINE else (team,) if team else ()
    if region and not reader.works_in(region):
        raise NotAllowed(Scope.SUPERVISE_CARE)
    asked = Filter(teams=chosen, regions=(region,) if region else ())
    teams = teams_of(asked, reader) if chosen or team != MINE else []
    return Reach(
        ("", *teams) if team in {"", MINE} else tuple(teams), tuple(regions_of(asked, reader))
    )


def days_back(reach: Reach, *, now: datetime, days: int, today: bool = False) -> Stretch:
    """Return so many whole days before today; with `today`, up to now as well. Days are each region's own."""
    zones = [zone_of(region=region) for region in reach.regions]
    here = min(_day(now, zone) for zone in zones)
    return Stretch(
        first=here - timedelta(days=days),
        until=here + timedelta(days=1 if today else 0),
        sinces=tuple(_midnight(now, zone, days) for zone in zones),
        untils=tuple(now if today else _midnight(now, zone, 0) for zone in zones),
    )


def stretch_values(reach: Reach, stretch: Stretch) -> dict[str, Any]:
    """Return what the board's statements are asked with of whose and when."""
    return {
        "teams": list(reach.teams),
        "regions": list(reach.regions),
        "zones": [zone_of(region=region).key for region in reach.regions],
        "sinces": list(stretch.sinces),
        "untils": list(stretch.untils),
        "since": min(stretch.sinces),
        "until": max(stretch.untils),
    }


def soon_values(reach: Reach, *, now: datetime) -> dict[str, Any]:
    """Return until when the next working hours of each team last in each region."""
    ahead = timedelta(hours=get_policy().board.soon_hours)
    known: dict[Hours, datetime] = {}
    rows = []
    for team in reach.teams:
        for region in reach.regions:
            hours = hours_of(team=team, region=region)
            if hours not in known:
                known[hours] = after_working(hours, now, ahead)
            rows.append((team, region, known[hours]))
    return {
        "soon_teams": [row[0] for row in rows],
        "soon_regions": [row[1] for row in rows],
        "soons": [row[2] for row in rows],
    }


def _day(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()


def _midnight(now: datetime, zone: ZoneInfo, days: int) -> datetime:
    return datetime.combine(_day(now, zone) - timedelta(days=days), time(), zone)
