"""How far a payment that was asked for has got."""

from datetime import datetime, timedelta

from openmember.payments.assisted.types import Asked, AskedStatus
from openmember.payments.types import Payment, Status

LINK_KEPT = timedelta(hours=24)
# Who is declined more often is trying cards out.
TRIES = 5


def status_of(asked: Asked, payment: Payment | None, now: datetime) -> AskedStatus:
    """Return how far it got. Money says more than any deadline: what was paid is paid."""
    if payment is not None and payment.status is not Status.DECLINED:
        return AskedStatus.WAITING if payment.is_waiting else AskedStatus.PAID
    if asked.ended_at is not None:
        return AskedStatus.ENDED
    if asked.expires_at <= now or asked.tries >= TRIES:
        return AskedStatus.EXPIRED
    if payment is not None:
        return AskedStatus.DECLINED
    return AskedStatus.OPENED if asked.opened_at else AskedStatus.ASKED


def can_be_paid(status: AskedStatus) -> bool:
    """Return whether a payment may be begun."""
    return status in {AskedStatus.ASKED, AskedStatus.OPENED, AskedStatus.DECLINED}
