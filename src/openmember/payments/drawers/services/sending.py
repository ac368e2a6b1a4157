"""A receipt by e-mail or text message: its number and the amount, and nothing of what was paid."""

from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.kernel.audit import services as audit
from openmember.members.types import Actor, Person, Scope
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.payments.drawers.types import Receipt
from openmember.texting.gateway import get_text_sender
from openmember.ui.context import organisation
from openmember.ui.formats import dollars

log = structlog.get_logger("openmember.payments")


def email_receipt(*, receipt: Receipt, person: Person, actor: Actor) -> None:
    """Send a receipt to the address on file, never to another. Errors: NotAllowed, CounterRefused."""
    actor.require(Scope.TAKE_PAYMENT)
    if not person.email:
        raise CounterRefused("no_email", "no e-mail address is on file")
    with translation.override(person.language or settings.LANGUAGE_CODE):
        message = EmailMessage(_("Your payment receipt"), _words(receipt), to=[person.email])
    _send("email", receipt, actor, message.send)


def text_receipt(*, receipt: Receipt, person: Person, actor: Actor) -> None:
    """Send a receipt to the telephone on file, never to another. Errors: NotAllowed, CounterRefused."""
    actor.require(Scope.TAKE_PAYMENT)
    digits = "".join(sign for sign in person.phone if sign.isdecimal())[-10:]
    if len(digits) != 10:
        raise CounterRefused("no_phone", "no telephone number is on file")
    with translation.override(person.language or settings.LANGUAGE_CODE):
        body = _words(receipt)
    sender = get_text_sender()
    _send("text", receipt, actor, lambda: sender.send(number=f"+1{digits}", body=body))


def _words(receipt: Receipt) -> str:
    return _("%(organisation)s received %(amount)s. Receipt number: %(receipt)s") % {
        "organisation": organisation().name,
        "amount": dollars(receipt.amount_cents),
        "receipt": receipt.reference,
    }


def _send(way: str, receipt: Receipt, actor: Actor, send: Any) -> None:
    try:
        send()
    except Exception as failed:
        # Whatever went wrong over there, the payment stands and the paper receipt is at hand.
        log.exception("receipt_not_sent", way=way, receipt=receipt.reference)
        raise CounterRefused("not_sent", "the receipt could not be sent: print it") from failed
    audit.record(
        actor=str(actor), action=f"receipt.{way}", account_number=receipt.account_number,
        receipt=receipt.reference,
    )  # fmt: skip
