"""Builders of bills for tests."""

from datetime import date, timedelta

from openmember.accounts.types import Account
from openmember.billing import services
from openmember.billing.types import Bill, BillLine, Line
from openmember.members.testing import TESTER, TODAY, serial


def a_bill(
    account: Account,
    cents: int = 100_00,
    *,
    line: Line = Line.PREMIUM,
    issued_on: date = TODAY - timedelta(days=10),
    due_on: date = TODAY + timedelta(days=10),
    title: str = "November premium",
) -> Bill:
    """Return a new bill of one line."""
    return services.raise_bill(
        account=account,
        key=f"test-{next(serial)}",
        line=line,
        title=title,
        lines=(BillLine(title, cents),),
        issued_on=issued_on,
        due_on=due_on,
        actor=TESTER,
    )
