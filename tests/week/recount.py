"""The board's figures worked out again in plain Python, from contacts, calls and the log of cases.

Nothing here is shared with the board: not its statements, its clocks or its policy. What each figure counts is
what docs/board.md says.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from openmember.cases.rows import plain
from openmember.kernel.sql import fetch_all
from tests.week.representative import ZONE

IN_TIME = timedelta(seconds=30)
REPEATED, RETURNED = timedelta(days=60), timedelta(days=7)
SOON = timedelta(hours=4)
DAY = timedelta(days=1)
# Teams that do not work from eight to six. The weeks lived here have no holiday.
CLOSES = {"financial_services": 17}
Counts = dict[str, Any]


class Recount:
    """Everything that is in the database now, by what is asked of it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.contacts = [
            row
            for row in fetch_all("SELECT * FROM cases_interaction ORDER BY arrived_at, id")
            if not row.is_outbound and row.channel in {"phone", "in_person"}
        ]
        self.of_topic: dict[tuple[int, str], list[tuple[datetime, int]]] = defaultdict(list)
        for row in fetch_all("SELECT * FROM cases_interaction ORDER BY arrived_at, id"):
            if not row.is_outbound and row.member_id and row.topic:
                self.of_topic[row.member_id, row.topic].append((row.arrived_at, row.id))
        self.calls = fetch_all("SELECT * FROM cases_callback ORDER BY id")
        self.tries: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
        for row in fetch_all("SELECT * FROM cases_callback_attempt ORDER BY number"):
            self.tries[row.callback_id].append((row.at, row.outcome))
        self.cases = fetch_all("SELECT id, team FROM cases_case ORDER BY id")
        self.log: dict[int, list[Any]] = defaultdict(list)
        for row in fetch_all("SELECT case_id, at, kind, detail FROM cases_event ORDER BY id"):
            self.log[row.case_id].append((row.at, row.kind, plain(row.detail)))

    def came_on(self, day: date) -> list[Any]:
        return [row for row in self.contacts if row.arrived_at.astimezone(ZONE).date() == day]

    def service(self, day: date) -> dict[str, Counts]:
        """Return how contacts that came on a day were answered, by team."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.came_on(day):
            one = found[row.team]
            is_answered = row.answered_at is not None
            one["offered"] += 1
            one["answered"] += is_answered
            one["abandoned"] += row.outcome == "abandoned" and not is_answered
            one["waiting"] += not is_answered and row.ended_at is None
            if is_answered and row.answered_at > row.arrived_at:
                one["measured"] += 1
                one["in_time"] += row.answered_at - row.arrived_at <= IN_TIME
                one["wait_seconds"] += int((row.answered_at - row.arrived_at).total_seconds())
        return {team: dict(one) for team, one in found.items()}

    def waits(self, day: date) -> dict[int, tuple[int, int]]:
        """Return how many of a day were answered, and their mean wait, by the hour they came."""
        waited: dict[int, list[int]] = defaultdict(list)
        for row in self.came_on(day):
            if row.answered_at and row.answered_at > row.arrived_at:
                hour = row.arrived_at.astimezone(ZONE).hour
                waited[hour].append(int((row.answered_at - row.arrived_at).total_seconds()))
        return {hour: (len(all_), round(sum(all_) / len(all_))) for hour, all_ in waited.items()}

    def resolution(self, day: date) -> dict[str, Counts]:
        """Return first contacts that were enough, and contacts that repeat an earlier one, by team."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.came_on(day):
            if row.answered_at is None or row.member_id is None or not row.topic:
                continue
            same = self.of_topic[row.member_id, row.topic]
            here = same.index((row.arrived_at, row.id))
            before = row.arrived_at - same[here - 1][0] if here else None
            after = same[here + 1][0] - row.arrived_at if here + 1 < len(same) else None
            is_over = row.arrived_at <= self.now - RETURNED
            is_first = is_over and (before is None or before > RETURNED)
            one = found[row.team]
            one["known"] += 1
            one["repeats"] += before is not None and before <= REPEATED
            one["firsts"] += is_first
            is_enough = row.outcome in {"answered", "referred"} and (
                after is None or after > RETURNED
            )
            one["settled"] += is_first and is_enough
        return {team: dict(one) for team, one in found.items()}

    def kept(self, day: date) -> dict[str, Counts]:
        """Return how promised calls whose window ended on a day were kept, by team."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.calls:
            if row.ends_at.astimezone(ZONE).date() == day and row.ends_at < self.now:
                found[row.team][self._state(row)] += 1
        return {team: dict(one) for team, one in found.items()}

    def days(self, day: date) -> tuple[int, int]:
        """Return how many cases were opened on a day, and settled, once each."""
        opened, settled = set(), set()
        for case_id, events in self.log.items():
            for at, kind, detail in events:
                if at.astimezone(ZONE).date() == day:
                    if kind == "opened":
                        opened.add(case_id)
                    if kind == "moved" and detail.get("to") == "resolved":
                        settled.add(case_id)
        return len(opened), len(settled)

    def queues(self) -> dict[str, Counts]:
        """Return what waits now, by team."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.contacts:
            if row.answered_at is None and row.ended_at is None:
                found[row.team]["waiting"] += 1
        for case in self.cases:
            log = self.log[case.id]
            status = next((one["to"] for _, kind, one in reversed(log) if kind == "moved"), "new")
            if status in {"resolved", "closed", "merged"}:
                continue
            one, due = found[case.team], due_of(log)
            one["open"] += 1
            one["nobodys"] += not _owner(log)
            one["late"] += due is not None and due <= self.now
            one["soon"] += due is not None and self.now < due <= self._soon(case.team)
        return {team: dict(one) for team, one in found.items()}

    def _state(self, call: Any) -> str:
        """Return what became of a call whose window is over, from what was tried."""
        if any(
            kind == "callback_cancelled" and detail.get("callback_id") == call.id
            for _, kind, detail in self.log[call.case_id]
        ):
            return "cancelled"
        tried = self.tries[call.id]
        in_time = [outcome for at, outcome in tried if call.starts_at <= at < call.ends_at]
        if "reached" in in_time:
            return "kept"
        return "unreached" if in_time else "broken"

    def _soon(self, team: str) -> datetime:
        """Return when the next four working hours of a team are over."""
        left = SOON
        for opens, closes in windows(self.now, CLOSES.get(team, 18)):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise AssertionError


