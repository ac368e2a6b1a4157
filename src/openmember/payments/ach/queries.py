"""Reading bank accounts, files, returns and what waits for a person. No bank account's number is opened."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference
from openmember.payments.ach import rules
from openmember.payments.ach.types import (
    AchBatch,
    AchFile,
    Action,
    BankAccount,
    BankKind,
    FileStatus,
    OpenException,
    RatePoint,
    ReturnedEntry,
    ReturnRule,
)
from openmember.rulebook.amounts import get_amount
from openmember.rulebook.types import Amount

SQL = Path(__file__).parent / "sql"
_NOT_YET = date(9999, 12, 31)
_BANK = (
    "SELECT b.*, d.version, d.routing, d.sealed, d.kind, d.last_four, d.holder, d.is_business"
    " FROM payments_ach_bank b JOIN LATERAL (SELECT * FROM payments_ach_bank_detail d"
    " WHERE d.account_number = b.account_number AND d.bank_id = b.id ORDER BY version DESC LIMIT 1) d ON true"
    " WHERE b.account_number = ANY(%(numbers)s)"
)


class UnknownBankAccount(Exception):
    """The account has no such bank account."""


class UnknownOpenException(Exception):
    """There is no such thing, or somebody closed it."""


class UnknownFile(Exception):
    """There is no such file."""


def list_bank_accounts(*, numbers: tuple[str, ...]) -> tuple[BankAccount, ...]:
    """Return an account's bank accounts that can be or could be drawn from, the newest first."""
    rows = fetch_all(
        _BANK + " AND b.status <> 'removed' ORDER BY b.id DESC", {"numbers": list(numbers)}
    )
    return tuple(_bank(row) for row in rows)


def get_bank_account(*, numbers: tuple[str, ...], bank_id: int) -> BankAccount:
    """Return one bank account of the account. Errors: UnknownBankAccount."""
    row = fetch_one(_BANK + " AND b.id = %(id)s", {"numbers": list(numbers), "id": bank_id})
    if row is None:
        raise UnknownBankAccount
    return _bank(row)


def get_bank_details(*, bank: BankAccount) -> Any:
    """Return the row of what is known of a bank account, its number sealed. For services of this package."""
    return fetch_one(
        _BANK + " AND b.id = %(id)s", {"numbers": [bank.account_number], "id": bank.id}
    )


def list_files(*, limit: int = 30, offset: int = 0) -> tuple[AchFile, ...]:
    """Return files, newest first."""
    rows = fetch_all(sql_text(SQL / "files.sql"), {"limit": limit, "offset": offset, "name": None})
    return tuple(_file(row) for row in rows)


def get_file(*, name: str) -> AchFile:
    """Return one file by its name. Errors: UnknownFile."""
    row = fetch_one(sql_text(SQL / "files.sql"), {"limit": 1, "offset": 0, "name": name})
    if row is None:
        raise UnknownFile(name)
    return _file(row)


def list_batches(*, file: AchFile) -> tuple[AchBatch, ...]:
    """Return the batches of a file, in its order."""
    rows = fetch_all(
        "SELECT * FROM payments_ach_batch WHERE file_id = %(file)s ORDER BY number",
        {"file": file.id},
    )
    return tuple(
        AchBatch(
            row.number, row.kind, row.sec, row.description, row.same_day, row.effective_on,
            row.final_on, row.claim_until, row.entries, row.cents, row.settled_on,
        )
        for row in rows
    )  # fmt: skip


def list_returns(
    *,
    limit: int = 50,
    offset: int = 0,
    numbers: tuple[str, ...] | None = None,
    after: date | None = None,
) -> tuple[ReturnedEntry, ...]:
    """Return what came back, newest first: of everybody, or of one account since a day."""
    rows = fetch_all(
        sql_text(SQL / "returns.sql"),
        {"limit": limit, "offset": offset, "numbers": list(numbers) if numbers else None, "after": after},
    )  # fmt: skip
    return tuple(_returned(row) for row in rows)


