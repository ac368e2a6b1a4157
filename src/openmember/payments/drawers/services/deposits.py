"""What goes to the bank: everything that was counted at a facility and is in no deposit."""

from datetime import date

from django.db import transaction

from openmember.directory.facilities import Facility
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.drawers import queries
from openmember.payments.drawers.services.refusals import counter_refusals
from openmember.payments.drawers.types import Deposit


@transaction.atomic
def make_deposit(*, facility: Facility, on: date, actor: Actor) -> Deposit:
    """Make a deposit. Its slip's number is what the bank's file names, and reconciliation finds it by.

    Errors: NotAllowed; CounterRefused when there is nothing, or a void of it waits.
    """
    actor.require(Scope.TAKE_PAYMENT)
    with counter_refusals():
        row = fetch_one(
            "SELECT payments_deposit_make(%(facility)s, %(on)s, %(actor)s) AS id",
            {"facility": facility.code, "on": on, "actor": str(actor)},
        )
    deposit = queries.get_deposit(deposit_id=row.id, facility=facility.code)
    audit.record(
        actor=str(actor), action="deposit.make", deposit_id=deposit.id, cents=deposit.total_cents
    )
    return deposit
