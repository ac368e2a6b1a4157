"""A month's figures, and how it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openmember.ledger.types import Code


@dataclass(frozen=True, slots=True)
class CodeBalance:
    """One line of the trial balance, in cents. A credit balance is below zero."""

    code: Code
    opening_cents: int
    debit_cents: int
    credit_cents: int

    @property
    def closing_cents(self) -> int:
        return self.opening_cents + self.debit_cents - self.credit_cents

    @property
    def title(self) -> str:
        return self.code.title

    @property
    def debit_balance_cents(self) -> int:
        return max(self.closing_cents, 0)

    @property
    def credit_balance_cents(self) -> int:
        return max(-self.closing_cents, 0)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every code of a month. `is_frozen` when the month is closed and these are its kept figures."""

    month: date
    lines: tuple[CodeBalance, ...]
    is_frozen: bool

    @property
    def debit_cents(self) -> int:
        return sum(line.debit_cents for line in self.lines)

    @property
    def credit_cents(self) -> int:
        return sum(line.credit_cents for line in self.lines)

    @property
    def is_balanced(self) -> bool:
        return self.debit_cents == self.credit_cents and not sum(
            line.closing_cents for line in self.lines
        )

    @property
    def moved(self) -> tuple[CodeBalance, ...]:
        """The lines that hold or moved anything."""
        return tuple(
            line
            for line in self.lines
            if line.opening_cents or line.debit_cents or line.credit_cents
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a report that is kept with a closing. `facts` is plain values."""

    report: str
    line: int
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ClosingStep:
    """One closing or reopening of a month."""

    month: date
    position: int
    action: str
    at: datetime
    actor: str
    second_actor: str
    reason: str
    seal: str


@dataclass(frozen=True, slots=True)
class Reopening:
    """A request to open a month again, waiting for a second person."""

    month: date
    actor: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MonthState:
    """A month, what was done with it, and what is asked."""

    month: date
    steps: tuple[ClosingStep, ...]
    reopening: Reopening | None

    @property
    def is_closed(self) -> bool:
        return bool(self.steps) and self.steps[-1].action == "close"


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One transfer as the journal shows it: no member is named, only the account's own number."""

    id: int
    effective_on: date
    debit: Code
    credit: Code
    amount_cents: int
    kind: str
    reference: str