def get_open_exception(*, exception_id: int) -> OpenException:
    """Return one thing that waits for a person. Errors: UnknownOpenException."""
    row = fetch_one(
        "SELECT * FROM payments_ach_exception WHERE closed_at IS NULL AND id = %(id)s",
        {"id": exception_id},
    )
    if row is None:
        raise UnknownOpenException
    return _exception(row)


def get_return_rule(*, code: str) -> ReturnRule:
    """Return what a return code means and leads to."""
    return rules.return_rule(code)


def list_open_exceptions(*, limit: int = 50) -> tuple[OpenException, ...]:
    """Return what waits for a person, the oldest first."""
    rows = fetch_all(
        "SELECT * FROM payments_ach_exception WHERE closed_at IS NULL"
        " ORDER BY opened_at, id LIMIT %(limit)s",
        {"limit": limit},
    )
    return tuple(_exception(row) for row in rows)


def count_waiting(*, until: date) -> tuple[int, int]:
    """Return how many entries wait for a file by a day, and their cents."""
    row = fetch_one(
        "SELECT count(*) AS entries, coalesce(sum(e.amount_cents), 0)::bigint AS cents"
        " FROM payments_ach_waiting w"
        " JOIN payments_ach_entry e ON (e.account_number, e.id) = (w.account_number, w.entry_id)"
        " WHERE w.wanted_on <= %(until)s",
        {"until": until},
    )
    return row.entries, row.cents


def get_unauthorised_rate(*, on: date) -> tuple[RatePoint, Amount]:
    """Return the rate of the last 60 days and the limit banks hold originators to, with its source."""
    (point,) = list_unauthorised_rates(until=on, points=1)
    return point, get_amount("ACH-UNAUTH-RATE")


def list_unauthorised_rates(
    *, until: date, points: int = 13, every_days: int = 7
) -> tuple[RatePoint, ...]:
    """Return the rate of the 60 days before each of several days, the earliest first."""
    codes, days = rules.unauthorised()
    ends = [until - timedelta(days=every_days * step) for step in range(points)][::-1]
    rows = fetch_all(
        sql_text(SQL / "unauthorised.sql"), {"ends": ends, "days": days, "codes": list(codes)}
    )
    return tuple(RatePoint(row.day, row.debits, row.unauthorised) for row in rows)


def list_differences() -> tuple[Difference, ...]:
    """Return every file, entry and return that payments and the ledger do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number or "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _bank(row: Any) -> BankAccount:
    return BankAccount(
        account_number=row.account_number,
        id=row.id,
        kind=BankKind(row.kind),
        last_four=row.last_four,
        holder=row.holder,
        is_business=row.is_business,
        status=row.status,
        usable_on=None if row.usable_on == _NOT_YET else row.usable_on,
        stop_code=row.stop_code,
    )


def _exception(row: Any) -> OpenException:
    return OpenException(
        row.id, row.kind, row.code, row.amount_cents, row.line, row.opened_at, row.account_number
    )


def _file(row: Any) -> AchFile:
    return AchFile(
        id=row.id,
        name=row.name,
        file_on=row.file_on,
        status=FileStatus(row.status),
        entries=row.entries,
        debit_cents=row.debit_cents,
        credit_cents=row.credit_cents,
        sha256=row.sha256 or "",
        gathered_at=row.gathered_at,
        written_at=row.written_at,
        answered_at=row.answered_at,
        effective_on=row.effective_on,
        settled=row.settled,
        returned=row.returned,
    )


def _returned(row: Any) -> ReturnedEntry:
    return ReturnedEntry(
        payment_id=row.payment_id,
        last_four=row.last_four,
        code=row.code,
        action=Action(row.action),
        kind=row.kind,
        amount_cents=row.amount_cents,
        returned_on=row.returned_on,
        is_late=row.is_late,
        outcome=row.outcome,
        claim_cents=row.claim_cents,
        attempt=row.attempt,
        retried_on=row.retried_on,
        bank_status=row.bank_status,
    )
