"""Sending a payment link, sending it again, and taking it back."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.accounts.types import Account
from openmember.billing.types import Bill
from openmember.kernel.audit import services as audit
from openmember.members.types import Actor, Person, Scope
from openmember.payments.assisted import models, queries, rules
from openmember.payments.assisted.services.asking import (
    Wanted,
    check_wanted,
    count_link,
    page_language,
)
from openmember.payments.assisted.services.paying import close_unpaid
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import Asked, AskedStatus, Way
from openmember.payments.assisted.words import purpose_of
from openmember.texting.gateway import has_text_sender
from openmember.texting.services import promise_text, reachable, take_back_text
from openmember.ui.context import organisation
from openmember.ui.formats import dollars, moment

log = structlog.get_logger("openmember.payments")
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a link. `typed` is another address or number than the one on file.

    Only a caller whose identity was proven may give another one.
    """

    way: Way
    person: Person
    typed: str = ""
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The moment a link is sent, in the member's zone, and what makes its page's address of a token."""

    now: datetime
    zone: ZoneInfo
    address_of: Callable[[str], str]


def destination(*, way: Way, person: Person, typed: str = "") -> tuple[str, bool]:
    """Return where a link goes as it is dialled or written, and whether that is on file.

    Errors: AssistedRefused when nothing is on file, or what was typed cannot be reached.
    """
    on_file = _reach(way, person.phone if way is Way.TEXT else person.email)
    if not typed:
        if not on_file:
            raise AssistedRefused("nothing_on_file", _("nothing is on file to send it to"))
        return on_file, True
    found = _reach(way, typed)
    if not found:
        raise AssistedRefused("unreachable", _("nothing can be sent to what was typed"))
    return found, found.lower() == on_file.lower()


def send_link(
    *,
    account: Account,
    open_bills: tuple[Bill, ...],
    wanted: Wanted,
    to: Recipient,
    page: LinkPage,
    actor: Actor,
) -> Asked:
    """Send a link by which anybody who holds it may pay this once, for 24 hours.

    Errors: NotAllowed, AssistedRefused. Nothing was sent then.
    """
    actor.require(Scope.TAKE_PAYMENT)
    way = to.way
    sent_to, is_on_file = destination(way=way, person=to.person, typed=to.typed)
    if not is_on_file and not to.is_verified:
        raise AssistedRefused(
            "not_verified", _("verify the caller first, or send it to what is on file")
        )
    check_wanted(wanted, open_bills)
    count_link(account_number=account.number, actor=str(actor), sent_to=sent_to)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        row = models.AssistedPayment.objects.create(
            account_number=account.number, amount_cents=wanted.amount_cents,
            bill_ids=wanted.bill_ids, way=way, representative=str(actor), sent_to=sent_to,
            language=page_language(wanted.language or to.person.language), is_on_file=is_on_file,
            token_digest=queries.digest_of(token), asked_at=page.now, expires_at=page.now + rules.LINK_KEPT,
        )  # fmt: skip
        _audit(row, actor, "link.sent")
        asked = queries.as_asked(row)
        _hand_over(row, wanted.bills, page.address_of(token), page.zone)
    return asked


def resend_link(*, asked: Asked, bills: tuple[Bill, ...], page: LinkPage, actor: Actor) -> None:
    """Send the link to the same place again, for another 24 hours; the one sent before opens nothing more.

    The gateway's page is closed where its payer has not paid yet.
    Errors: NotAllowed, AssistedRefused.
    """
    actor.require(Scope.TAKE_PAYMENT)
    count_link(account_number=asked.account_number, actor=str(actor), sent_to=asked.sent_to)
    close_unpaid(asked=asked, on=page.now.astimezone(page.zone).date(), actor=actor)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        row = models.AssistedPayment.objects.select_for_update().get(id=asked.id)
        _require_open(row, page.now, also=AskedStatus.EXPIRED)
        take_back_text(key=_outbox_key(row))
        row.token_digest, row.expires_at = queries.digest_of(token), page.now + rules.LINK_KEPT
        row.opened_at, row.sends = None, row.sends + 1
        row.save(update_fields=["token_digest", "expires_at", "opened_at", "sends"])
        _audit(row, actor, "link.sent_again")
        _hand_over(row, bills, page.address_of(token), page.zone)


def revoke_link(*, asked: Asked, actor: Actor, now: datetime, today: date) -> None:
    """Have the link open nothing more, and the gateway's page, where its payer has not paid yet.

    Errors: NotAllowed, AssistedRefused when it was paid or is over.
    """
    actor.require(Scope.TAKE_PAYMENT)
    close_unpaid(asked=asked, on=today, actor=actor)
    with transaction.atomic():
        row = models.AssistedPayment.objects.select_for_update().get(id=asked.id)
        _require_open(row, now)
        take_back_text(key=_outbox_key(row))
        row.ended_at, row.end_reason = now, "revoked"
        row.save(update_fields=["ended_at", "end_reason"])
        _audit(row, actor, "link.revoked")


def _require_open(
    row: models.AssistedPayment, now: datetime, also: AskedStatus | None = None
) -> None:
    if row.way == Way.CALL:
        raise AssistedRefused("over", _("this is paid in a call, and is no link"))
    status = queries.get_status(asked=queries.as_asked(row), now=now)
    if not rules.can_be_paid(status) and status is not also:
        raise AssistedRefused("over", _("this was paid or ended meanwhile"))


def _reach(way: Way, typed: str) -> str:
    if way is Way.TEXT:
        return reachable(typed) if has_text_sender() else ""
    try:
        validate_email(typed.strip())
    except ValidationError:
        return ""
    return typed.strip()


def _hand_over(
    row: models.AssistedPayment, bills: tuple[Bill, ...], address: str, zone: ZoneInfo
) -> None:
    with translation.override(row.language):
        name = organisation().short_name if row.way == Way.TEXT else organisation().name
        said = {
            "organisation": name,
            "amount": dollars(row.amount_cents),
            "purpose": "; ".join(purpose_of(bills)),
            "until": " ".join(moment(row.expires_at, zone, "short")),
            "address": address,
        }
        body = (
            _(
                "%(organisation)s: pay %(amount)s (%(purpose)s). This link can be used once, until"
                " %(until)s: %(address)s"
            )
            % said
        )
        subject = _("Your payment link")
    if row.way == Way.TEXT:
        promise_text(key=_outbox_key(row), number=row.sent_to, body=body)
        return
    try:
        EmailMessage(subject, body, to=[row.sent_to]).send()
    except Exception as failed:
        # Whatever went wrong over there: the transaction takes the link back, and the desk says so.
        log.exception("link_not_sent")
        raise AssistedRefused("not_sent", _("the e-mail could not be sent")) from failed


def _outbox_key(row: models.AssistedPayment) -> str:
    return f"link:{row.pk}:{row.sends}"


def _audit(row: models.AssistedPayment, actor: Actor, action: str) -> None:
    audit.record(
        actor=str(actor), action=action, account_number=row.account_number,
        link_id=row.pk, way=row.way, cents=row.amount_cents, on_file=row.is_on_file,
    )  # fmt: skip
