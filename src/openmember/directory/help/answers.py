"""The answers in three languages, and the search through them.

They are few, so they are held in memory: no query, no index to keep. Accents and case do not count; Chinese,
which has no spaces, is compared by pairs of characters.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language

from openmember.directory.help.values import values
from openmember.directory.reading import BadDirectory, folder
from openmember.directory.teams import UnknownTeam, get_team

DATA = Path(__file__).parent / "data"
BESIDE_A_BILL = 4
# A word of the question says more about an answer than a search word, and that more than one in its text.
ASKED, STRONG, WEAK = 4, 3, 1
_WORD = re.compile(r"[a-z0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
# Words in nearly every question, and so in none of them.
_COMMON = frozenset(
    """
    a an and are can do does for how i if in is it me my of on or the to we what when where who why you your
    al como con cual cuando de del donde el en es la las lo los mi mis para por puedo que se si su un una y yo
    """.split()  # noqa: SIM905  words read better than a list of strings
)


class BadAnswers(Exception):
    """A file of answers is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question and its answer.

    Shape:  `page` is where to act on it at once, `page_about` what that page is about where it asks, and `team`
            whose line helps further. `lines` are the bills it is shown beside.
    """

    slug: str
    question: str
    paragraphs: tuple[str, ...]
    words: str
    topic: str
    team: str
    lines: frozenset[str]
    page: str
    page_about: str
    label: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What several answers are about, in one language."""

    code: str
    title: str
    answers: tuple[Answer, ...]


def list_answers() -> tuple[Answer, ...]:
    """Return all answers in the language now in force, in their order."""
    return read_answers(_language(), folder())


def list_topics() -> tuple[Topic, ...]:
    """Return the topics with their answers, in the language now in force."""
    answers = list_answers()
    return tuple(
        Topic(
            row["code"],
            row["title"][_language()],
            tuple(one for one in answers if one.topic == row["code"]),
        )
        for row in _read("answers")["topic"]
    )


def find_answer(*, slug: str) -> Answer | None:
    """Return one answer in the language now in force, or None."""
    return next((one for one in list_answers() if one.slug == slug), None)


def list_beside_bill(*, line: str) -> tuple[Answer, ...]:
    """Return the questions to show beside a bill of one line of business."""
    return tuple(one for one in list_answers() if line in one.lines)[:BESIDE_A_BILL]


def search(*, text: str) -> tuple[Answer, ...]:
    """Return the answers that fit what was typed, the best first; none when nothing fits."""
    wanted = tokens_of(text)
    if not wanted:
        return ()
    scored = []
    for place, (answer, parts) in enumerate(_index(_language(), folder())):
        score = sum(
            next((worth for worth, words in parts if _is_in(token, words)), 0) for token in wanted
        )
        if score:
            scored.append((-score, place, answer))
    if not scored:
        return ()
    # What fits far worse than the best is noise.
    best = -min(scored)[0]
    return tuple(answer for score, _place, answer in sorted(scored) if -score * 2 >= best)


def tokens_of(text: str) -> frozenset[str]:
    """Return the words of a text without case and accents, and the pairs of its Chinese characters."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKD", text.lower())
        if not unicodedata.combining(character)
    )
    words = {word for word in _WORD.findall(plain) if word not in _COMMON}
    for run in _HAN.findall(plain):
        words |= {run[start : start + 2] for start in range(len(run) - 1)} or {run}
    return frozenset(words)


@cache
def read_answers(language: str, place: Path) -> tuple[Answer, ...]:
    """Return the answers of one language, with what the organisation's folder says. Errors: BadAnswers."""
    try:
        said = {row["slug"]: row for row in _read(language)["answer"]}
        with translation.override(language):
            known = values()
            found = tuple(
                _answer(row, said[row["slug"]], known) for row in _read("answers")["answer"]
            )
    except (KeyError, ValueError, UnknownTeam, BadDirectory) as wrong:
        raise BadAnswers(f"{language}: {wrong}") from wrong
    if len(found) != len(said):
        raise BadAnswers(f"{language}: an answer is about nothing")
    return found


def _answer(row: dict[str, Any], said: dict[str, str], known: dict[str, str]) -> Answer:
    page, _, about = row["page"].partition(" ")
    return Answer(
        slug=row["slug"],
        question=said["question"],
        paragraphs=tuple(
            " ".join(part.split()).format(**known) for part in said["text"].strip().split("\n\n")
        ),
        words=said["words"],
        topic=row["topic"],
        team=get_team(code=row["team"]).code,
        lines=frozenset(row.get("beside", ())),
        page=page,
        page_about=about,
        label=said["label"],
    )


@cache
def _read(name: str) -> dict[str, Any]:
    path = DATA / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise BadAnswers(f"{path.name}: {wrong}") from wrong


@cache
def _index(
    language: str, place: Path
) -> tuple[tuple[Answer, tuple[tuple[int, frozenset[str]], ...]], ...]:
    """Return the answers with the words of their parts, and what a word there is worth, the dearest first."""
    return tuple(
        (
            one,
            (
                (ASKED, tokens_of(one.question)),
                (STRONG, tokens_of(one.words)),
                (WEAK, tokens_of(" ".join(one.paragraphs))),
            ),
        )
        for one in read_answers(language, place)
    )


def _is_in(token: str, known: frozenset[str]) -> bool:
    """Return whether a word is there, or one that begins with it (or with all but its ending)."""
    if token in known:
        return True
    stem = token if len(token) < 6 else token[: max(5, len(token) - 3)]
    return len(stem) > 3 and any(word.startswith(stem) for word in known)


def _language() -> str:
    now = get_language() or settings.LANGUAGE_CODE
    return now if (DATA / f"{now}.toml").exists() else "en"
