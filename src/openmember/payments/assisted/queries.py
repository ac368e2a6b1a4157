"""Reading what was asked for, always for one account or by the token that was sent."""

from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac

from openmember.accounts import queries as accounts
from openmember.kernel.sql import fetch_one
from openmember.payments.assisted import models, rules
from openmember.payments.assisted.types import Asked, AskedStatus, Way
from openmember.payments.queries import find_payment_by_key
from openmember.payments.types import Payment

SHOWN = 50


class UnknownAsked(Exception):
    """Nothing was asked for under this."""


def get_asked(*, numbers: tuple[str, ...], asked_id: int) -> Asked:
    """Return one payment asked for on this account. Errors: UnknownAsked."""
    row = models.AssistedPayment.objects.filter(account_number__in=numbers, id=asked_id).first()
    if row is None:
        raise UnknownAsked
    return as_asked(row)


def list_asked(*, numbers: tuple[str, ...]) -> tuple[Asked, ...]:
    """Return what was asked for on this account, the newest first."""
    rows = models.AssistedPayment.objects.filter(account_number__in=numbers)
    return tuple(as_asked(row) for row in rows.order_by("-asked_at", "-id")[:SHOWN])


def find_asked_by_token(*, token: str) -> Asked | None:
    """Return what a link asks for, or None when no link has this token."""
    row = models.AssistedPayment.objects.filter(token_digest=digest_of(token)).first()
    return as_asked(row) if row else None


def find_asked(*, asked_id: int) -> Asked | None:
    """Return what was asked for under an id our own rooms kept, or None."""
    row = models.AssistedPayment.objects.filter(id=asked_id).first()
    return as_asked(row) if row else None


def has_token(*, asked_id: int, digest: str) -> bool:
    """Return whether this is the token of the link that was sent last."""
    return models.AssistedPayment.objects.filter(id=asked_id, token_digest=digest).exists()


def count_open() -> int:
    """Return how many links have neither run out nor been taken back, paid ones among them."""
    return models.AssistedPayment.objects.filter(
        ended_at=None, expires_at__gt=timezone.now()
    ).count()


def find_payment(*, asked: Asked) -> Payment | None:
    """Return the payment of the last try, or None while there is none."""
    if not asked.tries:
        return None
    account = accounts.get_account(number=asked.account_number)
    return find_payment_by_key(numbers=account.numbers, key=asked.key)


def get_status(*, asked: Asked, now: datetime) -> AskedStatus:
    """Return how far it got."""
    return rules.status_of(asked, find_payment(asked=asked), now)


def find_representative(*, payment: Payment) -> str:
    """Return who asked for this payment, as the audit names them; empty when nobody did."""
    row = fetch_one(
        "SELECT a.representative FROM payments_payment p JOIN payments_assisted a"
        "   ON p.key LIKE 'assisted:%%' AND a.id = split_part(p.key, ':', 2)::bigint"
        " WHERE p.account_number = %(number)s AND p.id = %(id)s AND p.channel = 'representative'",
        {"number": payment.account_number, "id": payment.id},
    )
    return str(row.representative) if row else ""


def digest_of(token: str) -> str:
    """Return what a token is known by here."""
    return salted_hmac("openmember.payments.link", token, algorithm="sha256").hexdigest()


def as_asked(row: models.AssistedPayment) -> Asked:
    """Return a row as a value."""
    return Asked(
        id=row.pk,
        account_number=row.account_number,
        amount_cents=row.amount_cents,
        bill_ids=tuple(row.bill_ids),
        way=Way(row.way),
        language=row.language,
        representative=row.representative,
        sent_to=row.sent_to,
        is_on_file=row.is_on_file,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        tries=row.tries,
    )
