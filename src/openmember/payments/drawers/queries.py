"""Reading drawers, always for a cashier or a facility."""

from pathlib import Path
from typing import Any

from openmember.accounts.types import Account
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference
from openmember.members.types import Actor, Scope
from openmember.payments import queries as payments
from openmember.payments.drawers.types import (
    Check,
    Counted,
    Deposit,
    Drawer,
    PaperRange,
    Receipt,
    Taken,
    VoidRequest,
    VoidState,
)
from openmember.payments.types import Method, Status

SQL = Path(__file__).parent / "sql"


class UnknownDrawer(Exception):
    """The facility has no such drawer, deposit or receipt."""


def find_drawer(*, actor: Actor) -> Drawer | None:
    """Return the drawer the actor has open."""
    row = fetch_one(
        "SELECT * FROM payments_drawer WHERE cashier = %(actor)s AND counted_at IS NULL",
        {"actor": str(actor)},
    )
    return _drawer(row) if row else None


def list_open_drawers(*, facility: str, actor: Actor) -> tuple[Drawer, ...]:
    """Return the drawers open at a facility. Errors: NotAllowed."""
    actor.require(Scope.TAKE_PAYMENT)
    rows = fetch_all(
        "SELECT * FROM payments_drawer WHERE facility = %(facility)s AND counted_at IS NULL ORDER BY drawer",
        {"facility": facility},
    )
    return tuple(_drawer(row) for row in rows)


def get_counted(*, drawer_id: int, facility: str) -> Counted:
    """Return a drawer that was counted. Errors: UnknownDrawer."""
    row = fetch_one(
        "SELECT * FROM payments_drawer WHERE id = %(id)s AND facility = %(facility)s"
        " AND counted_at IS NOT NULL",
        {"id": drawer_id, "facility": facility},
    )
    if row is None:
        raise UnknownDrawer
    return _counted(row)


def list_counted(
    *, facility: str, only_undeposited: bool = False, limit: int = 50
) -> tuple[Counted, ...]:
    """Return the drawers counted at a facility, the newest first."""
    rows = fetch_all(
        "SELECT * FROM payments_drawer WHERE facility = %(facility)s AND counted_at IS NOT NULL"
        " AND (deposit_id IS NULL OR NOT %(only)s) ORDER BY id DESC LIMIT %(limit)s",
        {"facility": facility, "only": only_undeposited, "limit": limit},
    )
    return tuple(_counted(row) for row in rows)


def list_taken(*, drawer_id: int, actor: Actor, limit: int = 200) -> tuple[Taken, ...]:
    """Return what the actor took at a drawer of theirs, the newest first. Amounts only add up in the count."""
    return _taken(drawer=drawer_id, actor=str(actor), limit=limit)


def find_receipt(*, account: Account, payment_id: int) -> Receipt | None:
    """Return all of the visit to the counter that a payment of the account is part of."""
    found = fetch_one(
        "SELECT t.account_number, t.drawer_id, t.visit, d.facility FROM payments_drawer_payment t"
        " JOIN payments_drawer d ON d.id = t.drawer_id"
        " WHERE t.account_number = ANY (%(numbers)s) AND t.payment_id = %(payment)s",
        {"numbers": list(account.numbers), "payment": payment_id},
    )
    if found is None:
        return None
    taken = _taken(drawer=found.drawer_id, number=found.account_number, visit=found.visit)
    return Receipt(
        account_number=found.account_number,
        facility=found.facility,
        drawer_id=found.drawer_id,
        payments=tuple(
            payments.get_payment(numbers=(one.account_number,), payment_id=one.payment_id)
            for one in taken
        ),
        taken=taken,
    )


def list_voids_waiting(*, facility: str, actor: Actor) -> tuple[VoidRequest, ...]:
    """Return the voids of a facility that wait for a supervisor. Errors: NotAllowed."""
    actor.require(Scope.TAKE_PAYMENT)
    rows = fetch_all(
        "SELECT v.*, d.facility, d.drawer, t.amount_cents, t.method FROM payments_drawer_void v"
        " JOIN payments_drawer_payment t USING (account_number, payment_id)"
        " JOIN payments_drawer d ON d.id = t.drawer_id"
        " WHERE v.state = 'waiting' AND d.facility = %(facility)s ORDER BY v.id",
        {"facility": facility},
    )
    return tuple(
        VoidRequest(
            row.id, row.account_number, row.payment_id, row.facility, row.drawer, row.amount_cents,
            Method(row.method), row.reason, row.asked_by, row.asked_at,
        )
        for row in rows
    )  # fmt: skip


