"""Living through the days, and what the books say in the end."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import system
from openmember.payments.jobs import ensure_months
from tests.year import calendar
from tests.year.happenings import Members
from tests.year.office import Office
from tests.year.people import settle_in


@dataclass(frozen=True, slots=True)
class Lived:
    """What a year came to. `books` is the digest of every transfer, by household, day, code and cents."""

    books: str
    transfers: int
    accounts: int
    payments: int
    closed: int
    said: tuple[str, ...]

    @property
    def summary(self) -> str:
        return (
            f"{self.accounts} accounts, {self.payments} payments, {self.transfers} transfers,"
            f" {self.closed} months closed, books {self.books}"
        )


def live(
    *, members: int, days: int, seed: int, first: date, folder: Path,
    tell: Callable[[date, str], None] = lambda day, text: None, facts: Path | None = None,
) -> Lived:  # fmt: skip
    """Live through so many days from the first. Errors: AssertionError on the first night the books differ.

    `facts` is a file for what the digest is of, a line a transfer: where two years differ, so do their files.
    """
    actor = system("year")
    ensure_months(first)
    households = settle_in(members, seed=seed, first=first, actor=actor)
    random = Random(seed)
    people, office = Members(households, random, actor), Office(folder, random, actor)
    places = {household.account.number: household.place for household in households}
    for day in calendar.days_from(first, days):
        people.live(day)
        before = len(office.said)
        office.work(day)
        for text in office.said[before:]:
            tell(day, f"{text}, books {_digest(_facts(places))}" if " closed " in text else text)
    found = _facts(places)
    if facts is not None:
        facts.write_text("".join(f"{fact}\n" for fact in found), encoding="utf-8")
    counted = fetch_one("SELECT count(*) AS payments FROM payments_payment")
    closed = sum(" closed " in text for text in office.said)
    return Lived(
        _digest(found), len(found), len(places), counted.payments, closed, tuple(office.said)
    )


def _facts(places: dict[str, int]) -> list[tuple[int, date, int, int, int, str]]:
    """Return every transfer by household, day, code and cents: what has to be the same for the same seed."""
    rows = fetch_all(
        "SELECT account_number, effective_on, debit, credit, amount_cents, kind FROM ledger_transfer"
    )
    return sorted(
        (
            places.get(row.account_number, -1),
            row.effective_on,
            row.debit,
            row.credit,
            row.amount_cents,
            row.kind,
        )
        for row in rows
    )


def _digest(facts: list[tuple[int, date, int, int, int, str]]) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
