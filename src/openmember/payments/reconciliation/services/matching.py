"""The daily run: load every side, match by rule, settle what the bank has."""

import json
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.ledger.closing.queries import open_on
from openmember.members.types import Actor, Scope
from openmember.payments.gateways.sandbox_payouts import list_sandbox_payouts
from openmember.payments.reconciliation import queries, rules
from openmember.payments.reconciliation.services.payouts import store_payouts
from openmember.payments.reconciliation.types import QueuePage


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a run did, and what is left."""

    day: date
    loaded: int
    matched_by_rule: dict[str, int]
    settled: int
    open: QueuePage
    late: QueuePage


@transaction.atomic
def reconcile_day(*, day: date, actor: Actor) -> Reconciled:
    """Hold bank, gateways and books against one another up to a day. Again changes nothing.

    Settlements are booked on that day, or on the first open one when its month is closed.
    Errors: NotAllowed. Locks: one run at a time; the balance rows of the payments it settles.
    """
    actor.require(Scope.RECONCILE)
    if settings.PAYMENT_GATEWAY == "sandbox":
        store_payouts(payouts=list_sandbox_payouts(on=day), source="sandbox", actor=actor)
    row = fetch_one(
        "SELECT payments_recon_run(%(day)s, %(on)s, %(window)s, %(actor)s) AS facts",
        {
            "day": day,
            "on": open_on(day=day),
            "window": rules.WINDOW_DAYS,
            "actor": str(actor),
        },
    )
    facts = json.loads(row.facts)
    loaded, settled = facts.pop("loaded"), facts.pop("settled")
    audit.record(
        actor=str(actor),
        action="reconcile.run",
        day=day.isoformat(),
        loaded=loaded,
        settled=settled,
        **facts,
    )
    return Reconciled(
        day=day,
        loaded=loaded,
        matched_by_rule=facts,
        settled=settled,
        open=queries.list_queue(today=day, limit=0),
        late=queries.list_queue(today=day, only_late=True, limit=20),
    )
