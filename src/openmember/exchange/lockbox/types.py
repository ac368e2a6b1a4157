"""What a lockbox file says. Amounts are in cents."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the file: the line it stands on (from 1), a code, and a sentence."""

    line: int
    code: str
    message: str


@dataclass(slots=True)
class Check:
    """One check. `overflow` is what the bank keyed or scanned from the coupon: most often the number."""

    line: int
    lockbox: str
    deposited_on: date
    batch: int
    item: int
    amount_cents: int
    routing: str
    account: str
    number: int
    dated: str
    remitter: str
    payee: str
    overflow: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Total:
    """What a batch or a lockbox says it holds."""

    name: str
    checks: int
    cents: int


@dataclass(slots=True)
class LockboxFile:
    """A whole file, as far as it could be read. It may be used only when `problems` is empty."""

    layout: str = "bai"
    records: int = 0
    stated_records: int | None = None
    checks: list[Check] = field(default_factory=list)
    batches: list[Total] = field(default_factory=list)
    lockboxes: list[Total] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int, code: str, message: str) -> None:
        """Note a problem; after the first thousand nobody reads on."""
        if len(self.problems) < 1000:
            self.problems.append(Problem(line, code, message))


def lines_of(content: bytes, file: LockboxFile) -> list[tuple[int, str]]:
    """Return the lines that hold something, with their numbers; note those that hold what is no text."""
    text = content.removeprefix(b"\xef\xbb\xbf").decode("latin-1").replace("\r\n", "\n")
    lines = [
        (number, line.rstrip("\r\x1a"))
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip("\x1a\x00 \r")
    ]
    for number, line in lines:
        if any(character < " " or character == "\x7f" for character in line):
            file.wrong(number, "control-character", "The line holds a character that is no text.")
    return lines


def day_of(text: str) -> date | None:
    """Return YYMMDD or YYYYMMDD as a date, or None. Lockbox files are of this century."""
    try:
        plain = text if len(text) == 8 else f"20{text}"
        return date(int(plain[:4]), int(plain[4:6]), int(plain[6:8]))
    except ValueError:
        return None
