"""The member's ID card, and those of the family whose account they answer for."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openmember.coverage.cards import services
from openmember.coverage.cards.queries import list_cards
from openmember.coverage.cards.showing import shown
from openmember.coverage.cards.types import Card
from openmember.letters.composing import address_lines
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.card.forms import MailForm
from openmember.ui.formats import day
from openmember.ui.pages import go_to, show


def cards_of(request: PersonRequest) -> tuple[Card, ...]:
    """Return the cards the member may see, their own first."""
    if request.account is None:
        return ()
    return list_cards(account=request.account, viewer_id=request.member.id, now=request.now)


@require_safe
@for_member
def card(request: PersonRequest) -> HttpResponse:
    """Show the cards, front and back, to hold up or to print."""
    cards = cards_of(request)
    context = {
        "cards": [shown(one) for one in cards],
        "can_be_mailed": any(one.can_be_mailed for one in cards),
        "asked": [{"name": one.name, "until": one.asked_until} for one in cards if one.asked_until],
        "now": request.now,
    }
    return show(request, "portal/card/card.html", context)


@require_http_methods(["GET", "POST"])
@for_member
def mail(request: PersonRequest) -> HttpResponse:
    """Ask for a printed card, to the address on file."""
    cards = [one for one in cards_of(request) if one.can_be_mailed]
    if not cards or request.account is None:
        messages.info(request, _("There is no card to send at the moment."))
        return go_to(request, "portal:card")
    form = MailForm(request.POST or None, cards=cards)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.request_card(
                account=request.account, card=form.card(), actor=request.actor, on=request.today
            )
        except services.AskedAlready:
            messages.info(request, _("This card was asked for already, and is on its way."))
            return go_to(request, "portal:card")
        except services.NoAddress:
            form.add_error(None, _("We have no full address for you. Please call us to add it."))
        else:
            told = _("We send the card to %(address)s. It should be with you by %(day)s.")
            where = ", ".join(asked.address[1:])
            messages.success(request, told % {"address": where, "day": day(asked.again_on)})
            return go_to(request, "portal:card")
    context = {"form": form, "cards": cards, "address": _address(request)}
    return show(request, "portal/card/mail.html", context)


def _address(request: PersonRequest) -> tuple[str, ...]:
    person = request.member.person
    return address_lines(person.name, person.address)[1:]
