"""Files to the bank: gathered in one transaction, written whole or not at all, answered, settled."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.ach import queries, rules, writing
from openmember.payments.ach.originator import Originator, get_originator
from openmember.payments.ach.types import AchFile, FileStatus
from openmember.payments.services.door import line_order
from openmember.rulebook.amounts import get_amount

# Committed so many at a time: after a failure the same command goes on where it stopped.
ENTRIES_AT_ONCE = 5_000
# Beside the file while it is written; a transmitter that watches the folder never sees half a file.
PART = ".part"


class FileRefused(Exception):
    """The file cannot be made or answered so; the message says why in words. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Made:
    """What making files did: those written now, and those of the day that were written before."""

    written: tuple[AchFile, ...]
    known: tuple[AchFile, ...]
    effective_on: date


def make_files(
    *, file_on: date, now: datetime, folder: Path, actor: Actor, same_day: bool = False
) -> Made:
    """Write what is due into files for a day, and finish what an earlier try left. Again writes nothing new.

    Shape:  `now` is local to the office. `same_day` books today what asked for it and may be.
    Errors: NotAllowed, FileRefused, exchange.nacha.writer.NotWritable.
    Locks:  one gathering at a time; of two at work on one file, the second finds it written.
    """
    actor.require(Scope.RUN_BILLING)
    originator = get_originator()
    dates = rules.dates_of(file_on, now, originator.cut_off, originator.same_day_cut_off)
    if not folder.is_dir():
        raise FileRefused(f"{folder} is not a folder.")
    known = tuple(
        one
        for one in queries.list_files(limit=100)
        if one.file_on == dates.file_on and one.status is not FileStatus.GATHERED
    )
    finish_files(folder=folder)
    while _gather(dates, originator, actor, same_day=same_day) == originator.most_entries_in_a_file:
        continue  # There is more than one file holds.
    written = [
        write_file(name=row.name, folder=folder, actor=actor)
        for row in fetch_all("SELECT name FROM payments_ach_file WHERE status = 'gathered' ORDER BY id")
    ]  # fmt: skip
    return Made(tuple(written), known, dates.effective_on)


def write_file(*, name: str, folder: Path, actor: Actor) -> AchFile:
    """Write one gathered file under a temporary name, note its hash, then give it its own name.

    Killed before the note, it is written again; killed after it, `finish_files` gives it its name.
    """
    path = folder / name
    part = path.with_name(f".{name}{PART}")
    with transaction.atomic():
        file = queries.get_file(name=name)
        if not fetch_one("SELECT payments_ach_claim(%(file)s) AS mine", {"file": file.id}).mine:
            # Noted by a try that was killed just then, or by one at work: either way it gets its name.
            finish_files(folder=folder)
            return queries.get_file(name=name)
        # A million entries take longer than any request may.
        fetch_all("SET LOCAL statement_timeout = 0")
        if path.exists():
            raise FileRefused(f"{name} is in the folder already, and was not written by us.")
        with part.open("wb") as out:
            written = writing.write(file, queries.list_batches(file=file), out)
            out.flush()
            os.fsync(out.fileno())
        try:
            fetch_all(
                "SELECT payments_ach_written(%(file)s, %(sha)s, %(entries)s, %(debit)s, %(credit)s, %(actor)s)",
                {"file": file.id, "sha": written.sha256, "entries": written.entries,
                 "debit": written.debit_cents, "credit": written.credit_cents, "actor": str(actor)},
            )  # fmt: skip
        except Refused as refused:
            raise FileRefused(refused.detail) from refused
    _give_name(part, path)
    return queries.get_file(name=name)


def finish_files(*, folder: Path) -> int:
    """Give files their names that were written and noted when the work was killed. Return how many."""
    done = 0
    for part in sorted(folder.glob(f".ach-*{PART}")):
        name = part.name[1 : -len(PART)]
        row = fetch_one(
            "SELECT sha256 FROM payments_ach_file WHERE name = %(name)s AND status = 'written'",
            {"name": name},
        )
        if row is not None and row.sha256 == writing.hash_of(part):
            _give_name(part, folder / name)
            done += 1
    return done


