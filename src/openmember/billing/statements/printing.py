"""The month's print files: PDFs for each stock and language in the order of the mail, and an index.

A file is written beside its place and then moved there, the index last: a run that broke off begins again
with the first file that is not whole, and what is whole is left as it is.
"""

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from openmember.billing.statements import queries
from openmember.billing.statements.pdf import write_print_file
from openmember.billing.statements.text import write_text
from openmember.billing.statements.types import Statement
from openmember.kernel.audit import services as audit
from openmember.letters.layouts import Layout, get_layout
from openmember.letters.rendering import braille
from openmember.letters.types import Form
from openmember.members.types import Actor

COLUMNS = (
    "sequence",
    "file",
    "statement",
    "postal_code",
    "pages",
    "due_cents",
    "format",
    "language",
)
FORMS = {
    "standard": Form.PDF,
    "large_print": Form.LARGE_PRINT,
    "braille": Form.BRAILLE,
    "plain_text": Form.TEXT,
    # Read aloud or recorded from the text.
    "audio": Form.TEXT,
}
ENDINGS = {Form.PDF: "pdf", Form.LARGE_PRINT: "pdf", Form.BRAILLE: "brf", Form.TEXT: "txt"}
Row = tuple[int, Statement, str]


@dataclass(frozen=True, slots=True)
class Printed:
    """What was written: `missing` are the statements nobody could set, such as Braille without a translator."""

    files: int
    statements: int
    pages: int
    missing: int


def print_month(
    *,
    month: date,
    folder: Path,
    actor: Actor,
    batches: Sequence[int] | None = None,
    progress: Callable[[int, int], None] = lambda done, files: None,
) -> Printed:
    """Write the print files of a month whose statements are made, on all cores, and return what they hold.

    Only these of its `batches` when they are named: a file that came out badly is deleted and made again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    batches = queries.list_batches(month=month) if batches is None else batches
    workers = os.cpu_count() or 1
    # Typst works outside Python's lock, so threads use every core. Only this one asks the database.
    with ThreadPoolExecutor(workers) as pool:
        waiting: list[Future[None]] = []
        for done, batch in enumerate(batches, start=1):
            if not _index_path(folder, month, batch).exists():
                rows = queries.read_batch(month=month, batch=batch)
                layout = get_layout(layout_id=rows[0][1].layout_id)
                waiting.append(pool.submit(_write, folder, month, batch, rows, layout))
            # Few at a time in memory.
            while len(waiting) > 2 * workers or (done == len(batches) and waiting):
                waiting.pop(0).result()
            progress(done, len(batches))
    printed = _write_index(folder, month, batches)
    audit.record(actor=str(actor), action="statements.print", month=month, **asdict(printed))
    return printed


def _write(folder: Path, month: date, batch: int, rows: tuple[Row, ...], layout: Layout) -> None:
    form = FORMS[rows[0][1].reading_format]
    name = f"{_stem(month, batch)}.{ENDINGS[form]}"
    try:
        content, pages = _set(rows, layout, form)
    except braille.BrailleUnavailable:
        name, pages = "", (0,) * len(rows)
    else:
        _place(folder / name, content)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for (sequence, one, postal_code), count in zip(rows, pages, strict=True):
        writer.writerow(
            (sequence, name, one.reference, postal_code, count, one.due_cents, one.reading_format, one.language)
        )  # fmt: skip
    _place(_index_path(folder, month, batch), written.getvalue().encode())


def _set(rows: tuple[Row, ...], layout: Layout, form: Form) -> tuple[bytes, tuple[int, ...]]:
    """Return a print file and how many pages each statement takes in it."""
    if form in (Form.PDF, Form.LARGE_PRINT):
        return write_print_file([row[:2] for row in rows], layout=layout, form=form)
    if form is Form.TEXT:
        texts = [write_text(one, layout.words) for _, one, _ in rows]
        return "\f".join(texts).encode(), (1,) * len(texts)
    sheets = [
        braille.write_braille(write_text(one, layout.words, width=10_000), language=one.language)
        for _, one, _ in rows
    ]
    return b"".join(sheets), tuple(sheet.count(b"\f") for sheet in sheets)


def _write_index(folder: Path, month: date, batches: Sequence[int]) -> Printed:
    """Put the parts of the index together, and count what they say."""
    rows = [row for batch in batches for row in _read_index(_index_path(folder, month, batch))]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([COLUMNS, *rows])
    _place(folder / f"statements-{month:%Y-%m}.csv", written.getvalue().encode())
    return Printed(
        files=len({row[1] for row in rows if row[1]}),
        statements=len(rows),
        pages=sum(int(row[4]) for row in rows),
        missing=sum(1 for row in rows if not row[1]),
    )


def _read_index(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as part:
        yield from csv.reader(part)


def _stem(month: date, batch: int) -> str:
    return f"statements-{month:%Y-%m}-{batch:06d}"


def _index_path(folder: Path, month: date, batch: int) -> Path:
    return folder / f"{_stem(month, batch)}.index"


def _place(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
