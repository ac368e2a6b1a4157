"""Working the queue: matching by hand, explaining, agreeing to what another explained, taking apart."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.ledger.closing.queries import open_on
from openmember.ledger.types import Code
from openmember.members.types import Actor, Scope
from openmember.payments.reconciliation import queries, rules
from openmember.payments.reconciliation.types import Match

EXPLAINED_BY = (Code.PROCESSOR_FEES, Code.CASH_OVER_SHORT)


class WorkRefused(Exception):
    """This cannot be done with these entries; the message says why in words. Nothing was changed."""


@transaction.atomic
def match_by_hand(*, entry_ids: Sequence[int], reason: str, on: date, actor: Actor) -> Match:
    """Put entries that are the same money into one match: one to many, as long as the sides are equal.

    Errors: NotAllowed, WorkRefused.
    """
    return _match(entry_ids, "hand", reason, 0, None, on, actor)


@transaction.atomic
def explain(*, entry_ids: Sequence[int], reason: str, code: Code, on: date, actor: Actor) -> Match:
    """Post the difference of these entries to fees or to over and short, and put them into one match.

    Above the limit, which counts all one person explains alone on a day, it waits for a second person.
    Errors: NotAllowed, WorkRefused.
    """
    if code not in EXPLAINED_BY:
        raise WorkRefused("a difference goes to fees or to cash over and short")
    gap = queries.gap_of(entry_ids=entry_ids)
    if not gap:
        raise WorkRefused("these entries add up: match them, nothing has to be posted")
    return _match(entry_ids, "explained", reason, gap, code, on, actor)


@transaction.atomic
def leave_as_timing(*, entry_id: int, reason: str, actor: Actor) -> None:
    """Note that the other side of an entry is on its way; it stays open. Errors: NotAllowed."""
    actor.require(Scope.RECONCILE)
    _note(entry_id, "timing", reason, actor)
    audit.record(actor=str(actor), action="reconcile.timing", entry_id=entry_id, reason=reason)


@transaction.atomic
def approve_match(*, match_id: int, on: date, actor: Actor) -> Match:
    """Agree to what another person explained, and post it. Errors: NotAllowed, WorkRefused."""
    actor.require(Scope.RECONCILE)
    _call(
        "SELECT payments_recon_approve(%(match)s, %(on)s, %(actor)s)",
        match=match_id, on=open_on(day=on), actor=str(actor),
    )  # fmt: skip
    audit.record(actor=str(actor), action="reconcile.approve", match_id=match_id)
    return queries.get_match(match_id=match_id, today=on)


@transaction.atomic
def undo_match(*, match_id: int, reason: str, on: date, actor: Actor) -> Match:
    """Take a match apart, or reject one that waits; what it posted is reversed, its entries are open again.

    One that two people made takes two: the first call asks for it, and another person's carries it out.

    Errors: NotAllowed, WorkRefused.
    """
    actor.require(Scope.RECONCILE)
    _call(
        "SELECT payments_recon_undo(%(match)s, %(reason)s, %(on)s, %(actor)s)",
        match=match_id, reason=reason, on=open_on(day=on), actor=str(actor),
    )  # fmt: skip
    match = queries.get_match(match_id=match_id, today=on)
    action = "reconcile.ask_undo" if match.state == "made" else "reconcile.undo"
    audit.record(actor=str(actor), action=action, match_id=match_id, reason=reason)
    return match


def _match(
    entry_ids: Sequence[int],
    rule: str,
    reason: str,
    posted: int,
    code: Code | None,
    on: date,
    actor: Actor,
) -> Match:
    actor.require(Scope.RECONCILE)
    made = _call(
        "SELECT payments_recon_match_within(%(entries)s::bigint[], %(rule)s, %(reason)s, %(posted)s,"
        " %(code)s::smallint, %(alone)s, %(on)s, %(actor)s) AS id",
        entries=sorted(set(entry_ids)), rule=rule, reason=reason, posted=posted, alone=rules.ALONE_CENTS,
        code=int(code) if code else None, on=open_on(day=on), actor=str(actor),
    )  # fmt: skip
    match = queries.get_match(match_id=made.id, today=on)
    audit.record(
        actor=str(actor), action="reconcile.propose" if match.state == "waiting" else "reconcile.match",
        match_id=made.id, rule=rule, reason=reason, posted_cents=posted, entries=sorted(set(entry_ids)),
    )  # fmt: skip
    return match


def _note(entry_id: int, kind: str, text: str, actor: Actor) -> None:
    fetch_all(
        "SELECT payments_recon_add_note(%(entry)s, %(kind)s, %(text)s, %(actor)s)",
        {"entry": entry_id, "kind": kind, "text": text, "actor": str(actor)},
    )


def _call(query: str, **params: object) -> Any:
    try:
        return fetch_one(query, params)
    except Refused as refused:
        raise WorkRefused(refused.detail or refused.name) from refused
