"""Many payments at once, in sets: what bank files and nightly runs bring."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db import connection, transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor
from openmember.payments.services.door import line_order
from openmember.payments.types import Channel, Method

# Enough for a set to pay off, few enough that payers at the door wait a second at most.
RANGE_ROWS = 10_000
# Ranges share no account, so that as many as there are processors can be worked on at once.
MOST_SESSIONS = 8


@dataclass(frozen=True, slots=True)
class BatchPayment:
    """One payment of a batch. `number` may lead to a merged account; `bill_id` names one bill, or none."""

    number: str
    key: str
    amount_cents: int
    method: Method
    channel: Channel
    payer: str
    effective_on: date
    bill_id: int | None = None
    tender: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row nothing was posted for. `position` counts the rows from 1; `reason` as the door names it."""

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a batch's rows."""

    posted: int
    repeated: int
    refused: tuple[RefusedRow, ...]


def post_batch(
    *,
    rows: Iterable[BatchPayment],
    actor: Actor,
    progress: Callable[[int, int], None] = lambda done, ranges: None,
) -> BatchResult:
    """Post payments as the door would one after another, in the order given, but in sets.

    Committed range by range of accounts: after a failure the same batch can be posted again, and what
    was posted is repeated harmlessly. Locks: the balance rows of one range at a time.
    """
    batch = secrets.token_hex(8)
    try:
        _stage(batch, rows)
        firsts = [
            row[0]
            for row in fetch_all(
                "SELECT payments_batch_resolve(%(batch)s, %(size)s)",
                {"batch": batch, "size": RANGE_ROWS},
            )
        ]
        ranges = list(pairwise([*firsts, None]))
        for done, _ in enumerate(_post_ranges(batch, ranges, actor), start=1):
            progress(done, len(ranges))
        return _result(batch, actor)
    finally:
        fetch_all("DELETE FROM payments_batch_row WHERE batch = %(batch)s", {"batch": batch})


@transaction.atomic
def _stage(batch: str, rows: Iterable[BatchPayment]) -> None:
    columns = (
        "batch, position, number, key, amount_cents, method, channel, payer, tender,"
        " effective_on, bill_id"
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY payments_batch_row ({columns}) FROM STDIN") as copy,
    ):
        for position, row in enumerate(rows, start=1):
            if not 1 <= len(row.key) <= 200:
                raise ValueError(f"row {position}: a key has 1 to 200 characters")
            copy.write_row(
                (
                    batch, position, row.number, row.key, row.amount_cents, row.method.value,
                    row.channel.value, row.payer, row.tender, row.effective_on, row.bill_id,
                )
            )  # fmt: skip


def _post_ranges(batch: str, ranges: list[tuple[str, str | None]], actor: Actor) -> Iterator[None]:
    """Post every range, several at once where their rows are committed for all to see."""
    sessions = min(os.cpu_count() or 1, len(ranges), MOST_SESSIONS)
    if sessions <= 1 or connection.in_atomic_block:
        for first, following in ranges:
            yield _post_range(batch, first, following, actor)
        return
    with ThreadPoolExecutor(sessions, thread_name_prefix="batch") as pool:
        tasks = [pool.submit(_post_in_session, batch, *span, actor) for span in ranges]
        try:
            for task in as_completed(tasks):
                yield task.result()
        finally:
            # After a failure, what has not begun is left for the next try.
            pool.shutdown(cancel_futures=True)


def _post_in_session(batch: str, first: str, following: str | None, actor: Actor) -> None:
    try:
        _post_range(batch, first, following, actor)
    finally:
        connection.close()


@transaction.atomic
def _post_range(batch: str, first: str, following: str | None, actor: Actor) -> None:
    fetch_one(
        "SELECT payments_batch_post(%(batch)s, %(first)s, %(next)s, %(order)s, %(actor)s)",
        {
            "batch": batch,
            "first": first,
            "next": following,
            "order": line_order(),
            "actor": str(actor),
        },
    )


def _result(batch: str, actor: Actor) -> BatchResult:
    counts = fetch_one(
        "SELECT count(*) FILTER (WHERE outcome = 'posted') AS posted,"
        " count(*) FILTER (WHERE outcome = 'repeated') AS repeated"
        " FROM payments_batch_row WHERE batch = %(batch)s",
        {"batch": batch},
    )
    refused = fetch_all(
        "SELECT position, outcome FROM payments_batch_row WHERE batch = %(batch)s"
        " AND outcome NOT IN ('posted', 'repeated') ORDER BY position",
        {"batch": batch},
    )
    audit.record(
        actor=str(actor), action="payment.batch", batch=batch, posted=counts.posted,
        repeated=counts.repeated, refused=len(refused),
    )  # fmt: skip
    return BatchResult(
        posted=counts.posted,
        repeated=counts.repeated,
        refused=tuple(RefusedRow(row.position, row.outcome) for row in refused),
    )
