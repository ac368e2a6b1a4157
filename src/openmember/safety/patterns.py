"""The patterns of the red flags, read from their files and made ready for matching."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from openmember.safety.types import Kind

DATA = Path(__file__).parent / "data"
SPELT = ("en", "es")
# No full stop may stand between two pieces of one Chinese pattern.
_GAP = r"[^。！？；!?;\n]{0,%d}"


class BadPatterns(Exception):
    """A file of red flags is wrong; the message says where."""


class Word(NamedTuple):
    """The alternatives of one word of a term, and how many other words may stand before it."""

    names: frozenset[str]
    gap: int


# One term: its words in order. One word for most.
Term = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Terms that stand near one another raise a flag. `words` are all words of its terms."""

    code: str
    kind: Kind
    terms: tuple[Term, ...]
    sets: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Spelt:
    """The patterns of a language with letters.

    `words` and `stems` are all there are, `raising` those that raise a flag and not those around one.
    `starting` finds patterns by a word of their first term.
    """

    language: str
    words: frozenset[str]
    stems: frozenset[str]
    raising: frozenset[str]
    starting: dict[str, tuple[Pattern, ...]]
    context: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Written:
    """The patterns of Chinese. `any` finds whether one of the flags is there at all."""

    simplified: dict[int, int]
    any: re.Pattern[str]
    flags: tuple[tuple[str, Kind, re.Pattern[str]], ...]
    context: dict[str, re.Pattern[str]]


@cache
def spelt_patterns(language: str) -> Spelt:
    """Return the patterns of English or Spanish. Errors: BadPatterns."""
    facts = _read(language)
    sets = {name: _alternatives(said.split()) for name, said in facts["words"].items()}
    patterns = [
        _pattern(flag, written, sets) for flag in facts["flag"] for written in flag["patterns"]
    ]
    starting: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        for word in pattern.terms[0][0].names:
            starting.setdefault(word, []).append(pattern)
    context = {name: _alternatives(said.split()) for name, said in facts["context"].items()}
    raising = {word for pattern in patterns for words in pattern.sets for word in words}
    used = raising | {word for words in context.values() for word in words}
    return Spelt(
        language=language,
        words=frozenset(word for word in used if not word.endswith("*")),
        stems=frozenset(word[:-1] for word in used if word.endswith("*")),
        raising=frozenset(word.removesuffix("*") for word in raising),
        starting={word: tuple(found) for word, found in starting.items()},
        context=context,
    )


@cache
def written_patterns() -> Written:
    """Return the patterns of Chinese. Errors: BadPatterns."""
    facts = _read("zh")
    between = _GAP % facts["gap"]
    sources = [
        (flag["code"], Kind(flag["kind"]), [_pieces(one, between) for one in flag["patterns"]])
        for flag in facts["flag"]
    ]
    return Written(
        simplified={ord(pair[0]): ord(pair[1]) for pair in facts["pairs"].split()},
        any=re.compile("|".join(one for *_rest, found in sources for one in found)),
        flags=tuple((code, kind, re.compile("|".join(found))) for code, kind, found in sources),
        context={
            name: re.compile("|".join(f"(?:{one})" for one in said.split("|")))
            for name, said in facts["context"].items()
            if name != "negation"
        }
        | {"negation": re.compile(f"(?:{'|'.join(facts['context']['negation'].split())})$")},
    )


def _read(name: str) -> dict[str, Any]:
    path = DATA / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise BadPatterns(f"{path.name}: {wrong}") from wrong


def _pattern(flag: dict[str, Any], written: str, sets: dict[str, frozenset[str]]) -> Pattern:
    terms = tuple(
        tuple(_word(one, sets, flag["code"]) for one in term.split())
        for term in written.split(" + ")
    )
    used = tuple(word.names for term in terms for word in term)
    return Pattern(flag["code"], Kind(flag["kind"]), terms, used)


def _word(written: str, sets: dict[str, frozenset[str]], code: str) -> Word:
    strict = written.startswith("=")
    found: frozenset[str] = frozenset()
    for one in written.removeprefix("=").split("|"):
        if one.startswith("@"):
            if one[1:] not in sets:
                raise BadPatterns(f"{code}: there are no words called {one[1:]}")
            found |= sets[one[1:]]
        else:
            found |= _alternatives([one])
    return Word(found, 0 if strict else 1)


def _alternatives(words: list[str]) -> frozenset[str]:
    if "" in words:
        raise BadPatterns("an alternative is empty")
    return frozenset(words)


def _pieces(written: str, between: str) -> str:
    pieces = [piece.split("|") for piece in written.split()]
    if any("" in piece for piece in pieces):
        raise BadPatterns(f"{written}: an alternative is empty")
    return "(?:" + between.join(f"(?:{'|'.join(piece)})" for piece in pieces) + ")"
