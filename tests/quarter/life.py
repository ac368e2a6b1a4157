"""A quarter lived by processes that are killed in the middle of what they do, and go on."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from openmember.cases.testing import a_worker
from openmember.kernel.sql import fetch_all
from openmember.payments.testing import a_member
from tests.quarter.plan import REGIONS, draw
from tests.quarter.proof import list_wrong
from tests.quarter.work import Coordinators, Intake, watch
from tests.week.life import Desk

DAYS = 92
HOUR, NIGHT = timedelta(hours=2), timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Lived:
    """What a quarter came to. `wrong` has a sentence for everything that was."""

    disputes: int
    kills: int
    events: dict[str, int]
    missed: int
    wrong: tuple[str, ...]


def live(
    *, disputes: int, kills: int, seed: int, first: datetime, days: int = DAYS,
    tell: Callable[[str], None] = lambda text: None,
) -> Lived:  # fmt: skip
    """Live through so many days from a midnight on."""
    random = Random(seed)
    members = {
        place: [a_member(region=region).id for _ in range(max(disputes // 200, 2))]
        for place, region in REGIONS.items()
    }
    filed = draw(disputes, first=first, days=days, members=members, random=random)
    actor = a_worker("grievances")
    halves = (filed[::2], filed[1::2])
    desks = [
        Desk(Intake(filed, actor).work),
        *(Desk(Coordinators(half, actor, seed + n).work) for n, half in enumerate(halves)),
        Desk(watch),
    ]
    steps = list(_steps(first, first + timedelta(days=days)))
    fatal = random.choices(range(len(steps)), k=kills)
    try:
        for number, (since, until) in enumerate(steps):
            for desk in desks:
                desk.begin(since, until)
            for _ in range(fatal.count(number)):
                time.sleep(random.uniform(0, 0.1))
                random.choice(desks).kill()
            for desk in desks:
                desk.wait()
            if number % 200 == 0:
                tell(f"{until:%Y-%m-%d}: {_events()}")
    finally:
        for desk in desks:
            desk.end()
    # A duty that the law brought in the last look is looked at in the next.
    watch(first, steps[-1][1])
    missed = fetch_all("SELECT count(*) AS n FROM grievances_clock WHERE missed_at IS NOT NULL")[
        0
    ].n
    wrong = tuple(list_wrong(filed, now=steps[-1][1]))
    return Lived(disputes, kills, _events(), missed, wrong)


def _steps(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Two hours while people work, four at night."""
    while since < until:
        step = HOUR if 8 <= since.hour < 18 else NIGHT
        yield since, since + step
        since += step


def _events() -> dict[str, int]:
    rows = fetch_all("SELECT kind, count(*) AS n FROM grievances_event GROUP BY 1 ORDER BY 1")
    return {row.kind: row.n for row in rows}
