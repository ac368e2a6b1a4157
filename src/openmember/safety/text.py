"""What a person typed, made comparable: case, accents, full width, apostrophes, spacing and slips aside."""

import re
import unicodedata
from typing import NamedTuple

_APOSTROPHES = re.compile(r"(?<=[a-z])['’‘`´](?=[a-z])")
_WORDS = re.compile(r"[a-z0-9]+")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])[\s·*._-]+(?=[\u3400-\u9fff])")
_DIGIT_LETTERS = str.maketrans("013457", "oieast")
_SPELLED = 3


class Reading(NamedTuple):
    """A text made comparable, and its words: read once for everything that looks at it."""

    plain: str
    words: list[str]


def read(text: str) -> Reading:
    """Return a text made comparable, with its words."""
    simple = plain(text)
    return Reading(simple, words_of(simple))


def plain(text: str) -> str:
    """Return a text in small letters of normal width, without accents and apostrophes."""
    if text.isascii():
        return _APOSTROPHES.sub("", text.lower())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _APOSTROPHES.sub("", bare.replace("\u200b", ""))


def words_of(text: str) -> list[str]:
    """Return the words of a plain text. Letters typed one by one (c h e s t) are one word."""
    words = _WORDS.findall(_LONG_RUN.sub(r"\1", text))
    if sum(len(word) == 1 for word in words) >= _SPELLED:
        words = _joined(words)
    return [word if word.isalpha() else _letters(word) for word in words]


def has_han(text: str) -> bool:
    """Return whether a text has Chinese characters."""
    return not text.isascii() and _HAN.search(text) is not None


def han_of(text: str) -> str:
    """Return a plain text without what stands between its Chinese characters and is no sentence mark."""
    return _BETWEEN_HAN.sub("", text)


def _joined(words: list[str]) -> list[str]:
    found: list[str] = []
    run: list[str] = []
    for word in [*words, "--"]:
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        found += ["".join(run)] if len(run) >= _SPELLED else run
        run = []
        found.append(word)
    return found[:-1]


def _letters(word: str) -> str:
    """Read digits among letters as the letters they stand for (ch3st)."""
    if word.isdigit() or word[0].isdigit():
        return word
    return word.translate(_DIGIT_LETTERS)
