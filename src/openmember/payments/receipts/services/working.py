"""Working through receipts that are new: the sure ones are posted in sets, the rest wait for a person."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.closing.queries import open_on
from openmember.members.types import Actor, Scope
from openmember.payments.batch import BatchPayment, post_batch
from openmember.payments.receipts import resolving
from openmember.payments.receipts.kinds import Kinds, get_kinds
from openmember.payments.receipts.types import Verdict, Worked
from openmember.payments.types import Channel, Method

CHUNK = 50_000
# What other money may be already, and so is nobody's to post but a person's.
LOOKED_AT = frozenset({"restated", "twin"})
_NEXT = (
    "SELECT id, key, day, amount_cents, method, channel, payer, text, reference, reason, account_number"
    " FROM payments_receipt WHERE state = %(state)s ORDER BY id LIMIT %(limit)s"
)


def work_receipts(
    *, actor: Actor, progress: Callable[[int], None] = lambda done: None, chunk: int = CHUNK
) -> Worked:
    """Take up what statements brought, decide what is new, and post what is sure.

    Each step is committed: after a failure the next run goes on where this one stood, and what was posted is
    repeated harmlessly under the receipt's key. Errors: NotAllowed. Locks: one run at a time.
    """
    actor.require(Scope.WORK_EXCEPTIONS)
    fetch_all("SELECT pg_advisory_lock(hashtext('payments_receipts_work'))")
    try:
        kinds = get_kinds()
        collected = _collect(kinds, actor)
        posted, held = _post_matched(actor, chunk)
        while rows := fetch_all(_NEXT, {"state": "new", "limit": chunk}):
            held += _decide(rows, actor)
            more, refused = _post_matched(actor, chunk)
            posted, held = posted + more, held + refused
            progress(posted + held)
    finally:
        fetch_all("SELECT pg_advisory_unlock(hashtext('payments_receipts_work'))")
    done = Worked(posted, held, collected.withdrawn, collected.lost)
    audit.record(
        actor=str(actor), action="receipt.work", posted=posted, held=held,
        withdrawn=done.withdrawn, lost=done.lost,
    )  # fmt: skip
    return done


@transaction.atomic
def _collect(kinds: Kinds, actor: Actor) -> Any:
    return fetch_one(
        "SELECT * FROM payments_receipts_collect(%(wires)s::text[], %(transfers)s::text[],"
        " %(as_items)s::text[], %(actor)s)",
        {
            "wires": list(kinds.wires), "transfers": list(kinds.transfers), "as_items": list(kinds.as_items),
            "actor": str(actor),
        },
    )  # fmt: skip


def _decide(rows: list[Any], actor: Actor) -> int:
    said = [
        resolving.Said(row.payer, row.text, row.reference, row.amount_cents)
        if row.reason not in LOOKED_AT
        else resolving.Said("", "", "", 0)
        for row in rows
    ]
    verdicts = [
        Verdict(None, row.reason) if row.reason in LOOKED_AT else verdict
        for row, verdict in zip(rows, resolving.resolve(said), strict=True)
    ]
    return _keep([row.id for row in rows], verdicts, actor)


@transaction.atomic
def _keep(ids: list[int], verdicts: list[Verdict], actor: Actor) -> int:
    held: int = fetch_one(
        "SELECT payments_receipts_decide(%(ids)s::bigint[], %(accounts)s::text[], %(reasons)s::text[],"
        " %(actor)s) AS held",
        {
            "ids": ids,
            "accounts": [one.account_number for one in verdicts],
            "reasons": [one.reason for one in verdicts],
            "actor": str(actor),
        },
    ).held
    return held


def _post_matched(actor: Actor, chunk: int) -> tuple[int, int]:
    """Post what was decided, also by a run that was cut off. Returns how many were posted and refused."""
    posted = held = 0
    while rows := fetch_all(_NEXT, {"state": "matched", "limit": chunk}):
        days = {day: open_on(day=day) for day in {row.day for row in rows}}
        result = post_batch(
            rows=(
                BatchPayment(
                    number=row.account_number, key=row.key, amount_cents=row.amount_cents,
                    method=Method(row.method), channel=Channel(row.channel), payer="receipt",
                    effective_on=days[row.day],
                )
                for row in rows
            ),
            actor=actor,
        )  # fmt: skip
        posted += fetch_one(
            "SELECT payments_receipts_posted(%(ids)s::bigint[]) AS count",
            {"ids": [row.id for row in rows]},
        ).count
        refused = [rows[one.position - 1].id for one in result.refused]
        if refused:
            held += _keep(refused, [Verdict(None, "refused")] * len(refused), actor)
    return posted, held
