"""Every word a statement shows beside an account's own, in one language, with the organisation's facts.

Kept with the statement's layout, so that a statement made again in seven years says what it said. Ways to
pay are listed alike, none before another by more than its place (45 CFR 156.1240(a)(2)).
"""

import io
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from openmember.directory.queries import get_organisation
from openmember.directory.types import Organisation, PhoneLine
from openmember.letters import layouts
from openmember.letters.composing import forms_notice, language_notices, service_line
from openmember.letters.layouts import Layout
from openmember.ui import formats

SOURCE = Path(__file__).with_name("statement.typ")
# How a day and a month are written; `{month}` is its name.
DAYS = {
    "en": ("{month} {day}, {year}", "{month} {year}"),
    "es": ("{day} de {month} de {year}", "{month} de {year}"),
    "zh-hant": ("{year}年{month}{day}日", "{year}年{month}"),
}


def layout_in(language: str) -> Layout:
    """Return what statements in a language look like today."""
    with translation.override(language):
        return layouts.layout_of(SOURCE, _words(language, get_organisation()))


@cache
def screen_words(language: str) -> dict[str, Any]:
    """Return the words of a statement's page, in the reader's language of today."""
    with translation.override(language):
        return _words(language, get_organisation())


def _words(language: str, organisation: Organisation) -> dict[str, Any]:
    day, month = DAYS[language]
    return {
        "language": language,
        "organisation": organisation.name,
        "sender": list(organisation.mail),
        "months": [formats.month_name(number) for number in range(1, 13)],
        "day": day,
        "month": month,
        "labels": _labels(),
        "whats": _whats(),
        "lines": _lines(),
        "ways": _ways(organisation),
        "pay_url": pay_url(),
        "pay_code": _pay_code(pay_url()),
        "payment_mail": list(organisation.payment_mail),
        "hardship": _(
            "Can't pay all of it? You may qualify for financial assistance or a payment plan. Call"
            " %(phone)s (%(hours)s)."
        )
        % {"phone": organisation.hardship.display, "hours": _hours(organisation)},
        "regions": {
            "": _region_words(service_line("")),
            **{
                region.code: _region_words(service_line(region.code))
                for region in organisation.regions
            },
        },
    }


def pay_url() -> str:
    """Return the page where anybody pays; it asks for the number, which is in no address."""
    return f"{settings.SITE_URL}/guest/"


@cache
def _pay_code(url: str) -> str:
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue().decode()


def _hours(organisation: Organisation) -> str:
    hours = organisation.hardship_hours
    return formats.hours(hours.days, hours.opens, hours.closes)


def _region_words(line: PhoneLine) -> dict[str, Any]:
    return {
        "phone": line.display,
        "help": _("Questions about this statement? Call Member Services: %(phone)s (TTY %(tty)s).")
        % {"phone": line.display, "tty": get_organisation().tty},
        "forms": forms_notice(line),
        "notices": [
            {"language": notice.language, "text": notice.text} for notice in language_notices(line)
        ],
    }


