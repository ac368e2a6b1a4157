"""How the organisation keeps its promises about care work: windows, attempts, hours. Data, read once."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from openmember.cases.clocks.types import Hours
from openmember.directory.queries import find_region, zone_of
from openmember.directory.reading import DAYS


class BadPolicy(Exception):
    """The file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class _TeamHours:
    days: tuple[int, ...]
    opens: int
    closes: int
    holidays: bool


@dataclass(frozen=True, slots=True)
class BoardPolicy:
    """What the supervisor's board measures by."""

    answer_seconds: int
    answered_percent: int
    resolution_days: int
    soon_hours: int
    weeks: int
    forecast_weeks: int
    tried_weeks: int


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """Who gets what of the work that waits."""

    language_minutes: int
    retry_minutes: int
    share_from: int
    closing_minutes: int


@dataclass(frozen=True, slots=True)
class Policy:
    """The figures of `policy.toml`; the file says what each is for."""

    repeat_contacts: int
    repeat_days: int
    shortest_minutes: int
    longest_minutes: int
    days_ahead: int
    attempts: int
    alarm_minutes: int
    warm_minutes: int
    cold_minutes: int
    close_after_days: int
    reopen_within_days: int
    alarm_hours: int
    expedited_hours: int
    held_minutes: int
    head_start_minutes: int
    danger_minutes: int
    away_minutes: int
    board: BoardPolicy
    queue: QueuePolicy
    hours: _TeamHours
    team_hours: dict[str, _TeamHours]


@cache
def get_policy() -> Policy:
    """Return the configured policy. Errors: BadPolicy."""
    return read_policy(Path(settings.CASE_POLICY_FILE))


def hours_of(*, team: str, region: str) -> Hours:
    """Return when a team works for the members of a region, in the region's zone."""
    policy = get_policy()
    found = policy.team_hours.get(team, policy.hours)
    place = find_region(code=region)
    state = place.states[0] if place else "US"
    return Hours(
        zone=zone_of(region=region).key,
        days=found.days,
        opens=found.opens,
        closes=found.closes,
        jurisdiction=state if found.holidays else "",
    )


def read_policy(path: Path) -> Policy:
    """Return the policy of a file. Errors: BadPolicy, naming the value at fault."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        policy = _policy(given)
    except KeyError as missing:
        raise BadPolicy(f"{path.name}: {missing} is missing") from missing
    except (OSError, TypeError, ValueError) as wrong:
        raise BadPolicy(f"{path.name}: {wrong}") from wrong
    if not 1 <= policy.attempts <= 3:
        raise BadPolicy(f"{path.name}: a call is tried once to three times")
    return policy


def _policy(given: dict[str, Any]) -> Policy:
    hours = given["hours"]
    return Policy(
        repeat_contacts=_count(given["repeats"], "contacts", least=2),
        repeat_days=_count(given["repeats"], "days"),
        shortest_minutes=_count(given["callbacks"], "shortest_minutes"),
        longest_minutes=_count(given["callbacks"], "longest_minutes"),
        days_ahead=_count(given["callbacks"], "days_ahead"),
        attempts=_count(given["callbacks"], "attempts"),
        alarm_minutes=_count(given["callbacks"], "alarm_minutes"),
        warm_minutes=_count(given["transfers"], "warm_minutes"),
        cold_minutes=_count(given["transfers"], "cold_minutes"),
        close_after_days=_count(given["cases"], "close_after_days"),
        reopen_within_days=_count(given["cases"], "reopen_within_days"),
        alarm_hours=_count(given["cases"], "alarm_hours"),
        expedited_hours=_count(given["cases"], "expedited_hours"),
        held_minutes=_count(given["walkins"], "held_minutes"),
        head_start_minutes=_count(given["walkins"], "head_start_minutes"),
        danger_minutes=_count(given["walkins"], "danger_minutes"),
        away_minutes=_count(given["presence"], "away_minutes"),
        board=_board(given["board"]),
        queue=QueuePolicy(
            **{field.name: _count(given["queue"], field.name) for field in fields(QueuePolicy)}
        ),
        hours=_hours(hours),
        team_hours={team: _hours(row) for team, row in hours.get("team", {}).items()},
    )


def _board(row: dict[str, Any]) -> BoardPolicy:
    board = BoardPolicy(**{field.name: _count(row, field.name) for field in fields(BoardPolicy)})
    if board.answered_percent > 99:
        raise ValueError("no number of people answers every contact in time; aim at 99 percent")
    return board


def _hours(row: dict[str, Any]) -> _TeamHours:
    days = tuple(sorted(DAYS.index(day) for day in row["days"]))
    if not days or not 0 <= row["opens"] < row["closes"] <= 24:
        raise ValueError("hours have days and full hours, opening before closing")
    return _TeamHours(days, row["opens"], row["closes"], row["holidays"] is True)


def _count(row: dict[str, Any], name: str, least: int = 1) -> int:
    value = row[name]
    if not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is a number from {least}, not {value}")
    return value
