"""Reading payment plans: one account's, or all that need something done on a day."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openmember.billing.plans.policy import get_policy
from openmember.billing.plans.rules import standing_of
from openmember.billing.plans.types import (
    AgreedBy,
    Basis,
    Due,
    Event,
    Part,
    Plan,
    PlanDraw,
    PlanStatus,
)
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference

SQL = Path(__file__).parent / "sql"


class UnknownPlan(Exception):
    """The account has no such plan."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan the sweep has to look at; `is_merged` when its account was joined to another."""

    account_number: str
    plan_id: int
    is_merged: bool


def list_plans(*, numbers: tuple[str, ...], today: date) -> tuple[Plan, ...]:
    """Return the plans of an account, those that stand first, then the newest."""
    return _plans(today, numbers=list(numbers), id=None)


def get_plan(*, numbers: tuple[str, ...], plan_id: int, today: date) -> Plan:
    """Return one plan of the account. Errors: UnknownPlan."""
    found = _plans(today, numbers=list(numbers), id=plan_id)
    if not found:
        raise UnknownPlan
    return found[0]


def find_plan_by_key(*, numbers: tuple[str, ...], key: str, today: date) -> Plan | None:
    """Return the plan that was agreed to under a key, or None while the key is unused."""
    row = fetch_one(
        "SELECT plan_id FROM billing_plan_schedule"
        " WHERE account_number = ANY(%(numbers)s) AND key = %(key)s",
        {"numbers": list(numbers), "key": key},
    )
    return get_plan(numbers=numbers, plan_id=row.plan_id, today=today) if row else None


def list_events(*, plan: Plan) -> tuple[Event, ...]:
    """Return what happened to a plan, the first thing first."""
    return tuple(
        Event(row.kind, row.version, row.instalment, row.happened_on, row.reason, row.actor, row.at)
        for row in fetch_all(
            "SELECT kind, version, instalment, happened_on, reason, actor, at FROM billing_plan_event"
            " WHERE account_number = %(number)s AND plan_id = %(id)s ORDER BY position",
            {"number": plan.account_number, "id": plan.id},
        )
    )


def due_on(*, plan: Plan, day: date) -> PlanDraw | None:
    """Return what autopay may draw for a plan on one of its due days, or None.

    Shape: what is late comes with it, so that a draw that failed is made up for by the next. Nothing while
    one of the plan's bills is in dispute.
    """
    found = _draws(day, [plan.account_number], plan.id)
    return found[0] if found else None


def list_due(*, day: date, numbers: tuple[str, ...] | None = None) -> tuple[PlanDraw, ...]:
    """Return what is due on a day for every plan that stands, in one statement."""
    return _draws(day, list(numbers) if numbers is not None else None, None)


def list_candidates(*, today: date) -> tuple[Candidate, ...]:
    """Return the plans that a sweep has to look at today."""
    late_before = today - timedelta(days=get_policy().grace_days)
    return tuple(
        Candidate(row.account_number, row.id, row.closed)
        for row in fetch_all(
            sql_text(SQL / "candidates.sql"), {"today": today, "late_before": late_before}
        )
    )


def find_moved_bills(*, plan: Plan) -> tuple[str, tuple[int, ...]] | None:
    """Return the account a plan's bills moved to with a merge, and those still open there; None if none."""
    row = fetch_one(
        "SELECT b.account_number, array_agg(b.id ORDER BY b.due_on, b.id) AS bills"
        " FROM accounts_account a JOIN billing_bill b ON b.account_number = a.merged_into"
        " WHERE a.number = %(number)s AND b.open_cents > 0 AND NOT b.held AND b.plan_id IS NULL"
        " AND split_part(b.key, ':', 1) = 'moved' AND split_part(b.key, ':', 2) = ANY(%(bills)s)"
        " GROUP BY b.account_number",
        {"number": plan.account_number, "bills": [str(part.bill_id) for part in plan.parts]},
    )
    return (row.account_number, tuple(row.bills)) if row else None


def list_differences() -> tuple[Difference, ...]:
    """Return every plan that its schedules, bills and moves do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number, row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _draws(day: date, numbers: list[str] | None, plan_id: int | None) -> tuple[PlanDraw, ...]:
    return tuple(
        PlanDraw(
            account_number=row.account_number,
            plan_id=row.plan_id,
            due_cents=row.cents - row.late_cents,
            late_cents=row.late_cents,
            bill_ids=tuple(row.bills),
        )
        for row in fetch_all(
            sql_text(SQL / "draws.sql"), {"day": day, "numbers": numbers, "id": plan_id}
        )
    )


def _plans(today: date, **given: Any) -> tuple[Plan, ...]:
    return tuple(_plan(row, today) for row in fetch_all(sql_text(SQL / "plans.sql"), given))


def _plan(row: Any, today: date) -> Plan:
    parts = tuple(_part(facts) for facts in json.loads(row.parts))
    schedule = tuple(
        Due(date.fromisoformat(due_on), cents) for due_on, cents in json.loads(row.dues)
    )
    return Plan(
        id=row.id,
        account_number=row.account_number,
        status=PlanStatus(row.status),
        version=row.version,
        agreed_on=row.agreed_on,
        day=row.day,
        monthly_cents=row.monthly_cents,
        total_cents=row.total_cents,
        basis=Basis(row.basis),
        reason=row.reason,
        agreement=row.agreement,
        language=row.language,
        channel=AgreedBy(row.channel),
        parts=parts,
        schedule=schedule,
        standing=standing_of(schedule, parts, today, get_policy().grace_days),
    )


def _part(facts: list[Any]) -> Part:
    return Part(
        bill_id=facts[0],
        bill_month=date.fromisoformat(facts[1]),
        title=facts[2],
        due_on=date.fromisoformat(facts[3]),
        then_open_cents=facts[4],
        then_adjusted_cents=facts[5],
        then_paid_cents=facts[6],
        open_cents=facts[7],
        adjusted_cents=facts[8],
        paid_cents=facts[9],
        held=facts[10],
    )
