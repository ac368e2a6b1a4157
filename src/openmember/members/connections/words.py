"""What people read for what an app may do."""

from django.utils.translation import gettext_lazy as _

from openmember.members.connections.types import Grant

GRANTS = {
    Grant.ACCOUNT_READ: _("See your name, your bill pay number and what you owe"),
    Grant.BILLS_READ: _("See your bills and payment plans, and what each bill is for"),
    Grant.PAYMENTS_READ: _("See your payments, receipts and automatic payments"),
    Grant.PAYMENTS_WRITE: _(
        "Pay your bills when you ask it to, and keep a bank account to pay from"
    ),
    Grant.AUTOPAY_WRITE: _("Set up, skip, pause and stop automatic payments"),
    Grant.PLANS_WRITE: _("Agree to payment plans for you, and end them"),
    Grant.DOCUMENTS_READ: _("Read your statements and letters"),
    Grant.DOCUMENTS_WRITE: _("Choose whether your documents come on paper"),
    Grant.ASSISTANCE_READ: _("See where your application for financial help stands"),
}
