"""What a payment's receipt says, on the page and as a tagged PDF."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import structlog
import typst
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from openmember.payments.types import Allocation, Payment, Status
from openmember.payments.words import CHANNELS, paid_with
from openmember.ui import formats
from openmember.ui.context import organisation
from openmember.ui.statuses import words_for
from openmember.ui.templatetags.ui import at_time
from openmember.ui.types import Item

log = structlog.get_logger("openmember.payments")

TEMPLATE = Path(__file__).with_name("receipt.typ")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One payment as its payer may see it: a guest sees no bill and no credit."""

    payment: Payment
    title: str
    lead: str
    items: tuple[Item, ...]
    settled: tuple[Allocation, ...]
    credit_cents: int


def receipt_of(payment: Payment, number: str, *, for_guest: bool = False) -> Receipt:
    """Return the receipt of a payment, with dates in the current zone.

    `number` is shown whole to a member; of the number a guest typed, the last four digits stay.
    """
    title, lead = _headline(payment)
    shown = (
        Item(_("Bill pay number"), _("ends in %(digits)s") % {"digits": number[-4:]})
        if for_guest
        else Item(_("Bill pay number"), number, kind="number")
    )
    items: tuple[Item, ...] = (
        Item(_("Receipt number"), payment.reference),
        Item(_("Amount"), payment.amount_cents, kind="money"),
        Item(_("Date"), payment.created_at, kind="moment"),
        Item(_("Paid with"), paid_with(payment)),
        Item(_("How"), str(CHANNELS[payment.channel])),
        # Who came by a link never knew the number, and does not learn its end.
        *([shown] if number else []),
        Item(_("Status"), payment.status.value, kind="status"),
    )
    if payment.effective_on != timezone.localdate(payment.created_at):
        items = (*items, Item(_("Counts from"), payment.effective_on, kind="date"))
    if payment.refunded_cents:
        items = (*items, Item(_("Refunded"), payment.refunded_cents, kind="money"))
    if payment.disputed_cents:
        items = (*items, Item(_("Disputed"), payment.disputed_cents, kind="money"))
    if for_guest:
        return Receipt(payment, title, lead, items, (), 0)
    return Receipt(payment, title, lead, items, payment.allocations, payment.unapplied_cents)


def write_pdf(payment: Payment, number: str, *, for_guest: bool = False) -> bytes:
    """Return the receipt as a PDF/UA-1 document in the reader's language.

    Typst refuses a letter that no font has. Where the machine has no Chinese font, the document comes
    in English, in which every letter is at hand.
    """
    language = translation.get_language() or "en"
    try:
        return _compile(receipt_of(payment, number, for_guest=for_guest), language)
    except typst.TypstError:
        if language == "en":
            raise
        # What Typst says is left out: it quotes the document.
        log.warning("receipt_font_missing", language=language)
    with translation.override("en"):
        return _compile(receipt_of(payment, number, for_guest=for_guest), "en")


def _compile(receipt: Receipt, language: str) -> bytes:
    words = {
        "lang": language[:2],
        "organisation": organisation().name,
        "title": receipt.title,
        "lead": receipt.lead,
        "items": [[item.label, text_of(item)] for item in receipt.items],
        "settled_title": _("What it paid"),
        "settled_heads": [_("Bill"), _("Bill number"), _("Amount")],
        "settled": _settled(receipt),
    }
    # Handed over as data, which Typst shows as it is and never reads as markup.
    return bytes(
        typst.compile(
            str(TEMPLATE),
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=_fonts(),
            sys_inputs={"receipt": json.dumps(words)},
            timestamp=receipt.payment.created_at.replace(microsecond=0),
        )
    )


@cache
def _fonts() -> typst.Fonts:
    # Looking through the machine's fonts takes longer than setting the page.
    return typst.Fonts()


def _settled(receipt: Receipt) -> list[list[str]]:
    rows = [
        [one.bill_title, one.bill_reference, formats.dollars(one.amount_cents)]
        for one in receipt.settled
    ]
    if receipt.credit_cents:
        rows.append([_("Kept as credit on the account"), "", formats.dollars(receipt.credit_cents)])
    return rows


def text_of(item: Item) -> str:
    """Return a fact of a receipt in words, as every form of it says it."""
    if isinstance(item.value, datetime):
        return at_time(item.value)
    if isinstance(item.value, date):
        return formats.day(item.value)
    if item.kind == "money":
        return formats.dollars(int(str(item.value)))
    if item.kind == "number":
        return formats.grouped_number(str(item.value))
    if item.kind == "status":
        return str(words_for(str(item.value)).label)
    return str(item.value)


def _headline(payment: Payment) -> tuple[str, str]:
    if payment.has_arrived:
        return _("Payment receipt"), _("Thank you. We have received this payment.")
    if payment.status is Status.REFUNDED:
        return _("Refunded payment"), _("We sent this payment back to where it came from.")
    if payment.status is Status.CHARGED_BACK:
        return _("Disputed payment"), _(
            "The bank took this payment back because it was disputed. It no longer pays any bill."
        )
    return _("Returned payment"), _("This payment was taken back. It no longer pays any bill.")
