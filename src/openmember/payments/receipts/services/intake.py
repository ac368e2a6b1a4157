"""Taking files of banks and lockboxes: statements as days, items as receipts, each whole or not at all."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction

from openmember.exchange.camt import read_camt
from openmember.exchange.camt.types import Movement
from openmember.exchange.camt.types import Statement as CamtStatement
from openmember.exchange.lockbox import read_lockbox
from openmember.exchange.lockbox.types import Check
from openmember.exchange.mt940 import read_mt940
from openmember.exchange.mt940.fields import date_of
from openmember.exchange.mt940.types import Statement
from openmember.exchange.nacha import open_nacha
from openmember.exchange.nacha.types import Entry
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.receipts.kinds import get_kinds
from openmember.payments.receipts.types import Item
from openmember.payments.reconciliation import accounts, rules
from openmember.payments.reconciliation.accounts import OwnAccount, get_own_accounts
from openmember.payments.reconciliation.services.bank_days import DryRun, store_days
from openmember.payments.reconciliation.types import BankDay, BankLine, Taken

DOLLARS = "USD"
# Corporate credits, and those people send from their bank's bill payment.
ACH_CLASSES = frozenset({"CCD", "CTX", "CIE"})
ACH_CREDITS = frozenset({"22", "32"})


def take_mt940(*, path: Path, actor: Actor, dry_run: bool = False) -> Taken:
    """Take statements in SWIFT's format, each as the day of its closing balance. Errors: NotAllowed."""
    file = read_mt940(path.read_bytes())
    statements = [one for one in file.statements if not one.is_interim]
    notes = tuple(f"line {one.line}: {one.message}" for one in file.notes) + tuple(
        f"line {one.line}: The day was not over when this was written; it is passed over."
        for one in file.statements
        if one.is_interim
    )
    problems = tuple(f"line {one.line}: {one.message}" for one in file.problems)
    problems += tuple(
        f"line {one.line}: The statement has parts of a cent."
        for one in statements
        if _has_parts(one)
    )
    days = tuple(_mt940_day(one) for one in statements) if not problems else ()
    return _take_days("mt940", path, days, problems, notes, actor, dry_run)


def take_camt(*, path: Path, actor: Actor, dry_run: bool = False) -> Taken:
    """Take an ISO 20022 file: a statement (053) as days, an advice (054) as receipts. Errors: NotAllowed."""
    file = read_camt(path.read_bytes())
    problems = tuple(f"line {one.line}: {one.message}" for one in file.problems)
    notes = tuple(f"line {one.line}: {one.message}" for one in file.notes)
    if problems or file.kind == "053":
        days = tuple(_camt_day(one) for one in file.statements) if not problems else ()
        return _take_days("camt.053", path, days, problems, notes, actor, dry_run)
    own = [get_own_accounts().find(one.bank, one.account) for one in file.statements]
    if foreign := [
        f"line {one.line}: {accounts.not_ours(one.account)}"
        for one, mine in zip(file.statements, own, strict=True)
        if mine is None
    ]:
        return _refused("camt.054", path, foreign, dry_run)
    items = [
        item
        for one, mine in zip(file.statements, own, strict=True)
        if mine
        for item in _advised(one, mine)
    ]
    return replace(_take_items("camt.054", "notice", path, items, actor, dry_run), notes=notes)


def take_lockbox(*, path: Path, actor: Actor, dry_run: bool = False) -> Taken:
    """Take a lockbox file: each check is a receipt. Errors: NotAllowed."""
    file = read_lockbox(path.read_bytes())
    if file.problems:
        problems = [f"line {one.line}: {one.message}" for one in file.problems]
        return _refused("lockbox", path, problems, dry_run)
    own = [get_own_accounts().of_lockbox(one.lockbox) for one in file.checks]
    if foreign := [
        f"line {one.line}: The check came to a lockbox that is none of ours."
        for one, mine in zip(file.checks, own, strict=True)
        if mine is None
    ]:
        return _refused("lockbox", path, foreign, dry_run)
    items = (_of_check(one, mine) for one, mine in zip(file.checks, own, strict=True) if mine)
    return _take_items("lockbox", "lockbox", path, items, actor, dry_run)


