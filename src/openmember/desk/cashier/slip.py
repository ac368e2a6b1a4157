"""The receipt as a PDF as wide as the paper of an 80 mm printer."""

from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from openmember.payments.drawers.types import Receipt
from openmember.payments.types import Method, Payment
from openmember.ui import documents
from openmember.ui.context import organisation
from openmember.ui.formats import dollars, moment

TEMPLATE = Path(__file__).with_name("slip.typ")


def write_slip(receipt: Receipt, number: str) -> bytes:
    """Return the slip. It shows the last four digits of the number, and what was paid without its care."""
    made_at = receipt.taken[0].taken_at
    day, clock = moment(made_at, style="short")
    rows = [[_("Receipt"), receipt.reference], [_("Date"), f"{day}, {clock}"]]
    rows.append([_("Bill pay number"), _("ends in %(digits)s") % {"digits": number[-4:]}])
    for one, payment in zip(receipt.taken, receipt.payments, strict=True):
        rows.append([method_words(payment), dollars(one.tendered_cents)])
        if one.paper_number:
            rows.append([_("Paper receipt"), str(one.paper_number)])
    words = {
        "lang": (translation.get_language() or "en")[:2],
        "organisation": organisation().name,
        "title": _("Payment receipt"),
        "amount": dollars(receipt.amount_cents),
        "rows": rows,
        "change": [_("Change"), dollars(receipt.change_cents)],
    }
    return documents.compile_pdf(TEMPLATE.read_text("utf-8"), words, made_at=made_at)


def method_words(payment: Payment) -> str:
    """Return what a payment came as: the check's number, or the card's last four digits."""
    if payment.tender:
        return payment.tender
    return {Method.CASH: _("Cash"), Method.CHECK: _("Check")}.get(payment.method, _("Card"))
