"""Reading credit: the queue over all accounts, and one account's credit, refunds and checks."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference
from openmember.payments.credits.dormancy import find_dormancy
from openmember.payments.credits.rules import suggest
from openmember.payments.credits.types import (
    Check,
    CheckRun,
    CreditRefund,
    HeldCredit,
    Part,
    QueuedCredit,
    Way,
)
from openmember.payments.types import Method, Payment

SQL = Path(__file__).parent / "sql"
# An account that is billed every month uses its credit by itself within this time.
KEEP_DAYS = 60


class UnknownRefund(Exception):
    """The account has no such refund of credit."""


class UnknownCheck(Exception):
    """No check has this number."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Some of the accounts that hold credit, and the sums over all, as found on `searched_on`."""

    rows: tuple[QueuedCredit, ...]
    total: int
    credit_cents: int
    searched_on: date | None


def list_queue(*, today: date, limit: int = 50, offset: int = 0) -> Queue:
    """Return the accounts that held credit at the last search, the oldest first."""
    rows = fetch_all(sql_text(SQL / "queue.sql"), {"limit": limit, "offset": offset})
    sums = rows[0]
    return Queue(
        rows=tuple(_queued(row, today) for row in rows if row.account_number is not None),
        total=sums.total,
        credit_cents=sums.all_cents,
        searched_on=sums.searched_on,
    )


def list_held(*, numbers: tuple[str, ...]) -> tuple[HeldCredit, ...]:
    """Return what each payment of an account holds as credit and nobody asked to give back yet."""
    return _held(numbers=list(numbers), payment=None)


def find_held(*, payment: Payment) -> HeldCredit | None:
    """Return what one payment's way back depends on, though it settled bills; None when it did not arrive."""
    found = _held(numbers=[payment.account_number], payment=payment.id)
    return found[0] if found else None


def _held(**params: Any) -> tuple[HeldCredit, ...]:
    return tuple(
        HeldCredit(
            account_number=row.account_number,
            payment_id=row.id,
            cents=row.cents,
            method=Method(row.method),
            gateway=row.gateway,
            is_settled=row.is_settled,
            has_failed_refund=row.has_failed_refund,
            paid_on=row.effective_on,
        )
        for row in fetch_all(sql_text(SQL / "held.sql"), params)
    )


def list_refunds(
    *, numbers: tuple[str, ...] | None = None, status: str | None = None, limit: int = 100
) -> tuple[CreditRefund, ...]:
    """Return refunds of credit, the newest first: one account's, or everybody's in one status."""
    return _refunds(numbers=list(numbers) if numbers else None, status=status, limit=limit)


def get_refund(*, numbers: tuple[str, ...], refund_id: int) -> CreditRefund:
    """Return one refund of credit of the account. Errors: UnknownRefund."""
    found = _refunds(numbers=list(numbers), id=refund_id)
    if not found:
        raise UnknownRefund
    return found[0]


def given_alone_cents(*, account_number: str, since: date) -> int:
    """Return what was given back to an account since a day by people who approved it themselves."""
    row = fetch_one(
        "SELECT coalesce(sum(amount_cents), 0)::bigint AS cents FROM payments_credit_refund"
        " WHERE account_number = %(number)s AND status = 'approved' AND decided_by = proposed_by"
        " AND decided_on >= %(since)s",
        {"number": account_number, "since": since},
    )
    return int(row.cents)


def get_check(*, number: int) -> Check:
    """Return one check. Errors: UnknownCheck."""
    found = _checks("number = %(number)s", number=number)
    if not found:
        raise UnknownCheck
    return found[0]


def list_checks(*, run_id: int) -> tuple[Check, ...]:
    """Return the checks of one run, by number."""
    return _checks("run_id = %(run)s", run=run_id)


def list_voided_checks(*, run_id: int) -> tuple[Check, ...]:
    """Return the checks that were stopped or grew stale, and that this run tells the bank not to pay."""
    return _checks("void_run_id = %(run)s", run=run_id)


def list_stale_checks(*, issued_before: date) -> tuple[Check, ...]:
    """Return the checks nobody cashed that were drawn before a day."""
    return _checks("status = 'issued' AND issued_on < %(before)s", before=issued_before)


def list_outstanding_checks(*, limit: int = 200) -> tuple[Check, ...]:
    """Return the checks drawn and not paid by the bank yet, the oldest first: for the reconciliation."""
    return _checks("status = 'issued'", limit=limit)


def list_runs(*, limit: int = 20, unwritten_only: bool = False) -> tuple[CheckRun, ...]:
    """Return runs of checks, the newest first."""
    return tuple(
        CheckRun(row.id, row.run_on, row.checks, row.amount_cents, row.written_at is not None)
        for row in fetch_all(
            "SELECT * FROM payments_check_run WHERE NOT %(unwritten)s OR written_at IS NULL"
            " ORDER BY id DESC LIMIT %(limit)s",
            {"limit": limit, "unwritten": unwritten_only},
        )
    )


def count_without_address() -> int:
    """Return how many refunds wait for a check and have no address to go to."""
    row = fetch_one(sql_text(SQL / "without_address.sql"))
    return int(row.total)


def list_differences() -> tuple[Difference, ...]:
    """Return every refund of credit, check and turned-over credit that the books do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number or "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _queued(row: Any, today: date) -> QueuedCredit:
    return QueuedCredit(
        account_number=row.account_number,
        holder_id=row.holder_id,
        holder_name=f"{row.first_name} {row.last_name}",
        state=row.state,
        credit_cents=row.credit_cents,
        since=row.since,
        active_on=row.active_on,
        age_days=(today - row.since).days,
        suggestion=suggest(
            since=row.since,
            active_on=row.active_on,
            billed_until=row.billed_until,
            today=today,
            dormancy=find_dormancy(state=row.state),
            hold_days=settings.REFUND_HOLD_DAYS,
            keep_days=KEEP_DAYS,
        ),
        proposed_cents=row.proposed_cents,
    )


def _refunds(**given: Any) -> tuple[CreditRefund, ...]:
    params = {"numbers": None, "id": None, "status": None, "limit": 100, **given}
    return tuple(
        CreditRefund(
            id=row.id,
            account_number=row.account_number,
            amount_cents=row.amount_cents,
            limit_cents=row.limit_cents,
            status=row.status,
            reason=row.reason,
            proposed_by=row.proposed_by,
            proposed_on=row.proposed_on,
            decided_by=row.decided_by or "",
            decided_on=row.decided_on,
            decision=row.decision,
            from_bills=row.from_bills,
            parts=tuple(
                Part(payment, cents, Way(way), refund, status, number, check)
                for payment, cents, way, refund, status, number, check in json.loads(row.parts)
            ),
        )
        for row in fetch_all(sql_text(SQL / "refunds.sql"), params)
    )


def _checks(condition: str, *, limit: int = 100_000, **params: Any) -> tuple[Check, ...]:
    # The condition is one of those written in this module.
    return tuple(
        Check(
            number=row.number,
            account_number=row.account_number,
            amount_cents=row.amount_cents,
            payee=row.payee,
            address=tuple(json.loads(row.address)),
            issued_on=row.issued_on,
            status=row.status,
            ended_on=row.ended_on,
            run_id=row.run_id,
        )
        for row in fetch_all(
            f"SELECT * FROM payments_check WHERE {condition} ORDER BY number LIMIT %(limit)s",  # noqa: S608  our own words
            {**params, "limit": limit},
        )
    )
