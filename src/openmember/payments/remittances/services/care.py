"""Asking members for their share of care, and taking it back where a payer decides otherwise."""

import json
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from openmember.accounts.types import Account
from openmember.billing.claim_bills import rules
from openmember.claims import queries as claims
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_one
from openmember.members.types import Actor
from openmember.payments.services.door import line_order


class CannotAsk(Exception):
    """The bills cannot be brought to what is asked; the message says why in words. Nothing changed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """By how much what an episode asks for changed, and the bill raised, if one was."""

    changed_cents: int
    bill_id: int | None


@transaction.atomic
def ask_for(*, account: Account, episode: str, basis: str, on: date, actor: Actor) -> Asked:
    """Bring the bills of an episode to what its claims, or its visit, leave to the patient.

    More is a bill of its own with its own due date; less comes off by adjustment lines, and what was
    paid of that becomes credit, which is used at once. Again changes nothing. Errors: CannotAsk.
    Locks: the account's balance row.
    """
    found = claims.get_episode(numbers=account.numbers, key=episode, basis=basis)
    if found.target_cents < 0:
        raise CannotAsk("its claims leave less than nothing to the patient")
    lines = [
        {
            "description": line.description,
            "amount_cents": line.amount_cents,
            "service_on": line.service_on.isoformat() if line.service_on else None,
        }
        for line in rules.lines_of(found)
    ]
    try:
        row = fetch_one(
            "SELECT * FROM payments_ask_episode(%(number)s, %(episode)s, %(target)s, %(line)s, %(title)s,"
            " %(member)s, %(lines)s::jsonb, %(before)s, %(on)s, %(due_on)s, %(reason)s, %(basis)s,"
            " %(order)s, %(actor)s)",
            {
                "number": account.number,
                "episode": episode,
                "target": found.target_cents,
                "line": rules.line_of(found).value,
                "title": rules.title_of(found),
                "member": found.member_id,
                "lines": json.dumps(lines),
                "before": rules.BILLED_BEFORE,
                "on": on,
                "due_on": rules.due_on(on),
                "reason": rules.reason_for_less(found),
                "basis": basis,
                "order": line_order(),
                "actor": str(actor),
            },
        )
    except Refused as refused:
        raise CannotAsk(refused.detail or refused.name.replace("_", " ")) from refused
    if row.changed_cents:
        audit.record(
            actor=str(actor), action="claim.ask", account_number=account.number,
            member_id=found.member_id, basis=basis, cents=row.changed_cents, bill_id=row.bill_id,
        )  # fmt: skip
    return Asked(row.changed_cents, row.bill_id)
