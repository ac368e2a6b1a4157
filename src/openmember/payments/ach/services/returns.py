"""What banks send back: returns booked in sets, corrections of bank accounts one by one."""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from openmember.exchange.nacha import open_nacha
from openmember.exchange.nacha.types import Entry, Report
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.ach import models, queries, rules
from openmember.payments.ach.originator import get_originator
from openmember.payments.ach.rules import BadBankAccount
from openmember.payments.ach.services.banks import correct_bank_account
from openmember.payments.services.door import line_order

# Enough for a set to pay off, few enough that payers at the door wait a second at most.
RANGE_ROWS = 5_000
_COLUMNS = (
    "batch, position, line, code, action, window_kind, stops, retries, needs_person, odfi, sequence,"
    " amount_cents, is_debit, individual_id, trace"
)


@dataclass(slots=True)
class TakenAnswers:
    """What became of a file. `accepted` is False when it was refused whole; `report.problems` says why."""

    sha256: str
    accepted: bool
    already_taken: bool
    dry_run: bool
    report: Report
    returns: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    posted: int = 0
    exceptions: int = 0


class _Refused(Exception):
    """Rolls back the staging of a file that is not sound, or a trial."""


def take_answers(
    *,
    path: Path,
    actor: Actor,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, ranges: None,
) -> TakenAnswers:
    """Read a file of returns and changes and apply it; a file that is not sound is refused whole.

    Applied range by range of accounts, each committed: after a failure the same file can be taken again,
    and what was applied is repeated harmlessly. A file with neither is only reported.
    Errors: NotAllowed.
    """
    actor.require(Scope.RUN_BILLING)
    batch = secrets.token_hex(8)
    sha256 = _hash(path)
    changes: list[Entry] = []
    try:
        report = _stage(batch, path, changes, keep=not dry_run)
        taken = TakenAnswers(sha256, report.error_count == 0, False, dry_run, report)
        taken.already_taken = models.AchAnswerFile.objects.filter(sha256=sha256).exists()
        if not taken.accepted or dry_run or taken.already_taken:
            return taken
        on = _made_on(report)
        taken.changes = _apply_changes(changes, sha256, actor)
        _apply_returns(batch, on, actor, progress)
        _finish(batch, on, taken, actor)
        return taken
    finally:
        fetch_all("DELETE FROM payments_ach_return_row WHERE batch = %(batch)s", {"batch": batch})


def _stage(batch: str, path: Path, changes: list[Entry], *, keep: bool) -> Report:
    """Read the file once, its returns into the staging table; they stay there only when it is sound."""
    reports: list[Report] = []
    try:
        with (
            transaction.atomic(),
            path.open("rb") as source,
            connection.cursor() as cursor,
        ):
            reading = open_nacha(source)
            with cursor.copy(f"COPY payments_ach_return_row ({_COLUMNS}) FROM STDIN") as copy:
                for row in _rows(batch, reading, changes):
                    copy.write_row(row)
            reports.append(reading.report)
            if reports[0].error_count or not keep:
                raise _Refused
    except _Refused:
        return reports[0]
    return reports[0]


def _rows(batch: str, entries: Any, changes: list[Entry]) -> Iterator[tuple[Any, ...]]:
    kept = {code.code: code for code in rules.list_return_rules()}
    position = 0
    for entry in entries:
        if entry.change is not None:
            changes.append(entry)
        returned = entry.returned
        if returned is None or not returned.original_trace.isdecimal():
            continue
        position += 1
        rule = kept.get(returned.code) or rules.return_rule(returned.code)
        trace = returned.original_trace.zfill(15)
        yield (
            batch, position, entry.line, returned.code, rule.action.value, rule.window, rule.stops,
            rule.retries, rule.needs_person, trace[:8], int(trace[8:]), entry.amount_cents,
            entry.is_debit, entry.individual_id, returned.trace,
        )  # fmt: skip


def _apply_returns(
    batch: str, on: date, actor: Actor, progress: Callable[[int, int], None]
) -> None:
    originator = get_originator()
    params = {
        "batch": batch,
        "on": on,
        "due_on": on + timedelta(days=originator.due_after_days),
        "order": line_order(),
        "actor": str(actor),
        "retry_on": rules.retry_days(on, originator.retry_after_banking_days),
        "fees": json.dumps(rules.fees_by_state()),
    }
    with transaction.atomic():
        firsts = [
            row[0]
            for row in fetch_all(
                "SELECT payments_ach_return_resolve(%(batch)s, %(odfi)s, %(on)s, %(size)s)",
                {"batch": batch, "odfi": originator.odfi[:8], "on": on, "size": RANGE_ROWS},
            )
        ]
    ranges = [
        {**params, "first": first, "next": following}
        for first, following in zip_longest(firsts, firsts[1:])
    ]
    if len(ranges) < 2:
        for one in ranges:
            _apply_range(one)
        return
    # Ranges share no account, so they are worked at side by side, each on a connection of its own.
    with ThreadPoolExecutor(settings.ACH_RETURN_WORKERS) as pool:
        for done, _ in enumerate(pool.map(_apply_range_apart, ranges), start=1):
            progress(done, len(ranges))


