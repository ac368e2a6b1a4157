"""Which teams take messages and how soon they answer. Data, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from openmember.cases.categories import UnknownCategory, get_category
from openmember.cases.clocks.types import Rule, Unit
from openmember.directory.teams import Team, list_teams


class BadTeams(Exception):
    """The file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """How one team takes messages. `instead` is a category that is asked in place of one."""

    team: str
    category: str
    reply: Rule
    instead: str


def find_mailbox(*, team: str) -> Mailbox | None:
    """Return how a team takes messages, or None where it takes none. Errors: BadTeams."""
    return _read()[0].get(team)


def reply_rule(*, team: str) -> Rule:
    """Return how soon a team replies; what was handed to a team without a promise keeps the first one's."""
    boxes = _read()[0]
    return boxes[team].reply if team in boxes else next(iter(boxes.values())).reply


def alarm_minutes() -> int:
    """Return how long before a promise breaks somebody is alarmed."""
    return _read()[1]


def list_team_choices() -> list[Team]:
    """Return the teams a member can write to, in the language now in force."""
    boxes = _read()[0]
    return [team for team in list_teams() if team.code in boxes and not boxes[team.code].instead]


@cache
def _read() -> tuple[dict[str, Mailbox], int]:
    return read_teams(Path(settings.THREAD_TEAMS_FILE))


def read_teams(path: Path) -> tuple[dict[str, Mailbox], int]:
    """Return the mailboxes of a file by team, and the alarm's minutes. Errors: BadTeams."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        minutes, rows = given["alarm_minutes"], given["team"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as wrong:
        raise BadTeams(f"{path.name}: {wrong}") from wrong
    known = {team.code for team in list_teams()}
    found: dict[str, Mailbox] = {}
    for row in rows:
        code = row.get("code", "?")
        try:
            box = _mailbox(row)
        except (KeyError, ValueError, TypeError, UnknownCategory) as wrong:
            raise BadTeams(f"{path.name}, {code}: {wrong}") from wrong
        if code in found or code not in known:
            raise BadTeams(f"{path.name}, {code}: twice, or no team")
        found[code] = box
    if not isinstance(minutes, int) or minutes < 1 or not found:
        raise BadTeams(f"{path.name}: it has teams, and alarm_minutes from 1")
    return found, minutes


def _mailbox(row: dict[str, Any]) -> Mailbox:
    category = get_category(code=row["category"])
    if any(fact.is_required for fact in category.facts):
        raise ValueError(f"{category.code} cannot begin with a message: it requires facts")
    reply = row["reply"]
    if reply["length"] < 1:
        raise ValueError("a promise takes one unit at least")
    instead = row.get("instead", "")
    if instead:
        get_category(code=instead)
    return Mailbox(
        team=row["code"],
        category=category.code,
        reply=Rule(length=reply["length"], unit=Unit(reply["unit"])),
        instead=instead,
    )
