"""A payment asked for in a call, and paid by the caller on the secure line in that very call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from openmember.accounts.types import Account
from openmember.billing.types import Bill
from openmember.kernel.audit import services as audit
from openmember.members.types import Actor, Scope
from openmember.payments.assisted import models, queries
from openmember.payments.assisted.services.asking import Wanted, check_wanted, count_link
from openmember.payments.assisted.types import Asked, Way

# Nobody is on the secure line for longer.
CALL_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class InCall:
    """The call it is paid in, where the caller comes back to, and whether they asked about another account."""

    digest: str
    return_to: str
    is_other_account: bool = False


def ask_in_call(
    *,
    account: Account,
    open_bills: Sequence[Bill],
    wanted: Wanted,
    call: InCall,
    now: datetime,
    actor: Actor,
) -> Asked:
    """Ask for a payment that the caller makes on the secure line.

    Errors: NotAllowed, AssistedRefused.
    """
    actor.require(Scope.TAKE_PAYMENT)
    check_wanted(wanted, open_bills)
    count_link(account_number=account.number, actor=str(actor), sent_to=call.digest)
    with transaction.atomic():
        row = models.AssistedPayment.objects.create(
            account_number=account.number, amount_cents=wanted.amount_cents,
            bill_ids=wanted.bill_ids, way=Way.CALL, representative=str(actor), token_digest=None,
            language=wanted.language or "en", asked_at=now, expires_at=now + CALL_KEPT,
        )  # fmt: skip
        audit.record(
            actor=str(actor), action="secure_line.sent", account_number=account.number,
            link_id=row.pk, cents=row.amount_cents, return_to_last_four=call.return_to[-4:],
            is_other_account=call.is_other_account,
        )  # fmt: skip
    return queries.as_asked(row)


def end_asked(*, asked_id: int, reason: str, now: datetime) -> None:
    """Let nothing more be paid for it. What was paid stays paid; again does nothing."""
    models.AssistedPayment.objects.filter(id=asked_id, ended_at=None).update(
        ended_at=now, end_reason=reason
    )
