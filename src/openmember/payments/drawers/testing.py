"""Builders of days at the counter for tests."""

from datetime import date

from openmember.accounts.types import Account
from openmember.ledger.closing.queries import get_trial_balance
from openmember.ledger.types import Code
from openmember.members.testing import serial
from openmember.members.types import Actor, Role
from openmember.payments.drawers import rules
from openmember.payments.drawers.services.opening import count_drawer
from openmember.payments.drawers.services.taking import take_visit
from openmember.payments.drawers.types import Copay, Counted, Drawer, Receipt, Visit
from openmember.payments.queries import list_payments
from openmember.payments.testing import TODAY
from openmember.payments.types import Status


def a_person(*roles: Role) -> Actor:
    """Return somebody on the staff who is nobody else."""
    return Actor("staff", 10_000 + next(serial), roles=frozenset(roles))


def a_visit(
    cents: int, *, key: str = "", bills: tuple[int, ...] = (), copay: Copay | None = None,
    paper: int | None = None, on: date = TODAY, **tenders: object,
) -> Visit:  # fmt: skip
    """Return what somebody pays, in cash to the cent unless tenders say otherwise."""
    parts = rules.split(cents, **(tenders or {"cash_cents": cents}))  # type: ignore[arg-type]  # a test's own
    return Visit(
        key or f"visit-{next(serial)}", parts, "guest", on, bills, copay, paper_number=paper
    )


def take(account: Account, drawer: Drawer, cashier: Actor, visit: Visit) -> Receipt:
    """Take a visit."""
    return take_visit(account=account, visit=visit, drawer=drawer, actor=cashier)


def count(drawer: Drawer, cashier: Actor, cash_cents: int, checks_cents: int = 0) -> Counted:
    """Count a drawer as so many pennies."""
    return count_drawer(
        drawer=drawer, pieces={1: cash_cents}, checks_cents=checks_cents, on=TODAY, actor=cashier
    )


def standing() -> dict[Code, int]:
    """Return what stands on the codes of money and on over and short."""
    shown = {Code.BANK, Code.CARD_CLEARING, Code.DRAWERS, Code.LOCKBOX, Code.CASH_OVER_SHORT}
    lines = get_trial_balance(month=TODAY.replace(day=1)).moved
    return {one.code: one.closing_cents for one in lines if one.code in shown and one.closing_cents}


def statuses(account: Account) -> dict[int, Status]:
    """Return where each payment of an account is in its life."""
    return {one.id: one.status for one in list_payments(numbers=account.numbers).payments}