def windows(since: datetime, closes: int) -> Iterator[tuple[datetime, datetime]]:
    """Return the working hours from a moment on, from eight on Monday to Friday."""
    day = since.astimezone(ZONE).date()
    for count in range(60):
        here = day + count * DAY
        opens, ends = (
            datetime.combine(here, time(hour), ZONE).astimezone(UTC) for hour in (8, closes)
        )
        if here.weekday() < 5 and ends > since:
            yield max(opens, since.astimezone(UTC)), ends


def due_of(log: Iterable[tuple[datetime, str, dict[str, Any]]]) -> datetime | None:
    """Return when the clock of a case is late, walking day by day; None while it stands still or is stopped."""
    started, rule, stops = None, {}, []
    for at, kind, detail in log:
        if kind == "clock_started":
            started, rule, stops = at, detail, []
        elif kind == "clock_paused":
            stops.append([at, None])
        elif kind == "clock_resumed":
            stops[-1][1] = at
        elif kind == "clock_stopped":
            started = None
    if started is None:
        return None
    count = _business_hours if rule["rule"]["unit"] == "business_hour" else _business_days
    assert rule["rule"]["unit"] in {"business_hour", "business_day"}
    return count(started, rule["rule"]["length"], stops, rule["hours"]["closes"])


def _business_days(
    started: datetime, length: int, stops: list[list[datetime | None]], _closes: int
) -> datetime | None:
    """Return the end of the day on which so many days have counted: those at whose end the clock ran."""
    here = started.astimezone(ZONE).date()
    while True:
        here += DAY
        ends = datetime.combine(here + DAY, time(), ZONE)
        stood = [one for one in stops if one[0] < ends and (one[1] is None or one[1] >= ends)]
        if any(one[1] is None for one in stood):
            return None
        length -= here.weekday() < 5 and not stood
        if length == 0:
            return ends.astimezone(UTC)


def _business_hours(
    started: datetime, length: int, stops: list[list[datetime | None]], closes: int
) -> datetime | None:
    """Return when so many working hours are over, those in which the clock stood still left out."""
    left = timedelta(hours=length)
    for opens, ends in windows(started, closes):
        here = opens
        for since, until in [*stops, [ends, ends]]:
            stretch = min(since, ends) - here
            if stretch >= left:
                return here + left
            left -= max(stretch, timedelta())
            if since < ends and until is None:
                return None
            here = max(here, min(until, ends))
    raise AssertionError


def _owner(log: list[tuple[datetime, str, dict[str, Any]]]) -> int | None:
    for _, kind, detail in reversed(log):
        if kind == "released":
            return None
        if kind in {"opened", "owned"}:
            return detail.get("owner_id")
    return None
