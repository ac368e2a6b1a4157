"""Closing a month with its reports."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.ledger.closing import services as ledger
from openmember.ledger.closing.services import MonthRefused
from openmember.ledger.closing.types import Figure, MonthState
from openmember.ledger.types import Code
from openmember.members.types import Actor
from openmember.payments.closing import queries
from openmember.payments.closing.types import Closing, Reports


@transaction.atomic
def close_month(*, month: date, today: date, reason: str, actor: Actor) -> MonthState:
    """Prove the books, read the reports and close the month with them, all at one moment.

    Nobody posts in the month from the first step on. What is missing and not needed is passed over for
    `reason`, which is kept. Errors: NotAllowed, MonthRefused.
    """
    month = month.replace(day=1)
    ledger.lock_month(month=month, actor=actor)
    closing = queries.get_closing(month=month, today=today, prove=True)
    for check in closing.missing:
        if check.is_needed:
            raise MonthRefused(_words(closing))
    if closing.missing and not reason:
        raise MonthRefused("say why the month is closed with this missing")
    if closing.missing:
        audit.record(
            actor=str(actor), action="month.close_despite", month=month.isoformat(), reason=reason,
            missing=[check.topic.value for check in closing.missing],
        )  # fmt: skip
    return ledger.close_month(
        month=month,
        today=today,
        figures=_figures(queries.read_reports(month=month), closing, reason),
        actor=actor,
    )


def _words(closing: Closing) -> str:
    topics = {check.topic.value for check in closing.missing}
    return (
        "the books differ: prove them first" if "books" in topics else "it is not this month's turn"
    )


def _figures(reports: Reports, closing: Closing, reason: str) -> list[Figure]:
    ageing = [
        {
            "line": one.line.value, "bills": one.bills, "ledger_cents": one.ledger_cents,
            "buckets": {bucket.value: cents for bucket, cents in one.cents_by_bucket.items()},
        }
        for one in reports.ageing
    ]  # fmt: skip
    cash = [{**asdict(one), "day": one.day.isoformat()} for one in reports.cash]
    deferred = [{**asdict(one), "covers": one.covers.isoformat()} for one in reports.deferred]
    checks = [
        {"topic": one.topic.value, "is_ok": one.is_ok, "count": one.count, "cents": one.cents}
        for one in closing.checks
    ]
    adjusting = [
        {
            "debit": int(Code.PREMIUM_REVENUE),
            "credit": int(Code.DEFERRED_PREMIUM),
            "cents": reports.deferred_cents,
        }
    ]
    return [
        *_numbered("ageing", ageing),
        *_numbered("cash", cash),
        *_numbered("deferred", deferred),
        *_numbered("adjusting", adjusting if reports.deferred_cents else []),
        *_numbered("checks", checks),
        *_numbered("reason", [{"text": reason}] if reason else []),
    ]


def _numbered(report: str, rows: Iterable[dict[str, Any]]) -> list[Figure]:
    return [Figure(report, line, facts) for line, facts in enumerate(rows, start=1)]