def get_deposit(*, deposit_id: int, facility: str) -> Deposit:
    """Return a deposit with its checks. Errors: UnknownDrawer."""
    found = _deposits(facility=facility, deposit_id=deposit_id)
    if not found:
        raise UnknownDrawer
    return found[0]


def list_deposits(*, facility: str, limit: int = 20) -> tuple[Deposit, ...]:
    """Return the deposits of a facility, the newest first."""
    return _deposits(facility=facility, limit=limit)


def list_paper_ranges(*, facility: str) -> tuple[PaperRange, ...]:
    """Return the numbered receipts a facility was given, the newest first."""
    rows = fetch_all(
        "SELECT g.*, (SELECT count(*) FROM payments_paper_receipt r WHERE r.range_id = g.id) AS keyed"
        " FROM payments_paper_range g WHERE facility = %(facility)s ORDER BY id DESC LIMIT 50",
        {"facility": facility},
    )
    return tuple(
        PaperRange(
            row.id, row.facility, row.first, row.last, row.issued_on, row.issued_by, row.keyed
        )
        for row in rows
    )


def list_differences() -> tuple[Difference, ...]:
    """Return every drawer, deposit and void that payments and ledger do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number or "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _deposits(
    *, facility: str, deposit_id: int | None = None, limit: int = 1
) -> tuple[Deposit, ...]:
    rows = fetch_all(
        "SELECT *, payments_deposit_slip(id) AS slip FROM payments_deposit WHERE facility = %(facility)s"
        " AND (%(id)s::bigint IS NULL OR id = %(id)s) ORDER BY id DESC LIMIT %(limit)s",
        {"facility": facility, "id": deposit_id, "limit": limit},
    )
    checks: dict[int, list[Check]] = {}
    for row in fetch_all(
        "SELECT d.deposit_id, p.tender, t.amount_cents FROM payments_drawer d"
        " JOIN payments_drawer_payment t ON t.drawer_id = d.id AND t.method = 'check'"
        " JOIN payments_payment p ON (p.account_number, p.id) = (t.account_number, t.payment_id)"
        " WHERE d.deposit_id = ANY (%(ids)s) AND p.status <> 'voided' ORDER BY t.taken_at",
        {"ids": [row.id for row in rows]},
    ):
        checks.setdefault(row.deposit_id, []).append(Check(row.tender, row.amount_cents))
    return tuple(
        Deposit(
            row.id, row.slip, row.facility, row.made_on, row.cash_cents, row.checks_cents,
            row.made_by, tuple(checks.get(row.id, ())),
        )
        for row in rows
    )  # fmt: skip


def _taken(*, drawer: int, **which: Any) -> tuple[Taken, ...]:
    given = {"drawer": drawer, "actor": None, "number": None, "visit": None, "limit": 10, **which}
    rows = fetch_all(sql_text(SQL / "taken.sql"), given)
    return tuple(
        Taken(
            account_number=row.account_number,
            payment_id=row.payment_id,
            visit=row.visit,
            method=Method(row.method),
            amount_cents=row.amount_cents,
            tendered_cents=row.tendered_cents,
            change_cents=row.change_cents,
            taken_at=row.taken_at,
            status=Status(row.status),
            tender=row.tender,
            paper_number=row.paper_number,
            void=VoidState(row.void_state) if row.void_state else None,
        )
        for row in rows
    )


def _drawer(row: Any) -> Drawer:
    return Drawer(
        row.id, row.facility, row.drawer, row.cashier, row.float_cents, row.opened_on, row.opened_at
    )


def _counted(row: Any) -> Counted:
    return Counted(
        row.id, row.facility, row.drawer, row.cashier, row.float_cents, row.counted_on,
        row.expected_cash_cents, row.counted_cash_cents, row.expected_checks_cents,
        row.counted_checks_cents, row.deposit_id,
    )  # fmt: skip
