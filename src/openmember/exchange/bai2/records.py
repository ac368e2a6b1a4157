"""Cuts a BAI2 file into logical records: a record and the continuations (88) that follow it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from openmember.exchange.bai2.types import BankFile, Problem

CODES = frozenset({"01", "02", "03", "16", "49", "88", "98", "99"})
LINE_CHARACTERS_AT_MOST = 4096
LINES_AT_MOST = 2_000_000
PROBLEMS_AT_MOST = 1000


@dataclass(slots=True)
class Record:
    """One logical record. `size` counts its physical records, as control counts do."""

    code: str
    line: int
    parts: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.parts)


class Fields:
    """The fields of a record, one after the other, through its continuations."""

    def __init__(self, record: Record) -> None:
        self._parts = list(record.parts)
        self._at = 0

    @property
    def is_exhausted(self) -> bool:
        return self._at >= len(self._parts)

    def next(self) -> str:
        """Return the next field, empty when there is none any more."""
        if self.is_exhausted:
            return ""
        value, comma, rest = self._parts[self._at].partition(",")
        if comma:
            self._parts[self._at] = rest
        else:
            self._at += 1
        return value.strip()

    def text(self) -> str:
        """Return all that is left as one text, in which a comma is only a comma."""
        said = " ".join(part.strip() for part in self._parts[self._at :])
        self._at = len(self._parts)
        return " ".join(said.split())


def note_problem(file: BankFile, line: int, code: str, message: str) -> None:
    """Keep a problem; after the first thousand nobody reads on."""
    if len(file.problems) < PROBLEMS_AT_MOST:
        file.problems.append(Problem(line, code, message))


def cut(content: bytes, file: BankFile) -> Iterator[Record]:
    """Yield the logical records of a file, and note what is none."""
    record: Record | None = None
    for number, line in _lines(content, file):
        code = line[:2]
        if code not in CODES or line[2:3] not in {",", "/", ""}:
            note_problem(
                file,
                number,
                "unknown-record",
                f"The line starts with {code!r}, which no record does.",
            )
            continue
        file.record_types[code] = file.record_types.get(code, 0) + 1
        body = line[3:].removesuffix("/")
        if code != "88":
            if record is not None:
                yield record
            record = Record(code, number, [body])
        elif record is None:
            note_problem(file, number, "continuation", "A continuation (88) follows no record.")
        else:
            record.parts.append(body)
    if record is not None:
        yield record


def _lines(content: bytes, file: BankFile) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold something, without the blanks that pad them to a fixed length."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # What older bank systems write; every byte is a letter.
    for number, line in enumerate(text.splitlines(), start=1):
        shown = line.rstrip()
        if not shown.strip("\x1a\x00 "):
            continue
        if number > LINES_AT_MOST or len(shown) > LINE_CHARACTERS_AT_MOST:
            note_problem(
                file, number, "too-long", "The file or one of its lines is longer than any bank's."
            )
            return
        if any(character < " " for character in shown):
            note_problem(
                file, number, "control-character", "The line holds a character that is no text."
            )
        file.physical_lines += 1
        yield number, shown
