"""What one person's premium is made of: who is covered by what, and the terms that change what it costs."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all, sql_text

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Coverage:
    """One stretch of somebody's coverage. `premium_cents` is None where rates say what it costs."""

    account_number: str
    member_id: int
    name: str
    is_subscriber: bool
    sponsor: str
    coverage_type: CoverageType
    plan: str
    level: str
    starts_on: date
    ends_on: date | None
    premium_cents: int | None

    def covers(self, day: date) -> bool:
        """Return whether it covers a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Term:
    """What changes one person's premium for a time; `ends_on` is None where it goes on."""

    account_number: str
    member_id: int
    name: str
    starts_on: date
    ends_on: date | None
    penalty_cents: int
    withheld: bool
    cobra_extended: bool


def list_coverages(*, numbers: tuple[str, ...]) -> tuple[Coverage, ...]:
    """Return everything that covers or covered the people of an account, the newest first by person."""
    rows = fetch_all(sql_text(SQL / "coverages.sql"), {"numbers": list(numbers)})
    return tuple(
        Coverage(**{**row._asdict(), "coverage_type": CoverageType(row.coverage_type)})
        for row in rows
    )


def list_terms(*, numbers: tuple[str, ...]) -> tuple[Term, ...]:
    """Return the terms of the people of an account, the newest first."""
    rows = fetch_all(sql_text(SQL / "terms.sql"), {"numbers": list(numbers)})
    return tuple(Term(**row._asdict()) for row in rows)
