"""What the board shows of each day, held against the same worked out again from the rows and the log."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from openmember.cases.board import figures
from openmember.cases.board.reach import reach_of
from openmember.cases.board.types import Reach, Stretch
from openmember.directory.queries import zone_of
from openmember.members.types import system
from tests.week.recount import Recount
from tests.week.representative import ZONE

ACTOR = system("week")
DAY = timedelta(days=1)
SERVICE = ("offered", "answered", "measured", "in_time", "abandoned", "waiting", "wait_seconds")
RESOLUTION = ("firsts", "settled", "known", "repeats")
KEPT = ("kept", "unreached", "broken", "cancelled")
QUEUES = ("waiting", "open", "nobodys", "late", "soon")


def list_unequal(*, first: date, until: date, now: datetime, live: bool = True) -> Iterator[str]:
    """Return a sentence for each figure that is another on the board, of each day from one to before another.

    Shape:  `live`: what waits at this moment too.
    """
    reach, again = reach_of(actor=ACTOR), Recount(now)
    day = first
    while day < until:
        yield from (f"{day}: {sentence}" for sentence in _of_day(day, reach, again))
        day += DAY
    if live:
        shown = figures.list_queues(reach=reach, now=now)
        yield from _unequal("queue", shown, again.queues(), QUEUES)


def _of_day(day: date, reach: Reach, again: Recount) -> Iterator[str]:
    asked = {"reach": reach, "stretch": _stretch(day, reach)}
    now = again.now
    yield from _unequal(
        "service", figures.list_service(**asked, now=now), again.service(day), SERVICE
    )
    yield from _unequal(
        "resolution", figures.list_resolution(**asked, now=now), again.resolution(day), RESOLUTION
    )
    yield from _unequal("calls", figures.list_kept(**asked), again.kept(day), KEPT)
    cells = figures.waits_of(figures.list_half_hours(**asked, now=now))
    shown = {one.hour: (one.measured, one.wait_seconds) for one in cells}
    if shown != again.waits(day):
        yield f"waits by hour are {shown}, and {again.waits(day)} by the contacts"
    cases = [(one.opened, one.settled) for one in figures.list_days(**asked) if one.day == day]
    if cases != [again.days(day)]:
        yield f"cases by day are {cases}, and {again.days(day)} by the log"


def _unequal(
    what: str, shown: tuple[Any, ...], found: dict[str, dict[str, Any]], names: tuple[str, ...]
) -> Iterator[str]:
    by_team = {one.team: asdict(one) for one in shown}
    for team in sorted({*by_team, *found}):
        for name in names:
            board, anew = by_team.get(team, {}).get(name, 0), found.get(team, {}).get(name, 0)
            if board != anew:
                yield f"{what} of {team or 'no team'}: {name} is {board}, and {anew} by the log"


def _stretch(day: date, reach: Reach) -> Stretch:
    midnights = [
        tuple(datetime.combine(one, time(), zone_of(region=region)) for region in reach.regions)
        for one in (day, day + DAY)
    ]
    return Stretch(day, day + DAY, *midnights)


def day_of(moment: datetime) -> date:
    """Return the day of a moment where everybody of this week lives."""
    return moment.astimezone(ZONE).date()
