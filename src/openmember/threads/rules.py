"""What of a text can be looked for, and how far a promise to reply reaches. No database, no clock."""

import re

from openmember.safety.text import plain

LENGTH_AT_MOST = 8000
SUBJECT_AT_MOST = 120
FILES_AT_MOST = 10
DRAFTS_AT_MOST = 20
# What nobody has written in for so long is dropped, with its files.
DRAFT_DAYS = 90
# Long enough to tell words apart, short enough that one and several, or masculine and feminine, are the same.
STEM = 6
TERMS_AT_MOST = 400
_WORD = re.compile(r"[a-z0-9]+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_EXCERPT = 140


def terms_of(text: str) -> list[str]:
    """Return what a text is found by: the beginnings of its words, and its Chinese characters in pairs."""
    simple = plain(text)
    found = dict.fromkeys(word[:STEM] for word in _WORD.findall(simple))
    for run in _HAN_RUN.findall(simple):
        pairs = [run[at : at + 2] for at in range(len(run) - 1)] or [run]
        found |= dict.fromkeys([*pairs, *run])
    return list(found)[:TERMS_AT_MOST]


def wanted_terms(text: str) -> list[str]:
    """Return what all must be in a text that is looked for by these words."""
    simple = plain(text)
    found = [word[:STEM] for word in _WORD.findall(simple)]
    for run in _HAN_RUN.findall(simple):
        found += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    return list(dict.fromkeys(found))


def excerpt(text: str) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1].rstrip()}…"


def subject_of(subject: str, body: str) -> str:
    """Return the subject as given, else the first sentence or line of what was written."""
    given = " ".join(subject.split())
    if not given:
        first = re.split(r"(?<=[.!?。！？])\s*|\n", body.strip(), maxsplit=1)[0]
        given = " ".join(first.split())
    return given if len(given) <= SUBJECT_AT_MOST else f"{given[: SUBJECT_AT_MOST - 1].rstrip()}…"
