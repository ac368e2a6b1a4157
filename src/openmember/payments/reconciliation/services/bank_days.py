"""Taking a bank's statement file: whole or not at all, harmless twice."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from django.db import transaction

from openmember.exchange.bai2 import read_bai2
from openmember.exchange.bai2.reader import CLOSING, OPENING
from openmember.exchange.bai2.types import Account, BankFile, Group
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.reconciliation import accounts, queries, rules
from openmember.payments.reconciliation.types import BankDay, BankLine, Taken

UPDATE, DELETION, CORRECTION, TEST = "1", "2", "3", "4"
DOLLARS = "USD"


class DryRun(Exception):
    """Rolls back a trial."""


def take_bai2(*, path: Path, actor: Actor, dry_run: bool = False) -> Taken:
    """Take a BAI2 file: its days are stored, a day stated anew is restated, breaks in the days are said.

    Shape:  days in another currency than dollars are stored and not reconciled; interim days are passed over.
    Errors: NotAllowed.
    """
    actor.require(Scope.RECONCILE)
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    file = read_bai2(content)
    own, foreign = accounts.ours(_days(file))
    days, faults = rules.joined(own)
    problems = tuple(f"line {one.line}: {one.message}" for one in file.problems)
    problems += _refused_groups(file) + faults + rules.faults_of_size(days) + foreign
    if problems:
        return Taken("bai2", sha256, accepted=False, dry_run=dry_run, problems=problems)
    notes = tuple(f"line {one.line}: {one.message}" for one in file.notes) + _notes(file, days)
    try:
        with transaction.atomic():
            taken = store_days(days=days, format_="bai2", sha256=sha256, actor=actor)
            if dry_run:
                raise DryRun
    except DryRun:
        return replace(taken, dry_run=True, notes=notes)
    return replace(taken, notes=notes)


@transaction.atomic
def store_days(*, days: tuple[BankDay, ...], format_: str, sha256: str, actor: Actor) -> Taken:
    """Store statement days of any format. What is stored already stays; a day said otherwise is restated."""
    counts = {"new": 0, "same": 0, "restated": 0}
    for day in sorted(days, key=lambda one: (one.bank, one.account, one.day)):
        counts[_store(day, format_, sha256, actor)] += 1
    lines = [line for day in days for line in day.lines]
    audit.record(
        actor=str(actor),
        action="bank.import",
        sha256=sha256,
        format=format_,
        lines=len(lines),
        days=counts,
    )
    return Taken(
        format_,
        sha256,
        accepted=True,
        dry_run=False,
        new=counts["new"],
        same=counts["same"],
        restated=counts["restated"],
        lines=len(lines),
        cents=sum(line.amount_cents for line in lines),
        gaps=queries.list_gaps(accounts=tuple({day.account for day in days})),
    )


def _store(day: BankDay, format_: str, sha256: str, actor: Actor) -> str:
    lines = [
        {
            "type": line.type_code, "amount": line.amount_cents, "bank": line.bank_reference,
            "customer": line.customer_reference, "text": line.text,
            "on": line.booked_on and line.booked_on.isoformat(),
        }
        for line in day.lines
    ]  # fmt: skip
    outcome: str = fetch_one(
        "SELECT payments_take_bank_day(%(bank)s, %(account)s, %(day)s, %(currency)s, %(opening)s,"
        " %(closing)s, %(lines)s::jsonb, %(format)s, %(sha256)s, %(actor)s) AS outcome",
        {
            "bank": day.bank, "account": day.account, "day": day.day, "currency": day.currency,
            "opening": day.opening_cents, "closing": day.closing_cents, "lines": json.dumps(lines),
            "format": format_, "sha256": sha256, "actor": str(actor),
        },
    ).outcome  # fmt: skip
    return outcome


def _days(file: BankFile) -> tuple[BankDay, ...]:
    return tuple(
        _day(group, account)
        for group in file.groups
        for account in group.accounts
        if group.as_of_on is not None and not group.is_interim
    )


def _day(group: Group, account: Account) -> BankDay:
    assert group.as_of_on is not None
    lines = tuple(
        BankLine(
            one.type_code, one.signed_amount, one.bank_reference, one.customer_reference, one.text
        )
        for one in account.transactions
        if one.signed_amount
    )
    opening, closing = account.balance(OPENING), account.balance(CLOSING)
    if (
        opening is None
        or closing is None
        or opening + sum(line.amount_cents for line in lines) != closing
    ):
        # Balances that the listed movements do not bear out, as of a summary alone, are not carried on.
        opening = closing = None
    return BankDay(
        group.originator,
        account.number,
        group.as_of_on,
        account.currency or DOLLARS,
        opening,
        closing,
        lines,
    )


def _refused_groups(file: BankFile) -> tuple[str, ...]:
    words = {
        DELETION: "withdraws a day: a person has to decide what it stands for",
        TEST: "is marked as a test",
    }
    return tuple(
        f"line {group.line}: The group {words[group.status]}."
        for group in file.groups
        if group.status in words
    )


def _notes(file: BankFile, days: tuple[BankDay, ...]) -> tuple[str, ...]:
    interim = tuple(
        f"line {group.line}: The day was not over when this was written; it is passed over."
        for group in file.groups
        if group.is_interim
    )
    foreign = tuple(
        f"The account ending {day.account[-4:]} is in {day.currency}: stored, not reconciled."
        for day in days
        if day.currency != DOLLARS
    )
    return interim + foreign