def take_ach_credits(*, path: Path, actor: Actor, dry_run: bool = False) -> Taken:
    """Take the credits others sent us by ACH, of a file judged before. Errors: NotAllowed."""
    with path.open("rb") as source:
        entries = [
            one
            for one in open_nacha(source)
            if one.batch.sec in ACH_CLASSES and one.transaction in ACH_CREDITS and not one.returned
            and not one.change and one.amount_cents
        ]  # fmt: skip
    own = [get_own_accounts().find(one.routing, one.account.strip()) for one in entries]
    problems = [
        f"line {one.line}: {what}"
        for one, mine in zip(entries, own, strict=True)
        for what, is_wrong in (
            ("The batch of this credit names no day.", date_of(one.batch.effective_on) is None),
            (accounts.not_ours(one.account.strip()), mine is None),
        )
        if is_wrong
    ]
    if problems:
        return _refused("nacha", path, problems, dry_run)
    items = (_of_entry(one, mine) for one, mine in zip(entries, own, strict=True) if mine)
    return _take_items("nacha", "ach", path, items, actor, dry_run)


def _refused(format_: str, path: Path, problems: Sequence[str], dry_run: bool) -> Taken:
    return Taken(
        format_, _sha256(path), accepted=False, dry_run=dry_run, problems=tuple(problems[:1000])
    )


def _take_days(
    format_: str,
    path: Path,
    days: tuple[BankDay, ...],
    problems: tuple[str, ...],
    notes: tuple[str, ...],
    actor: Actor,
    dry_run: bool,
) -> Taken:
    actor.require(Scope.RECONCILE)
    sha256 = _sha256(path)
    own, foreign_accounts = accounts.ours(days)
    joined, faults = rules.joined(own)
    faults += rules.faults_of_size(joined) + foreign_accounts
    if problems or faults:
        return Taken(format_, sha256, accepted=False, dry_run=dry_run, problems=problems + faults)
    foreign = tuple(
        f"The account ending {day.account[-4:]} is in {day.currency}: stored, not reconciled."
        for day in joined
        if day.currency != DOLLARS
    )
    try:
        with transaction.atomic():
            taken = store_days(days=joined, format_=format_, sha256=sha256, actor=actor)
            if dry_run:
                raise DryRun
    except DryRun:
        return replace(taken, dry_run=True, notes=notes + foreign)
    return replace(taken, notes=notes + foreign)


def _take_items(
    format_: str, source: str, path: Path, items: Iterable[Item], actor: Actor, dry_run: bool
) -> Taken:
    actor.require(Scope.RECONCILE)
    sha256 = _sha256(path)
    try:
        with transaction.atomic():
            batch = secrets.token_hex(8)
            count, cents = _stage(batch, source, items)
            new = fetch_one(
                "SELECT payments_receipts_add(%(batch)s, %(sha256)s, %(as_items)s::text[]) AS new",
                {"batch": batch, "sha256": sha256, "as_items": list(get_kinds().as_items)},
            ).new
            audit.record(
                actor=str(actor),
                action="receipt.import",
                sha256=sha256,
                format=format_,
                items=count,
                new=new,
            )
            if dry_run:
                raise DryRun
    except DryRun:  # It took back what was staged, which is all a trial has to do.
        pass
    return Taken(
        format_,
        sha256,
        accepted=True,
        dry_run=dry_run,
        new=new,
        same=count - new,
        lines=count,
        cents=cents,
    )


def _stage(batch: str, source: str, items: Iterable[Item]) -> tuple[int, int]:
    columns = (
        "batch, place, identity, source, day, amount_cents, method, channel, payer, text, reference,"
        " account, entry_reference, bank, type_code"
    )
    count = cents = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY payments_receipt_row ({columns}) FROM STDIN") as copy,
    ):
        for count, one in enumerate(items, start=1):
            cents += one.amount_cents
            copy.write_row(
                (
                    batch, count, one.identity, source, one.day, one.amount_cents, one.method, one.channel,
                    one.payer, one.text, one.reference, one.account, one.entry_reference, one.bank,
                    one.type_code,
                )
            )  # fmt: skip
    return count, cents


