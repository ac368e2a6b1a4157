"""One account at a glance: whose it is, what is open, what is owed to it. Two statements."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openmember.accounts.queries import UnknownNumber
from openmember.accounts.types import Account
from openmember.billing.queries import bill_from_row
from openmember.billing.types import Bill
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Balance
from openmember.members.types import PersonName

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Overview:
    """What every surface shows of an account first, all of it read at `balance.as_of`."""

    account: Account
    holder_name: PersonName
    holder_mrn: str
    region: str
    language: str
    balance: Balance
    open_bills: tuple[Bill, ...]

    @property
    def due_bills(self) -> tuple[Bill, ...]:
        """Those that ask to be paid whole: not in dispute, and not paid by a plan."""
        return tuple(bill for bill in self.open_bills if bill.is_asked_for)

    @property
    def due_cents(self) -> int:
        """What is open, not in dispute, and not paid by a plan, of which the instalments are due."""
        return sum(bill.open_cents for bill in self.due_bills)


def get_overview(*, number: str, today: date) -> Overview:
    """Return the account a number leads to, with its open bills by due date. Errors: UnknownNumber."""
    row = fetch_one(sql_text(SQL / "overview.sql"), {"number": number})
    if row is None:
        raise UnknownNumber
    open_bills = fetch_all(
        "SELECT * FROM billing_bill WHERE account_number = %(number)s"
        " AND month BETWEEN %(since)s AND %(until)s AND open_cents > 0 ORDER BY due_on, id",
        {"number": row.number, "since": row.unsettled_since, "until": row.billed_until},
    )
    return Overview(
        account=Account(row.number, row.holder_id, (row.number, *row.merged), row.created_at),
        holder_name=PersonName(row.first_name, row.last_name, row.middle_name, row.suffix),
        holder_mrn=row.mrn,
        region=row.region,
        language=row.language,
        balance=Balance(
            account_number=row.number,
            premium_cents=row.premium_cents,
            medical_cents=row.medical_cents,
            pharmacy_cents=row.pharmacy_cents,
            credit_cents=row.credit_cents,
            refunds_cents=row.refunds_cents,
            as_of=row.as_of,
        ),
        open_bills=tuple(bill_from_row(bill, today) for bill in open_bills),
    )
