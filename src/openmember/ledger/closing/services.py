"""Closing a month and opening it again. Both are audited; opening takes two people."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.ledger.closing import queries
from openmember.ledger.closing.types import Figure, MonthState
from openmember.members.types import Actor, Scope


class MonthRefused(Exception):
    """The month cannot be closed or opened so; the message says why in words."""


@transaction.atomic
def lock_month(*, month: date, actor: Actor) -> None:
    """Let nobody post in the month from here to the end of the transaction, so that it can be read and closed.

    Errors: NotAllowed. Locks: the month's partition, after those who post there are through.
    """
    actor.require(Scope.CLOSE_MONTH)
    fetch_all("SELECT ledger_lock_month(%(month)s)", {"month": month})


@transaction.atomic
def close_month(*, month: date, today: date, figures: Sequence[Figure], actor: Actor) -> MonthState:
    """Lock a month, keep its trial balance and `figures`, and seal both. Months are closed in order.

    Errors: NotAllowed, MonthRefused.
    """
    actor.require(Scope.CLOSE_MONTH)
    month = queries.first_of_month(month)
    _call(
        "SELECT ledger_close_month(%(month)s, %(today)s, %(figures)s::jsonb, %(actor)s)",
        month=month, today=today, actor=str(actor),
        figures=json.dumps([asdict(figure) for figure in figures], sort_keys=True, default=str),
    )  # fmt: skip
    state = queries.get_month(month=month)
    audit.record(
        actor=str(actor), action="month.close", month=month.isoformat(), seal=state.steps[-1].seal
    )
    return state


@transaction.atomic
def ask_reopening(*, month: date, reason: str, actor: Actor) -> MonthState:
    """Ask that a month be opened again; a second person has to agree. Errors: NotAllowed, MonthRefused."""
    actor.require(Scope.CLOSE_MONTH)
    _call(
        "SELECT ledger_ask_reopening(%(month)s, %(reason)s, %(actor)s)",
        month=month, reason=reason, actor=str(actor),
    )  # fmt: skip
    audit.record(
        actor=str(actor), action="month.ask_reopening", month=month.isoformat(), reason=reason
    )
    return queries.get_month(month=month)


@transaction.atomic
def drop_reopening(*, month: date, actor: Actor) -> MonthState:
    """Withdraw the request to open a month again. Errors: NotAllowed, MonthRefused."""
    actor.require(Scope.CLOSE_MONTH)
    _call("SELECT ledger_drop_reopening(%(month)s)", month=month)
    audit.record(actor=str(actor), action="month.drop_reopening", month=month.isoformat())
    return queries.get_month(month=month)


@transaction.atomic
def reopen_month(*, month: date, actor: Actor) -> MonthState:
    """Agree that a month be opened again, and open it. Errors: NotAllowed, MonthRefused."""
    actor.require(Scope.CLOSE_MONTH)
    _call("SELECT ledger_reopen_month(%(month)s, %(actor)s)", month=month, actor=str(actor))
    step = queries.get_month(month=month).steps[-1]
    audit.record(
        actor=str(actor), action="month.reopen", month=month.isoformat(), asked_by=step.actor,
        reason=step.reason,
    )  # fmt: skip
    return queries.get_month(month=month)


def _call(query: str, **params: object) -> object:
    try:
        return fetch_one(query, params)
    except Refused as refused:
        raise MonthRefused(refused.detail or refused.name) from refused
