"""What members read for the values other rooms deal in."""

from django.utils.translation import gettext_lazy as _

from openmember.billing.types import Line
from openmember.payments.gateways.protocol import DeclineReason
from openmember.payments.types import Channel, Method, Payment

LINES = {
    Line.PREMIUM: _("Monthly premium"),
    Line.MEDICAL: _("Medical care"),
    Line.PHARMACY: _("Prescriptions"),
}

METHODS = {
    Method.CARD: _("Debit or credit card"),
    Method.ACH: _("Bank account"),
    Method.CASH: _("Cash"),
    Method.CHECK: _("Check"),
    Method.WIRE: _("Wire transfer"),
    Method.TRANSFER: _("Moved from another account"),
}

CHANNELS = {
    Channel.WEB: _("Online"),
    Channel.GUEST: _("Online, with the bill pay number"),
    Channel.APP: _("In the app"),
    Channel.PHONE: _("By phone"),
    Channel.COUNTER: _("At a counter"),
    Channel.WIRE: _("By wire"),
    Channel.BANK: _("Through a bank"),
    Channel.LOCKBOX: _("By mail"),
    Channel.AUTOPAY: _("Automatically"),
    Channel.DESK: _("With a representative"),
    Channel.COMMAND: _("By our office"),
    Channel.REPRESENTATIVE: _("Asked for by a representative"),
}

ADJUSTMENTS = {
    "cancel": _("Taken back by us"),
    "correct": _("Corrected"),
    "move": _("Moved from another account"),
    "assistance": _("Financial assistance"),
    "write_off": _("Forgiven"),
}

# Why nothing was taken, and what the payer can do about it.
DECLINES = {
    DeclineReason.INSUFFICIENT_FUNDS: _(
        "There was not enough money available. Pay from another card or bank account, or pay a"
        " smaller amount now."
    ),
    DeclineReason.EXPIRED_CARD: _(
        "The card has expired. Use another card, or pay from a bank account."
    ),
    DeclineReason.CARD_DECLINED: _(
        "The bank would not say why. Call the number on the back of the card, or pay another way."
    ),
    DeclineReason.ABANDONED: _("You left the payment page before paying. You can start again."),
    DeclineReason.NOT_RECEIVED: _("The payment never reached the bank. You can send it again."),
}


def paid_with(payment: Payment) -> str:
    """Return what the money came as: the card's last digits when they are known."""
    return payment.tender or str(METHODS[payment.method])


def why_declined(payment: Payment) -> str:
    """Return why a payment was declined and what to do; a reason we do not know is the bank's own."""
    known = payment.decline_reason in set(DeclineReason)
    return str(
        DECLINES[DeclineReason(payment.decline_reason) if known else DeclineReason.CARD_DECLINED]
    )
