"""Employers whose members are billed in one list: who is on it, what it costs, and where it is billed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openmember.kernel.sql import fetch_all, sql_text

SQL = Path(__file__).parent / "sql"


class UnknownSponsor(Exception):
    """There is no such employer."""


@dataclass(frozen=True, slots=True)
class Sponsor:
    """One employer, as of a day. `account_number` is where its list is billed now, '' where nowhere."""

    id: int
    name: str
    identifier: str
    subscribers: int
    account_number: str
    billed_since: date | None
    last_covers: date | None
    last_cents: int
    open_cents: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One subscriber of an employer. `monthly_cents` is None where each person is rated by age."""

    name: str
    subscriber_number: str
    plan: str
    level: str
    starts_on: date
    ends_on: date | None
    people: int
    monthly_cents: int | None


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate in force for a plan of an employer."""

    plan: str
    area: str
    tier: str
    age_from: int | None
    age_to: int | None
    starts_on: date
    ends_on: date | None
    amount_cents: int


@dataclass(frozen=True, slots=True)
class ListBill:
    """What an employer's account was billed for one month."""

    covers: date
    bill_id: int | None
    due_on: date | None
    share_cents: int
    amount_cents: int
    open_cents: int


def list_sponsors(*, today: date) -> tuple[Sponsor, ...]:
    """Return every employer, by name."""
    rows = fetch_all(sql_text(SQL / "sponsors.sql"), {"today": today, "id": None})
    return tuple(Sponsor(*row) for row in rows)


def get_sponsor(*, sponsor_id: int, today: date) -> Sponsor:
    """Return one employer. Errors: UnknownSponsor."""
    rows = fetch_all(sql_text(SQL / "sponsors.sql"), {"today": today, "id": sponsor_id})
    if not rows:
        raise UnknownSponsor
    return Sponsor(*rows[0])


def list_listed(
    *, sponsor: Sponsor, today: date, limit: int, offset: int = 0
) -> tuple[tuple[Listed, ...], int]:
    """Return some of those who are on the list on a day or will be, by name, and how many there are."""
    rows = fetch_all(
        sql_text(SQL / "listed.sql"),
        {"id": sponsor.id, "today": today, "limit": limit, "offset": offset},
    )
    return tuple(Listed(*row[:-1]) for row in rows), rows[0].total if rows else 0


def list_rates(*, sponsor: Sponsor, today: date) -> tuple[RateRow, ...]:
    """Return the rates that price an employer's list on a day or later."""
    rows = fetch_all(sql_text(SQL / "sponsor_rates.sql"), {"id": sponsor.id, "today": today})
    return tuple(RateRow(*row) for row in rows)


def list_bills(*, sponsor: Sponsor, limit: int = 24) -> tuple[ListBill, ...]:
    """Return what an employer's list was billed, wherever it was billed, the newest month first."""
    rows = fetch_all(sql_text(SQL / "list_bills.sql"), {"id": sponsor.id, "limit": limit})
    return tuple(ListBill(*row) for row in rows)
