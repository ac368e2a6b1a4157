"""Builders of coverage to be billed, for tests."""

from datetime import date
from typing import Any

from openmember.accounts.testing import an_account
from openmember.accounts.types import Account
from openmember.billing.premiums.services import runs
from openmember.billing.premiums.services.runs import RunRequest
from openmember.billing.premiums.types import Run
from openmember.coverage import models
from openmember.coverage.services.enrolment import cover_family
from openmember.coverage.types import CoverageType, Span
from openmember.kernel.sql import fetch_all
from openmember.members.services import add_member
from openmember.members.testing import TESTER, serial
from openmember.members.types import Address, Person, PersonName

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


def covered(
    kind: CoverageType = CoverageType.DIRECT,
    cents: int | None = 300_00,
    *,
    starts_on: date = JANUARY,
    state: str = "CA",
    region: str = "california",
    **terms: Any,
) -> Account:
    """Return the account of somebody covered alone, since January 2026 unless told."""
    person = Person(PersonName("Ana", "Ruiz"), address=Address(state=state), region=region)
    account = an_account(holder=add_member(person=person, actor=TESTER))
    cover(account, kind, cents, starts_on=starts_on, **terms)
    return account


def cover(
    account: Account,
    kind: CoverageType = CoverageType.DIRECT,
    cents: int | None = 300_00,
    *,
    starts_on: date = JANUARY,
    **terms: Any,
) -> models.Span:
    """Cover the holder of an account once more, and return the span."""
    span = Span(
        coverage_type=kind, starts_on=starts_on, premium_cents=cents,
        **{"insurance_line": "HLT", "plan": "Gold 500", "level": "IND", "group_number": "", **terms},
    )  # fmt: skip
    number = f"S{next(serial)}"
    cover_family(
        account_number=account.number, subscriber_number=number,
        people=((account.holder_id, "18"),), span=span,
    )  # fmt: skip
    return models.Span.objects.get(enrollee__subscriber_number=number)


def bill(month: date, *, today: date | None = None, **asked: Any) -> Run:
    """Bill a month, on its first day unless told."""
    return runs.run(
        request=RunRequest(month=month, today=today or month, **{"accept_change": True, **asked}),
        actor=TESTER,
    )


def lines_of(account: Account, month: date) -> list[tuple[str, int]]:
    """Return the lines of an account's premium bill of a month, in order."""
    rows = fetch_all(
        "SELECT l.description, l.amount_cents FROM billing_bill b"
        " JOIN billing_line l ON (l.account_number, l.bill_month, l.bill_id)"
        " = (b.account_number, b.month, b.id)"
        " WHERE b.account_number = %(number)s AND b.key = %(key)s ORDER BY l.position",
        {"number": account.number, "key": f"premium:{month:%Y-%m}"},
    )
    return [(row.description, row.amount_cents) for row in rows]


def billed_cents(account: Account, covers: date) -> int:
    """Return what an account was asked for a month, corrections included."""
    return sum(
        row.share_cents
        for row in fetch_all(
            "SELECT share_cents FROM billing_premium WHERE account_number = %(number)s AND covers = %(covers)s"
            " UNION ALL SELECT share_cents FROM billing_premium_adjustment"
            " WHERE account_number = %(number)s AND covers = %(covers)s",
            {"number": account.number, "covers": covers},
        )
    )
