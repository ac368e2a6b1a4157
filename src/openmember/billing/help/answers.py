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

from django.conf import settings
from django.utils.translation import get_language

DATA = Path(__file__).parent / "data"
BESIDE_A_BILL = 4
# A word of the question or among the search words says more about an answer than one in its text.
STRONG, WEAK = 3, 1
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
    """One question and its answer. `lines` are the bills it is shown beside; `page` is where to act on it."""

    slug: str
    question: str
    paragraphs: tuple[str, ...]
    words: str
    lines: frozenset[str]
    page: str
    label: str


def list_answers() -> tuple[Answer, ...]:
    """Return all answers in the language now in force, in their order."""
    return read_answers(_language())


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
    for place, (answer, strong, weak) in enumerate(_index(_language())):
        score = sum(
            STRONG if _is_in(token, strong) else WEAK if _is_in(token, weak) else 0
            for token in wanted
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
def read_answers(language: str) -> tuple[Answer, ...]:
    """Return the answers of one language's file. Errors: BadAnswers."""
    path = DATA / f"{language}.toml"
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["answer"]
        return tuple(
            Answer(
                slug=row["slug"],
                question=row["question"],
                paragraphs=tuple(
                    " ".join(part.split()) for part in row["text"].strip().split("\n\n")
                ),
                words=row["words"],
                lines=frozenset(row.get("beside", ())),
                page=row.get("page", ""),
                label=row.get("label", ""),
            )
            for row in rows
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError) as wrong:
        raise BadAnswers(f"{path.name}: {wrong}") from wrong


@cache
def _index(language: str) -> tuple[tuple[Answer, frozenset[str], frozenset[str]], ...]:
    return tuple(
        (one, tokens_of(f"{one.question} {one.words}"), tokens_of(" ".join(one.paragraphs)))
        for one in read_answers(language)
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
