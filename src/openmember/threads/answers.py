"""The answers teams give often, in the member's language. Data, read once."""

import tomllib
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from openmember.directory.teams import list_teams
from openmember.threads.types import CannedAnswer

PLACES = frozenset({"name", "number"})


class BadAnswers(Exception):
    """The file is wrong; the message says where."""


def list_answers(*, team: str) -> tuple[CannedAnswer, ...]:
    """Return what a team answers often, its own first. Errors: BadAnswers."""
    found = [one for one in _read().values() if one.team in {team, ""}]
    return tuple(sorted(found, key=lambda one: one.team == ""))


def find_answer(*, code: str, team: str) -> CannedAnswer | None:
    """Return one of a team's answers, or None."""
    found = _read().get(code)
    return found if found and found.team in {team, ""} else None


def title_of(answer: CannedAnswer) -> str:
    """Return what the desk calls an answer, in the language now in force."""
    return answer.titles.get(get_language() or "en") or answer.titles["en"]


def filled(answer: CannedAnswer, *, language: str, name: str, number: str) -> str:
    """Return an answer in a member's language, English where it has none, with their name and the number."""
    body = answer.bodies.get(language) or answer.bodies["en"]
    return body.format(name=name, number=number)


@cache
def _read() -> dict[str, CannedAnswer]:
    return read_answers(Path(settings.THREAD_ANSWERS_FILE))


def read_answers(path: Path) -> dict[str, CannedAnswer]:
    """Return the answers of a file by code. Errors: BadAnswers, naming the one at fault."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["answer"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as wrong:
        raise BadAnswers(f"{path.name}: {wrong}") from wrong
    teams = {"", *(team.code for team in list_teams())}
    found: dict[str, CannedAnswer] = {}
    for row in rows:
        code = row.get("code", "?")
        try:
            one = CannedAnswer(code, row["team"], _words(row["title"]), _words(row["body"]))
        except (KeyError, ValueError, AttributeError) as wrong:
            raise BadAnswers(f"{path.name}, {code}: {wrong}") from wrong
        if code in found or one.team not in teams:
            raise BadAnswers(f"{path.name}, {code}: twice, or of no team")
        found[code] = one
    return found


def _words(words: dict[str, Any]) -> dict[str, str]:
    missing = [code for code, _label in settings.LANGUAGES if not words.get(code)]
    if missing:
        raise ValueError(f"says nothing in {missing[0]}")
    for text in words.values():
        places = {
            place for _text, place, _spec, _how in Formatter().parse(text) if place is not None
        }
        if places - PLACES:
            raise ValueError(f"{', '.join(sorted(places - PLACES))} is not filled in by anything")
    return dict(words)
