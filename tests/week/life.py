"""A week lived by processes that are killed in the middle of what they do, and go on."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connections

from openmember.cases.testing import a_worker
from openmember.kernel.embedded.lifeline import tie_to_parent
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor
from openmember.payments.testing import a_member
from tests.week.calls import Call, calls_of_a_week
from tests.week.comparing import day_of, list_unequal
from tests.week.front import Front
from tests.week.proof import list_lost
from tests.week.representative import CLOSES, OPENS, PHONE, Representative

FORK = multiprocessing.get_context("fork")
STEP, NIGHT = timedelta(minutes=10), timedelta(hours=2)
WEEK, DRAIN = timedelta(days=7), timedelta(days=3)
TEAMS = ("member_services", "billing", "financial_services", "claims", "pharmacy")
PATIENCE_SECONDS = 900
Worker = Callable[[datetime, datetime], None]


class WeekFailed(Exception):
    """A process ended that nobody killed, or a step does not end."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What a week came to. `lost` has a sentence for everything that was, `unequal` one for each figure of the
    board that the log does not tell.
    """

    calls: int
    kills: int
    outcomes: dict[str, int]
    callbacks: dict[str, int]
    transfers: dict[str, int]
    cases: dict[str, int]
    lost: tuple[str, ...]
    unequal: tuple[str, ...]


class Desk:
    """A process that works step by step, and one more after each that was killed."""

    def __init__(self, work: Worker) -> None:
        self._work = work
        self._start()

    def begin(self, since: datetime, until: datetime) -> None:
        self._step = since, until
        self._ours.send(self._step)

    def wait(self) -> None:
        """Return when the step is done. Errors: WeekFailed."""
        if not self._ours.poll(PATIENCE_SECONDS):
            raise WeekFailed("a step goes on and on")
        try:
            self._ours.recv()
        except EOFError as gone:
            raise WeekFailed(f"a desk ended with {self._process.exitcode}") from gone

    def kill(self) -> None:
        """Kill the process wherever it is, and have another do the step."""
        self._process.kill()
        self._process.join()
        self._ours.close()
        self._start()
        self.begin(*self._step)

    def end(self) -> None:
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        # A connection must not be shared by two processes.
        connections.close_all()
        self._ours, theirs = FORK.Pipe()
        self._process = FORK.Process(target=self._run, args=(theirs, os.getpid()))
        self._process.start()
        theirs.close()

    def _run(self, theirs: "multiprocessing.connection.Connection", parent: int) -> None:
        tie_to_parent(signal.SIGKILL, parent)
        while True:
            self._work(*theirs.recv())
            theirs.send("done")


def live(
    *, contacts: int, representatives: int, kills: int, seed: int, monday: datetime,
    step: timedelta = STEP, tell: Callable[[str], None] = lambda text: None,
) -> Lived:  # fmt: skip
    """Live through the seven days from a midnight on, and the days it takes until nobody waits.

    Shape:  `step` is how long people work between two looks of the front; longer steps are fewer, and quicker.
    """
    random = Random(seed)
    members = [a_member(region="california", phone=PHONE).id for _ in range(max(contacts // 8, 5))]
    calls = calls_of_a_week(contacts, monday=monday, members=members, random=random)
    by_mark = {call.mark: call for call in calls}
    people = [
        Representative(actor, by_mark, seed + place)
        for place, actor in enumerate(_hire(representatives, random))
    ]
    desks = [Desk(_front(calls)), *(Desk(_room(people[place::2])) for place in range(2))]
    try:
        ended, killed, unequal = _live(desks, monday, kills, random, step, tell)
    finally:
        for desk in desks:
            desk.end()
    # Asked again when the week after the last contact is over, so that first contacts can be judged.
    last = list_unequal(
        first=day_of(monday), until=day_of(ended), now=ended + WEEK + timedelta(days=1), live=False
    )
    return Lived(
        len(calls), killed, _count("outcome", "cases_interaction"), _count("state", "cases_callback"),
        _count("state", "cases_transfer"), _count("status", "cases_case"),
        tuple(list_lost(calls, now=ended)), (*unequal, *last),
    )  # fmt: skip


def _live(
    desks: list[Desk], monday: datetime, kills: int, random: Random, step: timedelta,
    tell: Callable[[str], None],
) -> tuple[datetime, int, list[str]]:  # fmt: skip
    """Go step by step; kill as often as asked, each time in the middle of a busy step.

    Each midnight the board is held against the log: what it shows of the day, and what waits.
    """
    now, killed, days, unequal = monday, 0, 0, []
    busy = [one for one in _steps(monday, monday + WEEK, step) if one[1] - one[0] == step]
    fatal = random.choices(busy, k=kills)
    for since, until in _steps(monday, monday + WEEK + DRAIN, step):
        if since >= monday + WEEK and not _waits():
            break
        for desk in desks:
            desk.begin(since, until)
        for _ in range(fatal.count((since, until))):
            time.sleep(random.uniform(0, 0.15))
            random.choice(desks).kill()
            killed += 1
        for desk in desks:
            desk.wait()
        now = until
        if (now - monday).days > days:
            days += 1
            found = list(
                list_unequal(first=day_of(now) - timedelta(days=1), until=day_of(now), now=now)
            )
            unequal += found
            tell(
                f"day {days}: {_count('outcome', 'cases_interaction')}, {len(found)} figures differ"
            )
            for sentence in found:
                tell(sentence)
    return now, killed, unequal


def _steps(
    since: datetime, until: datetime, short: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """Yield short steps while people work, and long ones at night and on Saturday and Sunday."""
    while since < until:
        works = since.weekday() < 5 and OPENS <= since.hour < CLOSES + 2
        step = short if works else NIGHT
        yield since, since + step
        since += step


def _front(calls: list[Call]) -> Worker:
    front = Front(calls)
    return front.work


def _room(people: list[Representative]) -> Worker:
    def work(since: datetime, until: datetime) -> None:
        for one in people:
            one.work(since, until)

    return work


def _hire(count: int, random: Random) -> list[Actor]:
    """Return so many representatives, such that each team has some of each language."""
    found = []
    for place in range(count):
        teams = {TEAMS[place % len(TEAMS)], random.choice(TEAMS)}
        languages = (("es", "zh-hant"), ("es",), (), ("zh-hant",))[place // len(TEAMS) % 4]
        found.append(a_worker(*sorted(teams), languages=languages, first_name=f"Rep {place}"))
    return found


def _waits() -> bool:
    rows = fetch_all(
        "SELECT 1 FROM cases_interaction WHERE ended_at IS NULL"
        " UNION ALL SELECT 1 FROM cases_callback WHERE state = 'promised' LIMIT 1"
    )
    return bool(rows)


def _count(column: str, table: str) -> dict[str, int]:
    rows = fetch_all(
        f"SELECT coalesce({column}, 'running') AS name, count(*) AS n FROM {table} GROUP BY 1 ORDER BY 1"
    )
    return {row.name: row.n for row in rows}
