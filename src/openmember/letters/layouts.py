"""What a document looks like, kept under the hash of it, so that it can be made again years later."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openmember.kernel.sql import fetch_all, fetch_one, sql_text

LETTER = Path(__file__).parent / "rendering" / "letter.typ"


class UnknownLayout(Exception):
    """No layout is kept under this name."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A Typst source, and the words it shows beside a document's own."""

    id: str
    source: str
    words: Mapping[str, Any]


def layout_of(source: Path, words: Mapping[str, Any] | None = None) -> Layout:
    """Return the layout that a source and its words make, named by the hash of both."""
    return of_text(sql_text(source), words or {})


def of_text(text: str, words: Mapping[str, Any]) -> Layout:
    """Return the layout that these make; words that are only read have no source."""
    plain = json.dumps(words, sort_keys=True, ensure_ascii=False)
    name = hashlib.sha256(f"{text}\0{plain}".encode()).hexdigest()[:16]
    return Layout(name, text, json.loads(plain))


def keep(layout: Layout) -> Layout:
    """Keep a layout for as long as there are documents; again does nothing."""
    fetch_all(
        "SELECT letters_keep_layout(%(id)s, %(source)s, %(words)s)",
        {"id": layout.id, "source": layout.source, "words": json.dumps(dict(layout.words))},
    )
    return layout


def get_layout(*, layout_id: str) -> Layout:
    """Return a kept layout. Errors: UnknownLayout."""
    row = fetch_one(
        "SELECT id, source, words FROM letters_layout WHERE id = %(id)s", {"id": layout_id}
    )
    if row is None:
        raise UnknownLayout(layout_id)
    return Layout(row.id, row.source, json.loads(row.words))
