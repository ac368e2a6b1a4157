"""What has to hold after the storm. Each proof returns what it found wrong, in words."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from tests.faults.intents import Intent, Journal

from openmember.kernel.audit import services as audit
from openmember.kernel.audit.verify import verify
from openmember.kernel.sql import fetch_all
from openmember.payments.jobs import check_books
from openmember.payments.types import payment_reference


def faults_of_books() -> Iterator[str]:
    """The books balance, and the audit log is whole."""
    for difference in check_books():
        yield f"{difference.check} of {difference.account_number}: {difference.explanation}"
    audit.seal()
    verdict = verify()
    yield from verdict.faults
    if verdict.chained != verdict.entries:
        yield f"{verdict.entries - verdict.chained} audit entries are not chained"


def faults_of_payments(intents: Sequence[Intent], journals: Sequence[Journal]) -> Iterator[str]:
    """What the payers were told is what the database holds, and it holds nothing else."""
    stored = defaultdict(list)
    for row in fetch_all("SELECT * FROM payments_payment ORDER BY id"):
        stored[row.key].append(row)
        if row.status not in {"accepted", "declined"}:
            yield f"payment {row.id} is still {row.status}"
    told = defaultdict(list)
    for journal in journals:
        for line in journal.lines("said"):
            told[line["key"]].append(line)
    asked = {line["asked"] for journal in journals for line in journal.lines("asked")}
    for key in stored.keys() - asked:
        yield f"nobody asked for {key}"
    for intent in intents:
        yield from _faults_of(intent, stored[intent.key], told[intent.key])


def _faults_of(
    intent: Intent, stored: Sequence[Any], told: Sequence[dict[str, Any]]
) -> Iterator[str]:
    if len(told) != 1 + intent.is_raced:
        yield f"{intent.key} has {len(told)} answers"
    living = [row for row in stored if row.status != "declined"]
    accepted = {line["payment"] for line in told if line["said"] == "accepted"}
    if {row.id for row in living} != accepted or len(accepted) > 1:
        yield f"{intent.key}: told of {accepted}, stored {[row.id for row in living]}"
    for row in living:
        if (row.account_number, row.amount_cents) != (
            intent.account.number, intent.request.amount_cents,
        ):  # fmt: skip
            yield f"payment {row.id} is not what {intent.key} asked for"
    declined = {line["payment"] for line in told if line["said"] == "declined"}
    if not declined <= {row.id for row in stored if row.status == "declined"}:
        yield f"{intent.key}: told of declined {declined}, stored {stored}"
    if stored and any(line["said"] == "refused" for line in told):
        yield f"{intent.key} was refused and left {stored}"


def faults_of_traces(journals: Sequence[Journal]) -> Iterator[str]:
    """What was declined left no money; the gateway has what we have; each acceptance was audited once."""
    for row in fetch_all(
        "SELECT id FROM payments_payment WHERE status = 'declined' AND (unapplied_cents <> 0 OR EXISTS"
        " (SELECT 1 FROM ledger_transfer WHERE reference = 'payment:' || payments_payment.id)"
        " OR EXISTS (SELECT 1 FROM payments_allocation WHERE payment_id = payments_payment.id))"
    ):
        yield f"payment {row.id} was declined and moved money"
    for journal in journals:
        for line in journal.lines("changed"):
            if line["changed"] != "key reused":
                yield f"{line['key']} was used for another payment: {line['changed']}"
    accepted = fetch_all("SELECT id, gateway FROM payments_payment WHERE status = 'accepted'")
    charged = fetch_all("SELECT key FROM payments_sandbox_charge WHERE outcome = 'approved'")
    ours = {payment_reference(row.id) for row in accepted if row.gateway}
    for key in ours ^ {row.key for row in charged}:
        yield f"{key} was charged or accepted, and not both"
    entries = fetch_all(
        "SELECT (detail ->> 'payment_id')::bigint AS id FROM kernel_audit_entry"
        " WHERE action = 'payment.accepted'"
    )
    audited = Counter(row.id for row in entries)
    if audited != Counter(row.id for row in accepted):
        yield "the audit does not tell of each accepted payment once"


def faults_of_undoing(payment_ids: Sequence[int], journals: Sequence[Journal]) -> Iterator[str]:
    """Each payment was undone once and refused once, and all that was billed is owed again."""
    told = defaultdict(list)
    for journal in journals:
        for line in journal.lines("reversed"):
            told[line["payment"]].append(line["reversed"])
    for identity in payment_ids:
        if sorted(told[identity]) != ["done", "was done"]:
            yield f"payment {identity} was undone {told[identity]}"
    for row in fetch_all("SELECT id FROM payments_payment WHERE status = 'accepted'"):
        yield f"payment {row.id} is still accepted"
    for row in fetch_all("SELECT id FROM billing_bill WHERE open_cents <> amount_cents"):
        yield f"bill {row.id} is not open again"
    for row in fetch_all(
        "SELECT b.account_number FROM ledger_balance b WHERE credit_cents <> 0 OR refunds_cents <> 0"
        " OR premium_cents + medical_cents + pharmacy_cents <> (SELECT coalesce(sum(amount_cents), 0)"
        " FROM billing_bill WHERE account_number = b.account_number)"
    ):
        yield f"account {row.account_number} does not owe what it was billed"
