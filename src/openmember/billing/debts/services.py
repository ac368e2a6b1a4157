"""Placing bills for collection, writing them off, and asking for them again."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from openmember.billing.debts import queries
from openmember.billing.debts.types import Verdict, WriteOff
from openmember.billing.types import Bill
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_one
from openmember.members.types import Actor, Scope


class DebtRefused(Exception):
    """Nothing was changed; the message says why in words."""


class Barred(DebtRefused):
    """A rule does not allow it; `verdict` tells which, with its citation."""

    def __init__(self, verdict: Verdict) -> None:
        first = verdict.bars[0]
        super().__init__(f"{first.name}: {first.citation}")
        self.verdict = verdict


@transaction.atomic
def place_bad_debt(*, bill: Bill, reason: str, on: date, actor: Actor) -> bool:
    """Give a bill to bad debt, so that it may be asked for by others. Again returns False.

    Errors: NotAllowed; Barred, with every rule that forbids it; DebtRefused.
    """
    actor.require(Scope.WRITE_OFF)
    # Before the rules are asked, so that an application that arrives meanwhile is seen.
    fetch_one(
        "SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
        {"name": f"billing_collection:{bill.account_number}"},
    )
    debt = queries.get_debt(bill=bill, today=on)
    if not debt.verdict.is_allowed:
        raise Barred(debt.verdict)
    row = _call(
        "SELECT billing_debt_place(%(number)s, %(bill)s, %(by)s, %(reason)s, %(on)s, %(actor)s) AS done",
        number=bill.account_number, bill=bill.id, by=_allowed_by(debt.state), reason=reason, on=on,
        actor=str(actor),
    )  # fmt: skip
    if row.done:
        audit.record(
            actor=str(actor), action="debt.place", account_number=bill.account_number,
            bill_id=bill.id, reason=reason,
        )  # fmt: skip
    return bool(row.done)


@transaction.atomic
def recall_bad_debt(
    *, account_number: str, bill_id: int | None, reason: str, on: date, actor: Actor
) -> int:
    """Take a bill back from bad debt, or all of the account's; return how many. Errors: DebtRefused."""
    row = _call(
        "SELECT billing_debt_recall(%(number)s, %(bill)s, %(reason)s, %(on)s, %(actor)s) AS done",
        number=account_number, bill=bill_id, reason=reason, on=on, actor=str(actor),
    )  # fmt: skip
    if row.done:
        audit.record(
            actor=str(actor), action="debt.recall", account_number=account_number,
            bill_id=bill_id, reason=reason, bills=row.done,
        )  # fmt: skip
    return int(row.done)


@transaction.atomic
def stop_collection(*, account_number: str, key: str, cause: str, on: date, actor: Actor) -> int:
    """Let nothing of an account be collected for a cause (`application`, `appeal`, `bankruptcy`, `deceased`,
    `other`), and take back what was placed; return how many bills. The same key again does nothing.
    """
    fetch_one(
        "SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
        {"name": f"billing_collection:{account_number}"},
    )
    row = _call(
        "SELECT billing_collection_stop(%(number)s, %(key)s, %(cause)s, %(on)s, %(actor)s) AS done",
        number=account_number, key=key, cause=cause, on=on, actor=str(actor),
    )  # fmt: skip
    audit.record(
        actor=str(actor), action="collection.stop", account_number=account_number, key=key,
        cause=cause,
    )  # fmt: skip
    return int(row.done)


@transaction.atomic
def resume_collection(*, account_number: str, key: str, on: date, actor: Actor) -> None:
    """End a cause for which collection stopped; other causes go on."""
    _call(
        "SELECT billing_collection_resume(%(number)s, %(key)s, %(on)s)",
        number=account_number, key=key, on=on,
    )  # fmt: skip
    audit.record(
        actor=str(actor), action="collection.resume", account_number=account_number, key=key
    )


@transaction.atomic
def propose_write_off(
    *, bill: Bill, amount_cents: int, key: str, reason: str, on: date, actor: Actor
) -> WriteOff:
    """Ask for (part of) a bill to be written off; within the limit it is done at once. The same key asks once.

    Errors: NotAllowed, DebtRefused.
    """
    actor.require(Scope.WRITE_OFF)
    row = _call(
        "SELECT id, status FROM billing_write_off_propose(%(number)s, %(bill)s, %(key)s, %(amount)s,"
        " %(limit)s, %(reason)s, %(on)s, %(actor)s)",
        number=bill.account_number, bill=bill.id, key=key, amount=amount_cents,
        limit=settings.WRITE_OFF_ALONE_CENTS, reason=reason, on=on, actor=str(actor),
    )  # fmt: skip
    audit.record(
        actor=str(actor), action="write_off.propose", account_number=bill.account_number,
        bill_id=bill.id, cents=amount_cents, reason=reason, status=row.status,
    )  # fmt: skip
    return queries.get_write_off(numbers=(bill.account_number,), write_off_id=row.id)


@transaction.atomic
def decide_write_off(
    *, write_off: WriteOff, approved: bool, decision: str, on: date, actor: Actor
) -> WriteOff:
    """Approve a write-off, which takes it off the bill, or refuse it. The same answer again does nothing.

    Errors: NotAllowed; DebtRefused, also when whoever proposed it approves it above the limit.
    """
    actor.require(Scope.WRITE_OFF)
    _call(
        "SELECT id FROM billing_write_off_decide(%(number)s, %(id)s, %(approved)s, %(decision)s, %(on)s,"
        " %(actor)s)",
        number=write_off.account_number, id=write_off.id, approved=approved, decision=decision,
        on=on, actor=str(actor),
    )  # fmt: skip
    audit.record(
        actor=str(actor), action="write_off.approve" if approved else "write_off.refuse",
        account_number=write_off.account_number, bill_id=write_off.bill_id, reason=decision,
    )  # fmt: skip
    return queries.get_write_off(numbers=(write_off.account_number,), write_off_id=write_off.id)


@transaction.atomic
def recover_written_off(
    *, bill: Bill, amount_cents: int, reason: str, on: date, actor: Actor
) -> int:
    """Ask for a written-off bill again, because it is paid after all; return what is open then.

    Errors: DebtRefused when more than was written off is asked for.
    """
    row = _call(
        "SELECT billing_write_off_recover(%(number)s, %(bill)s, %(amount)s, %(reason)s, %(on)s, %(actor)s)"
        " AS open_cents",
        number=bill.account_number, bill=bill.id, amount=amount_cents, reason=reason, on=on,
        actor=str(actor),
    )  # fmt: skip
    audit.record(
        actor=str(actor), action="write_off.recover", account_number=bill.account_number,
        bill_id=bill.id, cents=amount_cents, reason=reason,
    )  # fmt: skip
    return int(row.open_cents)


def _allowed_by(state: str) -> str:
    clocks = "R501-NOTIFY, CA-HFPA-COLLECT" if state == "CA" else "R501-NOTIFY"
    return f"{clocks} passed; no application, dispute or plan"


def _call(query: str, **params: object) -> Any:
    try:
        return fetch_one(query, params)
    except Refused as refused:
        raise DebtRefused(refused.detail or refused.name) from refused