def _labels() -> dict[str, str]:
    return {
        "title": _("Statement for %(month)s") % {"month": "{month}"},
        "number": _("Bill pay number"),
        "made": _("Statement date"),
        "amount_due": _("Amount due"),
        "pay_by": _("Please pay by %(day)s") % {"day": "{day}"},
        "pay_rest_by": _("Please pay the rest by %(day)s") % {"day": "{day}"},
        "overdue": _("%(amount)s of this is past due. Please pay it as soon as you can.")
        % {"amount": "{amount}"},
        "held_part": _("%(amount)s of your balance is on hold: you do not have to pay it now.")
        % {"amount": "{amount}"},
        "planned_part": _("%(amount)s of your balance is in a payment plan and not due yet.")
        % {"amount": "{amount}"},
        "paid_since": _(
            "%(amount)s was paid or taken off after %(day)s and is not asked for again."
        )
        % {"amount": "{amount}", "day": "{day}"},
        "joined": _(
            "This account is now part of the account with the bill pay number %(number)s. What you owed or"
            " had as credit here moved there. Please use that number from now on."
        )
        % {"number": "{number}"},
        "nothing_due": _("Nothing to pay. Thank you."),
        "credit": _("You have %(amount)s of credit.") % {"amount": "{amount}"},
        "summary": _("Your account this month"),
        "opening": _("Balance on %(day)s") % {"day": "{day}"},
        "charges": _("New charges"),
        "payments": _("Payments and refunds"),
        "adjustments": _("Adjustments"),
        "closing": _("Balance on %(day)s") % {"day": "{day}"},
        "details": _("What happened"),
        "no_lines": _("Nothing happened on your account this month."),
        "date": _("Date"),
        "what": _("What"),
        "amount": _("Amount"),
        "late": _("recorded after your last statement"),
        "service": _("date of service %(day)s") % {"day": "{day}"},
        "reference": _("receipt %(reference)s") % {"reference": "{reference}"},
        "open": _("Bills to pay"),
        "due": _("Due"),
        "held": _("on hold: you do not have to pay this now"),
        "planned": _("in a payment plan: pay its installments as agreed"),
        "tax_credit": _("Your premium tax credit"),
        "tax_credit_line": _(
            "For %(month)s your plan costs %(gross)s. The advance premium tax credit paid %(credit)s"
            " of it. Your share is %(share)s."
        )
        % {"month": "{month}", "gross": "{gross}", "credit": "{credit}", "share": "{share}"},
        "ways": _("Ways to pay"),
        "help": _("Help"),
        "dispute": _(
            "Does something look wrong? Call us before it is due. While we look into a bill, you do"
            " not have to pay it."
        ),
        "coupon": _("Payment coupon"),
        "cut": _("Detach here and send the part below with your payment."),
        "payable": _(
            "Make checks payable to %(organisation)s and write the bill pay number on them."
        )
        % {"organisation": get_organisation().name},
        "amount_paid": _("Amount you pay"),
        "scan_to_pay": _("Scan to pay online, then type the bill pay number."),
        "code_says": _("A code that opens %(address)s") % {"address": pay_url()},
        "mail_to": _("Mail to"),
        "envelope": _("Use the envelope that came with this statement."),
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "on_screen": _("You read your statements online. No paper copy was mailed."),
    }


def _lines() -> dict[str, str]:
    return {
        "premium": _("Monthly premium"),
        "medical": _("Medical care"),
        "pharmacy": _("Prescriptions"),
    }


def _whats() -> dict[str, str]:
    """Return the words for each answer of the function `billing_statement_what`; a title is the bill's."""
    return {
        "paid": _("Payment. Thank you."),
        "paid_card": _("Payment by card. Thank you."),
        "paid_bank": _("Payment from a bank account. Thank you."),
        "paid_cash": _("Payment in cash. Thank you."),
        "paid_check": _("Payment by check. Thank you."),
        "returned": _("Payment returned by the bank"),
        "charged_back": _("Payment disputed at the bank"),
        "refunded": _("Payment sent back to you"),
        "taken_back": _("Payment taken back"),
        "refund": pgettext("on a statement", "Refund to you"),
        "refund_back": _("Refund that came back to us"),
        "assistance": _("Financial assistance"),
        "write_off": _("Forgiven"),
        "fee": _("Fee for a returned payment"),
        "fee_back": _("Fee taken back"),
        "moved": _("Moved from or to another account"),
        "unclaimed": _("Sent to the state as unclaimed"),
        "correction": _("Correction"),
    }


def _ways(organisation: Organisation) -> list[list[str]]:
    if organisation.payment_mail:
        mail_to = _("to %(address)s.") % {"address": ", ".join(organisation.payment_mail)}
    else:
        mail_to = _("in the envelope that came with this statement.")
    return [
        [
            _("Online"),
            _("At %(address)s by debit, prepaid or credit card, or from a bank account.")
            % {"address": pay_url()},
        ],
        [
            _("Through your bank"),
            _("Give your bank's bill pay service, or for a wire, the bill pay number."),
        ],
        [
            _("By mail"),
            _("Send a check, cashier's check or money order with the coupon") + f" {mail_to}",
        ],
        [_("By phone"), _("Call the number below and have the bill pay number and a card ready.")],
        [_("In person"), _("At a cashier's counter by card, check, money order or cash.")],
        [
            _("Automatically"),
            _(
                "If you like, have each bill paid by card or bank account. You can stop at any time."
            ),
        ],
    ]
