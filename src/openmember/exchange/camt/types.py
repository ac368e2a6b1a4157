"""What a camt file says. Amounts are in cents of their currency."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the file: the line it stands on (from 1), a code, and a sentence."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry, or one transaction of an entry that is made of several. Credits are above zero."""

    line: int
    on: date
    amount_cents: int
    type_code: str
    reference: str
    entry_reference: str
    payer: str
    text: str


@dataclass(slots=True)
class Statement:
    """One account's statement (053) or advice (054). An advice has no balances."""

    line: int
    id: str
    account: str
    bank: str
    currency: str
    number: str = ""
    opening_cents: int | None = None
    closing_cents: int | None = None
    closing_on: date | None = None
    entries: int = 0
    movements: list[Movement] = field(default_factory=list)


@dataclass(slots=True)
class CamtFile:
    """A whole file, as far as it could be read. It may be used only when `problems` is empty."""

    kind: str = ""
    message: str = ""
    statements: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def wrong(self, line: int, code: str, message: str) -> None:
        """Note a problem; after the first thousand nobody reads on."""
        if len(self.problems) < 1000:
            self.problems.append(Problem(line, code, message))
