"""Reading the books."""

from pathlib import Path

from django.db.models.functions import Now

from openmember.kernel.sql import fetch_all, sql_text
from openmember.ledger import models
from openmember.ledger.types import Balance, Code, Difference, Transfer

SQL = Path(__file__).parent / "sql"


class UnknownAccount(Exception):
    """No account has this number."""


def get_balance(*, account_number: str) -> Balance:
    """Return what the account owes and is owed. Errors: UnknownAccount."""
    row = models.Balance.objects.filter(account_number=account_number).annotate(as_of=Now()).first()
    if row is None:
        raise UnknownAccount
    return Balance(
        account_number=row.account_number,
        premium_cents=row.premium_cents,
        medical_cents=row.medical_cents,
        pharmacy_cents=row.pharmacy_cents,
        credit_cents=row.credit_cents,
        refunds_cents=row.refunds_cents,
        as_of=row.as_of,
    )


def list_transfers(*, account_number: str, limit: int = 200) -> tuple[Transfer, ...]:
    """Return the account's latest transfers, newest first."""
    rows = models.Transfer.objects.filter(account_number=account_number).order_by(
        "-effective_on", "-id"
    )[:limit]
    return tuple(
        Transfer(
            id=row.id,
            debit=Code(row.debit),
            credit=Code(row.credit),
            amount_cents=row.amount_cents,
            kind=row.kind,
            effective_on=row.effective_on,
            recorded_at=row.recorded_at,
            reference=row.reference,
            reverses=row.reverses,
        )
        for row in rows
    )


def list_differences() -> tuple[Difference, ...]:
    """Return every balance, seal and reversal that its transfers do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number or "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )
