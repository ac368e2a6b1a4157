"""Sending letters: by e-mail that one is waiting, or to the printer. Restartable, harmless twice."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters import layouts
from openmember.letters.composing import UnknownKind
from openmember.letters.rules import BadLetter
from openmember.letters.services import FROZEN_OF, freeze
from openmember.letters.types import Delivery
from openmember.members.types import Actor
from openmember.ui.context import organisation

log = structlog.get_logger("openmember.letters")

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """What one pass did. `broken` letters could not be put together and wait for their template."""

    told: int = 0
    to_print: int = 0
    broken: int = 0


def send_letters(*, now: datetime, actor: Actor) -> Sent:
    """Freeze every letter nobody has put together, tell by e-mail of those read on screen; return counts.

    Letters to be mailed wait for the printer. An e-mail is sent before it is noted: a crash between the
    two tells a member twice, never not at all.
    """
    last, told, to_print, broken = 0, 0, 0, 0
    while rows := _take(last):
        last = rows[-1].id
        for row in rows:
            if not row.is_whole:
                broken += 1
            elif row.is_electronic and row.email:
                send_notice(email=row.email, language=row.language)
                deliver(row.account_number, row.id, Delivery.ELECTRONIC, now)
                told += 1
            else:
                deliver(row.account_number, row.id, Delivery.MAIL, None)
                to_print += 1
    if told or to_print:
        audit.record(actor=str(actor), action="letters.send", told=told, to_print=to_print)
    return Sent(told, to_print, broken)


def deliver(number: str, letter_id: int, delivery: Delivery, at: datetime | None) -> bool:
    """Note how a letter leaves, and when it did; False when it had left before."""
    row = fetch_one(
        "SELECT letters_deliver(%(number)s, %(id)s, %(delivery)s, %(at)s) AS did",
        {"number": number, "id": letter_id, "delivery": delivery.value, "at": at},
    )
    return bool(row.did)


def send_notice(*, email: str, language: str) -> None:
    """Tell that a document is waiting, and nothing of what it says."""
    with translation.override(language):
        name = organisation().name
        EmailMessage(
            _("A document is waiting for you"),
            _(
                "There is a new document for you from %(organisation)s.\n\n"
                "To read it, sign in and open Letters and statements:\n%(address)s\n\n"
                "For your privacy, this message says nothing of what is in it."
            )
            % {"organisation": name, "address": f"{settings.SITE_URL}/documents/"},
            to=[email],
        ).send()


@transaction.atomic
def _take(after: int) -> list["_Row"]:
    """Return the next letters to send, their words frozen."""
    rows = fetch_all(_NEXT, {"after": after, "limit": CHUNK})
    layout = layouts.keep(layouts.layout_of(layouts.LETTER)) if rows else None
    taken = []
    for row in rows:
        is_whole = row.content is not None
        if layout and not is_whole:
            try:
                freeze(row, layout)
                is_whole = True
            except (UnknownKind, BadLetter):
                log.exception("letter_broken", letter=row.id, kind=row.kind)
        taken.append(
            _Row(
                row.account_number,
                row.id,
                row.language,
                row.sign_in_email,
                row.is_electronic,
                is_whole,
            )
        )
    return taken


@dataclass(frozen=True, slots=True)
class _Row:
    account_number: str
    id: int
    language: str
    email: str | None
    is_electronic: bool
    is_whole: bool


# Those already in the printer's queue are left to it. Who agreed to read on screen agreed for themselves:
# a letter to another member of the account is mailed.
_NEXT = f"""
SELECT {FROZEN_OF}, letters_is_electronic(l.account_number) AND l.member_id =
       (SELECT a.holder_id FROM accounts_account a WHERE a.number = l.account_number) AS is_electronic,
       (SELECT u.email FROM accounts_account a JOIN members_user u ON u.member_id = a.holder_id AND u.is_active
        WHERE a.number = l.account_number) AS sign_in_email
FROM letters_letter l JOIN members_member m ON m.id = l.member_id
WHERE l.delivered_at IS NULL AND l.delivery IS NULL AND l.id > %(after)s
ORDER BY l.id LIMIT %(limit)s
"""  # noqa: S608  names of our own columns
