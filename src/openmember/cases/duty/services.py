"""Saying that one is there, and what follows from contacts. Each change is one event of the log."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from openmember.cases.duty.queries import duty_from_row, find_duty
from openmember.cases.duty.types import BreakKind, Cause, Duty, DutyState
from openmember.cases.policy import get_policy
from openmember.cases.types import CaseRefused
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, NotAllowed, Scope


@transaction.atomic
def choose(
    *, state: DutyState, now: datetime, actor: Actor, break_kind: BreakKind | None = None
) -> Duty:
    """Say where one is. Again does nothing.

    Errors: NotAllowed; CaseRefused `follows` for being in a contact, `no_kind` for a break of no kind,
            `contact_runs` where one's contact has not ended and one would be available.
    """
    user_id = require_duty(actor)
    if state is DutyState.IN_CONTACT:
        raise CaseRefused("follows", "whoever has a contact open is in one")
    if (state is DutyState.BREAK) != (break_kind is not None):
        raise CaseRefused("no_kind", "say what the break is for")
    known = _locked(user_id)
    if state is DutyState.AVAILABLE and has_contact(user_id):
        raise CaseRefused("contact_runs", "end your contact first")
    if (known.state, known.break_kind) == (state, break_kind):
        return known
    _add(user_id, state, Cause.CHOSEN, now, break_kind)
    audit.record(
        actor=str(actor), action="duty.chosen", state=state.value,
        break_kind=break_kind.value if break_kind else "",
    )  # fmt: skip
    return find_duty(user_id=user_id)


def be_seen(*, now: datetime, actor: Actor) -> Duty:
    """Note that the person's browser is open, and return where their presence stands.

    Shape:  who was set away stays it until they say otherwise.
    """
    user_id = require_duty(actor)
    row = fetch_one(
        "UPDATE cases_duty SET seen_at = %(now)s WHERE user_id = %(user)s RETURNING *",
        {"now": now, "user": user_id},
    )
    return duty_from_row(row) if row else Duty()


def begin_contact(*, user_id: int, now: datetime, cause: Cause = Cause.CONTACT) -> None:
    """Note that somebody is in a contact, or makes a promised call; within the transaction that says so."""
    if _locked(user_id).state is not DutyState.IN_CONTACT:
        _add(user_id, DutyState.IN_CONTACT, cause, now)


def end_contact(*, user_id: int, now: datetime, cause: Cause = Cause.CONTACT) -> None:
    """Note that a contact or call of somebody has ended: unless another runs, they write down what it left."""
    if _locked(user_id).state is DutyState.IN_CONTACT and not has_contact(user_id):
        _add(user_id, DutyState.AFTER_CONTACT, cause, now)


def pulled(*, user_id: int, now: datetime) -> None:
    """Note that somebody asked for work, and so is there."""
    if _locked(user_id).state is not DutyState.AVAILABLE:
        _add(user_id, DutyState.AVAILABLE, Cause.PULLED, now)


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Set away whose browser was not heard of for as long as the policy says; return how many."""
    before = now - timedelta(minutes=get_policy().away_minutes)
    done = 0
    while done < limit and _away_one(before, now):
        done += 1
    return done


def has_contact(user_id: int) -> bool:
    """Return whether a contact that somebody answered still runs."""
    row = fetch_one(
        "SELECT 1 AS yes FROM cases_interaction WHERE user_id = %(user)s AND ended_at IS NULL LIMIT 1",
        {"user": user_id},
    )
    return row is not None


def require_duty(actor: Actor) -> int:
    """Return who it is. Errors: NotAllowed for whoever answers no members."""
    if actor.kind != "staff" or actor.id is None or not actor.may(Scope.CONTACT):
        raise NotAllowed(Scope.CONTACT)
    return actor.id


@transaction.atomic
def _away_one(before: datetime, now: datetime) -> bool:
    row = fetch_one(
        "SELECT user_id FROM cases_duty WHERE state <> 'away' AND seen_at < %(before)s"
        " ORDER BY seen_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED",
        {"before": before},
    )
    if row is not None:
        _add(row.user_id, DutyState.AWAY, Cause.UNSEEN, now)
    return row is not None


def _locked(user_id: int) -> Duty:
    # Nothing is locked before somebody's first event. Two at once wait for each other all the same when they
    # add it: the log's trigger writes one row for each person.
    row = fetch_one(
        "SELECT * FROM cases_duty WHERE user_id = %(user)s FOR NO KEY UPDATE", {"user": user_id}
    )
    return duty_from_row(row) if row else Duty()


def _add(
    user_id: int, state: DutyState, cause: Cause, now: datetime, kind: BreakKind | None = None
) -> None:
    values: dict[str, Any] = {
        "user": user_id, "at": now, "state": state.value, "cause": cause.value,
        "kind": kind.value if kind else "",
    }  # fmt: skip
    fetch_all(
        "INSERT INTO cases_duty_event (user_id, at, state, break_kind, cause)"
        " VALUES (%(user)s, %(at)s, %(state)s, %(kind)s, %(cause)s)",
        values,
    )
