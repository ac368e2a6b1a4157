"""What members do themselves at once, and what to ask where a text is not clear: data."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from openmember.directory.reading import BadDirectory, folder, naming, read_file

FILE = "online.toml"


@dataclass(frozen=True, slots=True)
class Task:
    """Something a member does alone. `page` is the name of the portal's page for it."""

    team: str
    page: str
    labels: dict[str, str]

    @property
    def label(self) -> str:
        """What it is called, in the language now in force."""
        return self.labels.get(get_language() or "", self.labels["en"])


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask where two teams are about as likely; without teams, in every other case."""

    between: frozenset[str]
    words: dict[str, str]

    @property
    def text(self) -> str:
        """The question, in the language now in force."""
        return self.words.get(get_language() or "", self.words["en"])


def list_tasks() -> tuple[Task, ...]:
    """Return everything that can be done online. Errors: BadDirectory."""
    return _read(folder() / FILE)[0]


def question_between(first: str, second: str) -> Question:
    """Return what to ask between two teams. Errors: BadDirectory."""
    questions = _read(folder() / FILE)[1]
    pair = frozenset({first, second})
    return next((one for one in questions if one.between in {pair, frozenset()}), questions[-1])


@cache
def _read(path: Path) -> tuple[tuple[Task, ...], tuple[Question, ...]]:
    facts = read_file(path)
    with naming(path):
        tasks = tuple(Task(row["team"], row["page"], _said(row["label"])) for row in facts["task"])
        questions = tuple(
            Question(frozenset(row["between"]), _said(row["ask"])) for row in facts["question"]
        )
    if not questions or questions[-1].between:
        raise BadDirectory(f"{path.name}: the last question is the one without teams")
    return tasks, questions


def _said(words: dict[str, Any]) -> dict[str, str]:
    missing = [code for code, _label in settings.LANGUAGES if not words.get(code)]
    if missing:
        raise BadDirectory(f"online.toml: nothing is said in {missing[0]}")
    return words
