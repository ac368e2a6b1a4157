"""Taking what gateways say they paid out: Stripe's report as a file, the sandbox's from itself."""

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference, identity
from openmember.kernel.sql import Refused, fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.reconciliation.services.bank_days import DryRun
from openmember.payments.reconciliation.types import Payout, PayoutLine, Taken

# Stripe's "Payout reconciliation" report, itemised, with our metadata columns chosen where there are any.
COLUMNS = (
    "automatic_payout_id", "automatic_payout_effective_at", "balance_transaction_id", "created",
    "reporting_category", "gross", "fee", "net", "currency",
)  # fmt: skip
PAYMENT_COLUMNS = (
    "payment_metadata[payment]",
    "client_reference_id",
    "refund_metadata[payment]",
    "description",
)
REFUND_COLUMNS = ("refund_metadata[refund]",)
BYTES_AT_MOST = 512 * 1024 * 1024


class BadReport(Exception):
    """A row of the report cannot be read; the message says which and why."""


def looks_like_stripe(head: bytes) -> bool:
    """Return whether the first bytes of a file are the headings of Stripe's payout report."""
    first = head.decode("utf-8-sig", errors="replace").splitlines()[:1]
    names = {name.strip('" ') for name in first[0].split(",")} if first else set()
    return {"automatic_payout_id", "balance_transaction_id", "net"} <= names


def take_stripe_report(*, path: Path, actor: Actor, dry_run: bool = False) -> Taken:
    """Take Stripe's itemised payout reconciliation report, whole or not at all. Errors: NotAllowed."""
    actor.require(Scope.RECONCILE)
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        payouts = _payouts(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        with transaction.atomic():
            taken = store_payouts(payouts=payouts, source=f"stripe:{sha256}", actor=actor)
            if dry_run:
                raise DryRun
    except DryRun:
        taken = replace(taken, dry_run=True)
    except UnicodeDecodeError:
        return _refused(sha256, dry_run, "The file is not text in UTF-8.")
    except (BadReport, Refused) as bad:
        return _refused(sha256, dry_run, str(bad))
    return replace(taken, format="stripe-payouts", sha256=sha256)


@transaction.atomic
def store_payouts(*, payouts: Iterable[Payout], source: str, actor: Actor) -> Taken:
    """Store payouts with what they are made of. One reported again alike changes nothing.

    Errors: kernel.sql.Refused (unbalanced, payout_changed), and nothing is stored.
    """
    counts = {"new": 0, "same": 0}
    lines = cents = 0
    for payout in payouts:
        counts[_store(payout, source, actor)] += 1
        lines += len(payout.lines)
        cents += payout.amount_cents
    if counts["new"]:
        audit.record(
            actor=str(actor), action="payout.import", source=source, lines=lines, payouts=counts
        )
    return Taken(
        "payouts",
        "",
        accepted=True,
        dry_run=False,
        new=counts["new"],
        same=counts["same"],
        lines=lines,
        cents=cents,
    )


def _store(payout: Payout, source: str, actor: Actor) -> str:
    lines = [
        {
            "id": line.id, "day": line.day.isoformat(), "kind": line.kind, "amount": line.amount_cents,
            "fee": line.fee_cents, "reference": line.reference, "payment": line.payment_id,
            "refund": line.refund_id,
        }
        for line in payout.lines
    ]  # fmt: skip
    outcome: str = fetch_one(
        "SELECT payments_take_payout(%(gateway)s, %(id)s, %(arrives_on)s, %(amount)s, %(lines)s::jsonb,"
        " %(source)s, %(actor)s) AS outcome",
        {
            "gateway": payout.gateway, "id": payout.id, "arrives_on": payout.arrives_on,
            "amount": payout.amount_cents, "lines": json.dumps(lines), "source": source,
            "actor": str(actor),
        },
    ).outcome  # fmt: skip
    return outcome


def _refused(sha256: str, dry_run: bool, why: str) -> Taken:
    return Taken("stripe-payouts", sha256, accepted=False, dry_run=dry_run, problems=(why,))


def _payouts(rows: "csv.DictReader[str]") -> list[Payout]:
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise BadReport(f"The report lacks the column {missing[0]}.")
    lines: defaultdict[str, list[PayoutLine]] = defaultdict(list)
    arrives: dict[str, date] = {}
    for number, row in enumerate(rows, start=2):
        try:
            payout, arrives_on, line = _line(row)
        except (ValueError, InvalidOperation) as bad:
            raise BadReport(f"Row {number} cannot be read: {bad}.") from bad
        if arrives.setdefault(payout, arrives_on) != arrives_on:
            raise BadReport(f"Row {number} names another day for payout {payout}.")
        lines[payout].append(line)
    return [
        Payout(
            "stripe", payout, arrives[payout],
            sum(line.amount_cents - line.fee_cents for line in found), tuple(found),
        )
        for payout, found in lines.items()
    ]  # fmt: skip


def _line(row: dict[str, str]) -> tuple[str, date, PayoutLine]:
    if row["currency"].lower() != "usd":
        raise ValueError("its currency is not dollars")
    gross, fee, net = (_cents(row[name]) for name in ("gross", "fee", "net"))
    if gross - fee != net:
        raise ValueError("gross less fee is not net")
    if not row["automatic_payout_id"] or not row["balance_transaction_id"]:
        raise ValueError("it names no payout or no transaction")
    line = PayoutLine(
        id=row["balance_transaction_id"],
        day=date.fromisoformat(row["created"][:10]),
        kind=row["reporting_category"],
        amount_cents=gross,
        fee_cents=fee,
        reference=next(
            (row[name] for name in PAYMENT_COLUMNS if row.get(name)), row["balance_transaction_id"]
        ),
        payment_id=_identity("P", row, PAYMENT_COLUMNS),
        refund_id=_identity("R", row, REFUND_COLUMNS),
    )
    return (
        row["automatic_payout_id"],
        date.fromisoformat(row["automatic_payout_effective_at"][:10]),
        line,
    )


def _cents(text: str) -> int:
    cents = Decimal(text) * 100
    if cents != cents.to_integral_value():
        raise ValueError("an amount has parts of a cent")
    return int(cents)


def _identity(kind: str, row: dict[str, str], names: tuple[str, ...]) -> int | None:
    """Return our id in the first column that holds one. What names nothing of ours waits in the queue."""
    for name in names:
        try:
            return identity(kind, row.get(name) or "")
        except BadReference:
            continue
    return None
