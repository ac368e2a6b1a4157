"""Asking for an ID card by mail, for somebody on the account that is open."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from openmember.coverage.cards.queries import list_cards
from openmember.coverage.cards.services import AskedAlready, NoAddress, NotCovered, request_card
from openmember.coverage.cards.types import Card
from openmember.desk.acts import Act, ActForm, ActRefused, perform
from openmember.desk.contacts.current import find_current
from openmember.desk.opened import AccountRequest, account_page
from openmember.letters.composing import address_lines
from openmember.members.queries import get_member
from openmember.members.types import Scope
from openmember.ui.types import Item

REFUSED = {
    AskedAlready: gettext_lazy("a card was asked for not long ago and comes by mail"),
    NotCovered: gettext_lazy("nothing covers them today or later"),
    NoAddress: gettext_lazy("no whole postal address is on file"),
}


class CardForm(ActForm):
    """Whose card."""

    who = forms.TypedChoiceField(label=gettext_lazy("For"), coerce=int)
    field_order = ["who"]

    def __init__(self, *args: Any, cards: dict[int, Card], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["who"].choices = [(one.member_id, str(one.name)) for one in cards.values()]  # type: ignore[attr-defined]  # a choice field


@require_http_methods(["GET", "POST"])
@account_page("ask_card", scope=Scope.CONTACT)
def ask(request: AccountRequest) -> HttpResponse:
    """Ask for a card to the address on file, once it was shown where it goes."""
    account = request.opened.account
    listed = list_cards(account=account, viewer_id=account.holder_id, now=timezone.now())
    cards = {one.member_id: one for one in listed}
    form = CardForm(request.POST or None, cards=cards)
    running = find_current(request, account)

    def consequences() -> list[Item]:
        card = cards[form.cleaned_data["who"]]
        person = get_member(member_id=card.member_id).person
        return [
            Item(_("Card of"), str(card.name)),
            Item(_("Goes to"), ", ".join(address_lines(person.name, person.address)[1:])),
            Item(_("They get"), _("The card by mail, and a letter that it was asked for")),
        ]

    def do() -> str:
        try:
            asked = request_card(
                account=account, card=cards[form.cleaned_data["who"]], actor=request.actor,
                on=request.opened.today,
            )  # fmt: skip
        except tuple(REFUSED) as refused:
            raise ActRefused(str(REFUSED[type(refused)])) from refused
        return _("Card %(reference)s is asked for.") % {"reference": asked.reference}

    back = ("desk:contact_of", running.id) if running else ("desk:account",)
    act = Act(title=_("Send an ID card"), submit=_("Send it"), back=back, place="account")
    return perform(request, form, act, consequences=consequences, do=do)