def _of_check(one: Check, own: OwnAccount) -> Item:
    # The check itself, wherever it lies in a file: a file made again numbers batches and items anew. Only what
    # could not be read of a check is told apart by its place.
    is_read = one.number and one.account.strip("0 ")
    check = f"{one.routing}:{one.account}:{one.number}" if is_read else ""
    return Item(
        identity=check or f"{one.lockbox}:{one.batch}:{one.item}:{one.routing}:{one.account}:{one.number}",
        day=one.deposited_on, amount_cents=one.amount_cents, method="check", channel="lockbox",
        payer=one.remitter, text="\n".join(one.overflow), reference=f"check {one.number}",
        bank=own.id, account=own.number, entry_reference=check,
    )  # fmt: skip


def _of_entry(one: Entry, own: OwnAccount) -> Item:
    # Data of a CTX goes on from one addenda to the next in the middle of a word.
    joined = ("" if one.batch.sec == "CTX" else " ").join(one.addenda)
    day = date_of(one.batch.effective_on)
    assert day is not None
    payer = one.name if one.batch.sec == "CIE" else one.batch.company_name
    return Item(
        identity=f"{one.batch.company_id}:{one.trace}", day=day, amount_cents=one.amount_cents, method="ach",
        channel="bank", payer=payer.strip(), text=f"{one.individual_id} \n{one.name}\n{joined}".strip(),
        reference=one.trace, bank=own.id, account=own.number,
    )  # fmt: skip


def _advised(statement: CamtStatement, own: OwnAccount) -> list[Item]:
    """Return what an advice tells of money from payers: the same kinds as lines of statements."""
    if statement.currency != DOLLARS:
        return []
    return [
        Item(
            identity=_words(one), day=one.on, amount_cents=one.amount_cents,
            method="wire", channel="bank", payer=one.payer, text=one.text, reference=one.reference,
            account=own.number, entry_reference=one.entry_reference, bank=own.id, type_code=one.type_code,
        )
        for one in statement.movements
        if one.amount_cents > 0 and get_kinds().has(one.type_code)
    ]  # fmt: skip


def _words(one: Movement) -> str:
    """What a movement says, the same in an advice and in a statement."""
    return f"{one.payer}\n{one.text}".strip()


def _mt940_day(one: Statement) -> BankDay:
    assert one.opening is not None
    assert one.closing is not None
    assert one.closing.on is not None
    lines = tuple(
        BankLine(
            entry.type_code, _cents(entry.signed), entry.bank_reference, entry.customer_reference,
            f"{entry.payer}\n{entry.text}".strip(),
        )
        for entry in one.entries
        if entry.signed
    )  # fmt: skip
    return BankDay(
        one.account.rpartition("/")[0] or one.account[:8], one.account, one.closing.on, one.closing.currency,
        _cents(one.opening.signed), _cents(one.closing.signed), lines,
    )  # fmt: skip


def _camt_day(one: CamtStatement) -> BankDay:
    assert one.closing_on is not None
    lines = tuple(
        BankLine(
            part.type_code,
            part.amount_cents,
            part.reference,
            "",
            _words(part),
            part.on,
        )
        for part in one.movements
        if part.amount_cents
    )
    return BankDay(
        one.bank or one.account[:8], one.account, one.closing_on, one.currency, one.opening_cents,
        one.closing_cents, lines,
    )  # fmt: skip


def _has_parts(one: Statement) -> bool:
    balances = [balance.amount for balance in (one.opening, one.closing) if balance]
    return any(amount * 100 % 1 for amount in (*balances, *(entry.amount for entry in one.entries)))


def _cents(amount: Decimal) -> int:
    return int(amount * 100)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
