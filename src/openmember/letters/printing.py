"""The printer's queue: each letter in its holder's form, and an index in the order of the mail."""

import csv
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openmember.kernel.audit import services as audit
from openmember.kernel.references import reference
from openmember.kernel.sql import fetch_all
from openmember.letters.delivery import deliver
from openmember.letters.layouts import Layout, get_layout
from openmember.letters.rendering import braille
from openmember.letters.rendering.pdf import write_pdf
from openmember.letters.rendering.text import write_text
from openmember.letters.types import Delivery, Form, ReadingFormat, Sheet
from openmember.members.types import Actor

CHUNK = 200
COLUMNS = ("file", "letter", "kind", "dated_on", "postal_code", "format", "language")
FORMS = {
    ReadingFormat.STANDARD: Form.PDF,
    ReadingFormat.LARGE_PRINT: Form.LARGE_PRINT,
    ReadingFormat.BRAILLE: Form.BRAILLE,
    ReadingFormat.PLAIN_TEXT: Form.TEXT,
    # Read aloud or recorded from the text.
    ReadingFormat.AUDIO: Form.TEXT,
}
ENDINGS = {Form.PDF: "pdf", Form.LARGE_PRINT: "pdf", Form.BRAILLE: "brf", Form.TEXT: "txt"}


@dataclass(frozen=True, slots=True)
class Printed:
    """What was written; `missing` letters wait for a Braille translator."""

    letters: int
    missing: int


def print_letters(*, folder: Path, now: datetime, actor: Actor) -> Printed:
    """Write every letter that waits for the printer, add it to the day's index, and note that it left.

    In this order, so that a crash writes a letter again under the same name, and loses none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index = _Index(folder / f"letters-{now:%Y-%m-%d}.csv")
    letters = missing = last = 0
    layouts: dict[str, Layout] = {}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        while rows := fetch_all(_WAITING, {"after": last, "limit": CHUNK}):
            last = rows[-1].id
            for row in rows:
                if row.layout_id not in layouts:
                    layouts[row.layout_id] = get_layout(layout_id=row.layout_id)
            contents = pool.map(lambda row: _set(row, layouts[row.layout_id]), rows)
            for row, content in zip(rows, contents, strict=True):
                if content is None:
                    missing += 1
                    continue
                name = _name(row)
                (folder / name).write_bytes(content)
                index.add(name, row)
                deliver(row.account_number, row.id, Delivery.MAIL, now)
                letters += 1
    if letters:
        audit.record(actor=str(actor), action="letters.print", letters=letters)
    return Printed(letters, missing)


class _Index:
    """A CSV that grows a line at a time and holds no letter twice."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            self._append([COLUMNS])
        with path.open(encoding="utf-8", newline="") as file:
            self._known = {line[0] for line in csv.reader(file) if line}

    def add(self, name: str, row: Any) -> None:
        if name in self._known:
            return
        facts = (row.kind, row.dated_on, row.postal_code, row.reading_format, row.language)
        self._append([(name, reference("L", row.id), *facts)])

    def _append(self, lines: Iterable[Iterable[object]]) -> None:
        with self._path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)


def make_form(sheet: Sheet, *, form: Form, layout: Layout, on: date) -> bytes:
    """Return a letter in one form that is a file. Errors: braille.BrailleUnavailable."""
    if form in (Form.PDF, Form.LARGE_PRINT):
        return write_pdf(sheet, layout=layout, on=on, form=form)
    if form is Form.TEXT:
        return write_text(sheet).encode()
    return braille.write_braille(write_text(sheet, width=10_000), language=sheet.language)


def _set(row: Any, layout: Layout) -> bytes | None:
    sheet = Sheet.from_json(row.content)
    try:
        return make_form(sheet, form=_form(row), layout=layout, on=row.dated_on)
    except braille.BrailleUnavailable:
        return None


def _form(row: Any) -> Form:
    return FORMS[ReadingFormat(row.reading_format)]


def _name(row: Any) -> str:
    return f"letter-{reference('L', row.id)}.{ENDINGS[_form(row)]}"


_WAITING = """
SELECT l.account_number, l.id, l.kind, l.dated_on, l.language, l.reading_format, l.content, l.layout_id,
       m.postal_code
FROM letters_letter l JOIN members_member m ON m.id = l.member_id
WHERE l.delivered_at IS NULL AND l.delivery = 'mail' AND l.id > %(after)s
ORDER BY l.id LIMIT %(limit)s
"""
