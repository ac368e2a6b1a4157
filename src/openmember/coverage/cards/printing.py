"""The card on paper, as the mail room cuts and folds it."""

from datetime import UTC, date, datetime, time
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from openmember.accounts.queries import get_account
from openmember.coverage.cards.queries import list_cards
from openmember.coverage.cards.showing import ShownCard, shown
from openmember.coverage.cards.types import CardRequest
from openmember.directory.queries import get_organisation
from openmember.kernel.grouping import groups_of
from openmember.kernel.sql import sql_text
from openmember.ui.documents import compile_pdf

SOURCE = Path(__file__).with_name("card.typ")


class NoCardNow(Exception):
    """Nothing covers the member any more, so there is no card to print."""


def print_card(*, request: CardRequest, language: str, now: datetime) -> bytes:
    """Return the card a request asks for, as PDF, with the address it goes to. Errors: NoCardNow."""
    account = get_account(number=request.account_number)
    cards = list_cards(account=account, viewer_id=request.member_id, now=now)
    card = next((one for one in cards if one.member_id == request.member_id), None)
    if card is None or not (card.coverages or card.coming):
        raise NoCardNow
    with translation.override(language):
        return _compile(shown(card), request, language, request.asked_on)


def _compile(card: ShownCard, request: CardRequest, language: str, on: date) -> bytes:
    lines = [(_("Member Services"), " / ".join(one.display for one in card.member_services))]
    if card.nurse:
        lines.append((_("Nurse advice, day and night"), card.nurse.display))
    lines += [("TTY", card.tty), (_("Emergency"), "911")]
    facts = [(fact.label, fact.value) for fact in card.facts]
    facts.append((_("Medical record number"), card.card.mrn))
    words = {
        "lang": language[:2],
        "organisation": get_organisation().name,
        "title": _("Your ID card"),
        "address": list(request.address),
        "name": str(card.card.name),
        "number_label": _("Bill pay number"),
        "number": " ".join(groups_of(card.card.number)),
        "facts": facts,
        "back": lines + [(fact.label, fact.value) for fact in card.also],
        "small": f"{card.website}. {card.mail}.",
    }
    return compile_pdf(sql_text(SOURCE), words, made_at=datetime.combine(on, time(12), UTC))
