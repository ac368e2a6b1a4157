"""From a kind's filled-in template to the parts of a letter. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from openmember.letters.types import Part

HEADING, ITEM = "## ", "- "
# What would make a line of a value look like the template's own marks.
_MARK = re.compile(r"^(?:(?:#+|-)\s+)+")
# What a template puts around an element of a letter; no font has these signs, and no value keeps them.
_OPENS, _NAMED, _CLOSES = "\ue000", "\ue001", "\ue002"
_ELEMENT = re.compile(f"{_OPENS}([a-z_]+){_NAMED}([^{_CLOSES}]*){_CLOSES}")
_SIGNS = str.maketrans("", "", _OPENS + _NAMED + _CLOSES)


class BadLetter(Exception):
    """The template, filled in, is no letter: it has no subject, no body, or a value was not given."""


def tame(value: Any) -> Any:
    """Return a value that can be no more than words within a line, whatever somebody typed into it."""
    if isinstance(value, str):
        return _MARK.sub("", " ".join(value.translate(_SIGNS).split()))
    if isinstance(value, Mapping):
        return {name: tame(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [tame(one) for one in value]
    return value


def marked(name: str, words: str) -> str:
    """Return words marked as an element of the letter, so that `elements_of` finds them."""
    return f"{_OPENS}{name}{_NAMED}{words}{_CLOSES}"


def elements_of(text: str) -> dict[str, str]:
    """Return the elements of a filled-in template that say something, by name."""
    found: dict[str, str] = {}
    for name, words in _ELEMENT.findall(text):
        said = " ".join(words.replace(ITEM, " ").split())
        if said:
            found[name] = f"{found[name]} {said}" if name in found else said
    return found


def unmarked(text: str) -> str:
    """Return a filled-in template as the reader gets it."""
    return _ELEMENT.sub(r"\2", text)


def parse(text: str) -> tuple[str, tuple[Part, ...]]:
    """Return the subject and the parts of a filled-in template.

    Shape: the first line is the subject; then, apart by blank lines, `## ` headings, `- ` items one a
    line, and paragraphs, whose lines are joined. Errors: BadLetter.
    """
    subject, _, body = text.strip().partition("\n")
    parts: list[Part] = []
    for block in re.split(r"\n\s*\n", body.strip()):
        parts.extend(_parts_of([line.strip() for line in block.splitlines() if line.strip()]))
    if not subject.strip() or not parts:
        raise BadLetter("a letter needs a subject and a body")
    return subject.strip(), tuple(_joined(parts))


def _parts_of(lines: list[str]) -> list[Part]:
    parts: list[Part] = []
    words: list[str] = []
    for line in [*lines, ""]:
        if words and (not line or line.startswith((HEADING, ITEM))):
            parts.append(Part("paragraph", " ".join(words)))
            words = []
        if line.startswith(HEADING):
            parts.append(Part("heading", line.removeprefix(HEADING).strip()))
        elif line.startswith(ITEM):
            parts.append(Part("list", items=(line.removeprefix(ITEM).strip(),)))
        elif line:
            words.append(line)
    return parts


def _joined(parts: list[Part]) -> list[Part]:
    """Return the parts with neighbouring items made one list; loops in templates leave blank lines."""
    joined: list[Part] = []
    for part in parts:
        if part.kind == "list" and joined and joined[-1].kind == "list":
            part = Part("list", items=(*joined.pop().items, *part.items))
        joined.append(part)
    return joined
