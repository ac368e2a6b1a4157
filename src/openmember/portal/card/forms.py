"""Asking for a card by mail: for whom."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from openmember.coverage.cards.types import Card


class MailForm(forms.Form):
    """Whose card is to be sent, of the cards the member may see."""

    whose = forms.ChoiceField(
        label=_("Whose card?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whose card we should send.")},
    )

    def __init__(self, data: object = None, *, cards: Sequence[Card]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a request's own data
        self.cards = cards
        # By their place on the page: a member's id says nothing to anybody.
        self.fields["whose"].choices = [  # type: ignore[attr-defined]  # a field with choices
            (str(place), str(card.name)) for place, card in enumerate(cards)
        ]
        if len(cards) == 1:
            self.fields["whose"].initial = "0"

    def card(self) -> Card:
        """Return the card chosen, once the form is valid."""
        return self.cards[int(self.cleaned_data["whose"])]