def acknowledge_file(
    *, file: AchFile, actor: Actor, progress: Callable[[int], None] = lambda done: None
) -> AchFile:
    """Record that the bank took a file: its debits count from now on, dated when banks book them.

    Committed in parts; again goes on where it stopped, and does nothing when all is done.
    Errors: NotAllowed, FileRefused.
    """
    actor.require(Scope.RUN_BILLING)
    _answer(file, accepted=True, actor=actor)
    after, done = _before_first(file), 0
    while after is not None:
        with transaction.atomic():
            after = fetch_one(
                "SELECT payments_ach_accept(%(file)s, %(after)s, %(limit)s, %(order)s, %(actor)s) AS last",
                {"file": file.id, "after": after, "limit": ENTRIES_AT_ONCE, "order": line_order(),
                 "actor": str(actor)},
            ).last  # fmt: skip
        done += ENTRIES_AT_ONCE
        progress(min(done, file.entries))
    return queries.get_file(name=file.name)


def reject_file(*, file: AchFile, reason: str, actor: Actor) -> AchFile:
    """Record that the bank refused a file whole: its entries wait for the next one.

    Errors: NotAllowed, FileRefused.
    """
    actor.require(Scope.RUN_BILLING)
    with transaction.atomic():
        _answer(file, accepted=False, actor=actor)
        audit.record(actor=str(actor), action="ach.reject", file=file.name, reason=reason)
    return queries.get_file(name=file.name)


def settle_files(*, on: date, actor: Actor) -> int:
    """Settle every accepted debit whose booking day has come. Return how many batches were settled."""
    actor.require(Scope.RUN_BILLING)
    batches = fetch_all(
        "SELECT b.file_id, b.number, b.first_entry FROM payments_ach_batch b"
        " JOIN payments_ach_file f ON f.id = b.file_id"
        " WHERE b.settled_on IS NULL AND b.effective_on <= %(on)s AND f.status = 'acknowledged' ORDER BY 1, 2",
        {"on": on},
    )
    for batch in batches:
        _settle_batch(batch.file_id, batch.number, batch.first_entry - 1, actor)
    return len(batches)


def _settle_batch(file_id: int, number: int, after: int | None, actor: Actor) -> None:
    while after is not None:
        with transaction.atomic():
            after = fetch_one(
                "SELECT payments_ach_settle(%(file)s, %(batch)s, %(after)s, %(limit)s, %(actor)s) AS last",
                {"file": file_id, "batch": number, "after": after, "limit": ENTRIES_AT_ONCE,
                 "actor": str(actor)},
            ).last  # fmt: skip


def _gather(dates: rules.Dates, originator: Originator, actor: Actor, *, same_day: bool) -> int:
    days = {dates.effective_on, dates.same_day_on or dates.effective_on}
    sender = {
        "odfi": originator.odfi, "bank_name": originator.bank_name, "origin": originator.origin,
        "origin_name": originator.origin_name, "company_name": originator.company_name,
        "company_id": originator.company_id, "balanced": originator.balanced,
    }  # fmt: skip
    limit_cents = int(get_amount("ACH-SAMEDAY", on=dates.file_on).value * 100)
    with transaction.atomic():
        fetch_all("SET LOCAL statement_timeout = 0")
        try:
            row = fetch_one(
                "SELECT payments_ach_gather(%(on)s, %(effective)s, %(same_day)s, %(limit)s, %(clocks)s,"
                " %(sender)s, %(batch)s, %(most)s, %(actor)s) AS id",
                {
                    "on": dates.file_on,
                    "effective": dates.effective_on,
                    "same_day": same_day and dates.same_day_on is not None,
                    "limit": limit_cents,
                    "clocks": json.dumps({str(day): rules.clocks_of(day) for day in days}),
                    "sender": json.dumps(sender),
                    "batch": originator.most_entries_in_a_batch,
                    "most": originator.most_entries_in_a_file,
                    "actor": str(actor),
                },
            )
        except Refused as refused:
            raise FileRefused(refused.detail) from refused
    if row.id is None:
        return 0
    return int(
        fetch_one("SELECT entries FROM payments_ach_file WHERE id = %(id)s", {"id": row.id}).entries
    )


@transaction.atomic
def _answer(file: AchFile, *, accepted: bool, actor: Actor) -> None:
    try:
        fetch_all(
            "SELECT payments_ach_answer(%(file)s, %(accepted)s, %(actor)s)",
            {"file": file.id, "accepted": accepted, "actor": str(actor)},
        )
    except Refused as refused:
        raise FileRefused(refused.detail or refused.name) from refused


def _before_first(file: AchFile) -> int | None:
    row = fetch_one(
        "SELECT min(first_entry) - 1 AS id FROM payments_ach_batch WHERE file_id = %(file)s",
        {"file": file.id},
    )
    return int(row.id)


def _give_name(part: Path, path: Path) -> None:
    try:
        part.rename(path)
    except FileNotFoundError:
        # Another one at the same work was first.
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
