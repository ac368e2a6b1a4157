"""Builders of covered accounts with premiums, for tests: what a premium run leaves behind."""

from datetime import date, timedelta

from openmember.accounts.testing import an_account
from openmember.accounts.types import Account
from openmember.billing import services
from openmember.billing.types import Bill, BillLine, Line
from openmember.coverage.services.enrolment import cover_family
from openmember.coverage.types import CoverageType, Span
from openmember.kernel.sql import fetch_all
from openmember.members.services import add_member
from openmember.members.testing import TESTER, serial
from openmember.members.types import Address, Person, PersonName

SINCE = date(2024, 1, 1)


def a_covered_account(
    kind: CoverageType = CoverageType.EXCHANGE, *, state: str = "GA", starts_on: date = SINCE
) -> Account:
    """Return an account whose holder is covered, long since unless a day is given."""
    person = Person(
        PersonName("Ana", "Ruiz"),
        date(1970, 5, 17),
        address=Address("1 Main St", city="Town", state=state, postal_code="00501"),
    )
    holder = add_member(person=person, actor=TESTER)
    account = an_account(holder=holder)
    cover_family(
        account_number=account.number,
        subscriber_number=f"S{next(serial)}",
        people=((holder.id, "18"),),
        span=Span(
            insurance_line="HLT", plan="Silver", level="", group_number="", coverage_type=kind,
            starts_on=starts_on,
        ),
    )  # fmt: skip
    return account


def a_premium(  # noqa: PLR0913  what makes premiums differ
    account: Account,
    covers: date,
    cents: int = 120_00,
    *,
    kind: CoverageType = CoverageType.EXCHANGE,
    state: str = "GA",
    aptc_cents: int = 0,
    due_on: date | None = None,
    issued_on: date | None = None,
    earlier: tuple[tuple[date, int], ...] = (),
) -> Bill:
    """Bill a month as a premium run does, with corrections for `earlier` months on the same bill."""
    issued = issued_on or covers - timedelta(days=20)
    bill = services.raise_bill(
        account=account,
        key=f"premium:{covers:%Y-%m}",
        line=Line.PREMIUM,
        title=f"Health plan premium, {covers:%B %Y}",
        lines=(BillLine("Premium", cents), *(BillLine(f"{m}", c) for m, c in earlier)),
        issued_on=issued,
        due_on=due_on or covers,
        actor=TESTER,
    )
    known = {
        "number": account.number, "covers": covers, "month": bill.month, "bill": bill.id,
        "kind": kind.value, "state": state, "gross": cents + aptc_cents, "aptc": aptc_cents,
    }  # fmt: skip
    fetch_all(
        "INSERT INTO billing_premium (account_number, covers, bill_month, bill_id, coverage_type,"
        " state, gross_cents, aptc_cents, share_cents, run_id) VALUES (%(number)s, %(covers)s,"
        " %(month)s, %(bill)s, %(kind)s, %(state)s, %(gross)s, %(aptc)s, %(share)s, 0)",
        {**known, "share": cents},
    )
    if aptc_cents:
        fetch_all(
            "SELECT ledger_post(%(number)s, 2040::smallint, 4010::smallint, %(aptc)s, 'premium_aptc',"
            " %(issued)s, %(key)s)",
            {**known, "issued": issued, "key": f"premium:{covers:%Y-%m}"},
        )
    for month, more in earlier:
        fetch_all(
            "INSERT INTO billing_premium_adjustment (account_number, covers, billed_with, bill_month,"
            " bill_id, coverage_type, gross_cents, aptc_cents, share_cents, run_id) VALUES"
            " (%(number)s, %(for)s, %(covers)s, %(month)s, %(bill)s, %(kind)s, %(share)s, 0,"
            " %(share)s, 0)",
            {**known, "for": month, "share": more},
        )
    return bill
