"""The organisation's teams: who answers what. Names and descriptions are data, in every language."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from openmember.directory.reading import BadDirectory, folder, naming, read_file

FILE = "teams.toml"


class UnknownTeam(Exception):
    """There is no team with this code."""


@dataclass(frozen=True, slots=True)
class Team:
    """People who answer one kind of need, in the words of one language.

    `clinical` teams advise about health. `have_ready` is what to have at hand before contacting them.
    `source` is the article and line that names the team (`seed1:54`).
    """

    code: str
    name: str
    what_for: str
    have_ready: str
    clinical: bool
    source: str


def list_teams() -> tuple[Team, ...]:
    """Return all teams in their order, in the language now in force. Errors: BadDirectory."""
    languages = dict(settings.LANGUAGES)
    now = get_language()
    path = folder() / FILE
    return read_teams(path, now if now in languages else settings.LANGUAGE_CODE)


def get_team(*, code: str) -> Team:
    """Return one team, in the language now in force. Errors: UnknownTeam."""
    found = next((team for team in list_teams() if team.code == code), None)
    if found is None:
        raise UnknownTeam(code)
    return found


@cache
def read_teams(path: Path, language: str) -> tuple[Team, ...]:
    """Return the teams a file describes. Errors: BadDirectory, naming the team at fault."""
    facts = read_file(path)
    with naming(path):
        teams = tuple(_team(row, language) for row in facts["team"])
    if len({team.code for team in teams}) != len(teams):
        raise BadDirectory(f"{path.name}: two teams have one code")
    return teams


def _team(row: dict[str, Any], language: str) -> Team:
    said = {field: row[field] for field in ("name", "what_for", "have_ready")}
    for field, words in said.items():
        missing = [code for code, _label in settings.LANGUAGES if not words.get(code)]
        if missing:
            raise BadDirectory(f"{row['code']}: {field} says nothing in {missing[0]}")
    return Team(
        code=row["code"],
        clinical=row.get("clinical", False),
        source=row.get("source", ""),
        **{field: words[language] for field, words in said.items()},
    )