def _apply_range_apart(params: dict[str, Any]) -> None:
    try:
        _apply_range(params)
    finally:
        connection.close()


@transaction.atomic
def _apply_range(params: dict[str, Any]) -> None:
    fetch_one(
        "SELECT payments_ach_return_apply(%(batch)s, %(first)s, %(next)s, %(on)s, %(due_on)s, %(order)s,"
        " %(actor)s)",
        params,
    )
    fetch_one(
        "SELECT payments_ach_return_follow(%(batch)s, %(first)s, %(next)s, %(on)s, %(retry_on)s::date[],"
        " %(fees)s::jsonb, %(due_on)s, %(actor)s)",
        params,
    )


@transaction.atomic
def _finish(batch: str, on: date, taken: TakenAnswers, actor: Actor) -> None:
    rows = fetch_all(
        "SELECT * FROM payments_ach_return_finish(%(batch)s, %(source)s)",
        {"batch": batch, "source": taken.sha256},
    )
    taken.returns = [row._asdict() for row in rows]
    taken.posted = sum(row.count for row in rows if row.outcome in {"applied", "after_refund"})
    taken.exceptions = sum(row.count for row in rows if row.outcome in {"unmatched", "ambiguous"})
    taken.exceptions += taken.changes.get("for_a_person", 0)
    report: dict[str, Any] = {
        "returns": taken.returns,
        "changes": taken.changes,
        "posted": taken.posted,
    }
    # Two at once with the same file: what the other one applied was repeated here, harmlessly.
    models.AchAnswerFile.objects.get_or_create(
        sha256=taken.sha256, defaults={"made_on": on, "report": report, "actor": str(actor)}
    )
    audit.record(actor=str(actor), action="ach.answers", sha256=taken.sha256, **report)


def _apply_changes(changes: list[Entry], sha256: str, actor: Actor) -> dict[str, int]:
    """Correct bank accounts as their banks ask; what is none of theirs, or matches nothing, is a person's."""
    counts: Counter[str] = Counter()
    for entry in changes:
        counts[_apply_change(entry, sha256, actor)] += 1
    return dict(counts)


@transaction.atomic
def _apply_change(entry: Entry, sha256: str, actor: Actor) -> str:
    change = entry.change
    assert change is not None
    found = _entry_changed(change.original_trace, entry)
    outcome = "for_a_person"
    if found is not None:
        bank = queries.get_bank_account(numbers=(found.account_number,), bank_id=found.bank_id)
        try:
            if correct_bank_account(
                bank=bank, code=change.code, said=change.corrected, actor=actor
            ):
                return "corrected"
        except BadBankAccount:
            outcome = "for_a_person"
    models.AchException.objects.get_or_create(
        key=f"{sha256}:{entry.line}",
        defaults={
            "kind": "change" if found else "unmatched",
            "account_number": found.account_number if found else None,
            "entry_id": found.id if found else None,
            "code": change.code,
            "amount_cents": 0,
            "line": entry.line,
        },
    )
    return outcome


def _entry_changed(trace: str, entry: Entry) -> Any:
    """Return the entry a change speaks of: the one of its trace number, told apart by the payment's id."""
    padded = trace.zfill(15)
    if padded[:8] != get_originator().odfi[:8]:
        return None
    rows = fetch_all(
        "SELECT e.account_number, e.id, e.bank_id, coalesce(e.payment_id, e.id)::text = %(named)s AS is_named"
        " FROM generate_series(0, (SELECT coalesce(max(id), 0) / 9999900 FROM payments_ach_entry)) turn"
        " JOIN payments_ach_entry e ON e.id = %(sequence)s - 1 + turn * 9999900 AND e.state = 'sent'",
        {"sequence": int(padded[8:]), "named": entry.individual_id},
    )
    named = [row for row in rows if row.is_named] or rows
    return named[0] if len(named) == 1 else None


def _made_on(report: Report) -> date:
    assert report.header is not None
    # As its bank wrote it: two digits of the year.
    return datetime.strptime(report.header.created_on, "%y%m%d").date()  # noqa: DTZ007  a date has no zone


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
