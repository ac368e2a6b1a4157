"""What cases are about: categories by team, as data in every language. Another plan replaces the file."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from openmember.cases.clocks.types import Rule, Unit
from openmember.cases.types import Priority, Status
from openmember.directory.teams import list_teams
from openmember.rulebook.clocks import get_clock
from openmember.rulebook.types import UnknownRule


class BadCategories(Exception):
    """The file is wrong; the message says where."""


class UnknownCategory(Exception):
    """There is no category with this code."""


Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One question of a category. `kind` is `text` or `date`."""

    code: str
    kind: str
    is_required: bool
    labels: Words

    @property
    def label(self) -> str:
        return in_language(self.labels)


@dataclass(frozen=True, slots=True)
class Step:
    """One item of a checklist."""

    code: str
    labels: Words

    @property
    def label(self) -> str:
        return in_language(self.labels)


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of case. `titles`, `templates` and `status_words` are by language code."""

    code: str
    team: str
    priority: Priority
    rule: Rule
    expedited: Rule | None
    pauses: frozenset[Status]
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    titles: Words
    templates: Words
    status_words: dict[Status, Words]
    is_restricted: bool = False
    is_for_members: bool = False
    # Opened by filing a dispute and by nothing else; the dispute keeps its clock.
    is_filed: bool = False

    @property
    def title(self) -> str:
        return in_language(self.titles)

    @property
    def template(self) -> str:
        """What to write down, as a hint beside the field."""
        return in_language(self.templates)

    def missing(self, facts: dict[str, str]) -> tuple[Fact, ...]:
        """Return the required facts that nobody has answered."""
        return tuple(
            fact for fact in self.facts if fact.is_required and not facts.get(fact.code, "").strip()
        )


def in_language(words: Words, language: str = "") -> str:
    """Return the words in a language, the one now in force unless named; English where it has none."""
    return words.get(language or get_language() or "en") or words["en"]


def list_categories(*, team: str = "", for_members: bool = False) -> tuple[Category, ...]:
    """Return the categories in their order. Errors: BadCategories."""
    return tuple(
        one
        for one in _categories().values()
        if team in {"", one.team} and (one.is_for_members or not for_members)
    )


def list_open_categories(*, team: str = "") -> tuple[Category, ...]:
    """Return those a case can be opened in, or moved to, as it is: all but disputes, which are filed."""
    return tuple(one for one in list_categories(team=team) if not one.is_filed)


def get_category(*, code: str) -> Category:
    """Return one category. Errors: UnknownCategory."""
    found = _categories().get(code)
    if found is None:
        raise UnknownCategory(code)
    return found


def shown_subject(*, category: str, subject: str) -> str:
    """Return what a case is called beyond its team: where it is restricted, its category's title."""
    found = _categories().get(category)
    return found.title if found and found.is_restricted else subject


@cache
def _categories() -> dict[str, Category]:
    return read_categories(Path(settings.CASE_CATEGORIES_FILE))


def read_categories(path: Path) -> dict[str, Category]:
    """Return the categories of a file, by code. Errors: BadCategories, naming the one at fault."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = given["category"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as wrong:
        raise BadCategories(f"{path.name}: {wrong}") from wrong
    found: dict[str, Category] = {}
    teams = {team.code for team in list_teams()}
    for row in rows:
        code = row.get("code", "?")
        try:
            one = _category(row, given)
        except (KeyError, ValueError, TypeError, UnknownRule) as wrong:
            raise BadCategories(f"{path.name}, {code}: {wrong}") from wrong
        if code in found or one.team not in teams:
            raise BadCategories(f"{path.name}, {code}: twice, or of no team")
        found[code] = one
    return found


def _category(row: dict[str, Any], given: dict[str, Any]) -> Category:
    return Category(
        code=row["code"],
        team=row["team"],
        priority=Priority(row["priority"]),
        rule=_rule(row["clock"]),
        expedited=_rule(row["expedited"]) if "expedited" in row else None,
        pauses=frozenset(_pause(one) for one in row["pauses"]),
        facts=(
            *(_fact(code, given, is_required=True) for code in row["needs"]),
            *(_fact(code, given, is_required=False) for code in row["asks"]),
        ),
        steps=tuple(Step(code, _words(given["step"][code]["label"])) for code in row["steps"]),
        titles=_words(row["title"]),
        templates=_words(row["template"]),
        status_words={
            Status(status): _words(words) for status, words in row.get("status_words", {}).items()
        },
        is_restricted=bool(row.get("restricted")),
        is_for_members=bool(row.get("portal")),
        is_filed=bool(row.get("filed")),
    )


def _fact(code: str, given: dict[str, Any], *, is_required: bool) -> Fact:
    row = given["fact"][code]
    if row["kind"] not in {"text", "date"}:
        raise ValueError(f"fact {code} is neither text nor date")
    return Fact(code, row["kind"], is_required, _words(row["label"]))


def _rule(row: dict[str, Any]) -> Rule:
    if "clock_id" in row:
        return Rule(clock_id=get_clock(row["clock_id"]).id)
    if row["length"] < 1:
        raise ValueError("a promise takes one unit at least")
    return Rule(length=row["length"], unit=Unit(row["unit"]))


def _pause(text: str) -> Status:
    status = Status(text)
    if status not in {Status.WAITING_ON_MEMBER, Status.WAITING_ON_OTHER}:
        raise ValueError(f"no clock stands still while a case is {text}")
    return status


def _words(words: dict[str, str]) -> Words:
    missing = [code for code, _label in settings.LANGUAGES if not words.get(code)]
    if missing:
        raise ValueError(f"says nothing in {missing[0]}")
    return dict(words)
