"""What a payment link is for, and where it goes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.billing.types import Bill
from openmember.desk.acts import ActForm
from openmember.desk.payments.forms import bill_words
from openmember.payments.assisted.services.asking import MOST_CENTS
from openmember.payments.assisted.types import Way
from openmember.ui.formats import dollars
from openmember.ui.forms import DollarsField


class SendLinkForm(ActForm):
    """Bills and amount, and the text or e-mail they go out by."""

    bills = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Bills to pay"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: the oldest due first."),
    )  # fmt: skip
    amount = DollarsField(label=gettext_lazy("Amount"), most_cents=MOST_CENTS)
    way = forms.ChoiceField(
        label=gettext_lazy("Send it by"), widget=forms.RadioSelect,
        choices=[(Way.TEXT.value, gettext_lazy("Text message")), (Way.EMAIL.value, gettext_lazy("Email"))],
    )  # fmt: skip
    send_to = forms.CharField(
        label=gettext_lazy("Another phone number or email"), required=False, max_length=254,
        help_text=gettext_lazy("Empty: what is on file. Another one only for a verified contact."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    field_order = ["bills", "amount", "way", "send_to"]

    def __init__(self, *args: Any, bills: tuple[Bill, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.open_bills = bills
        self.fields["bills"].choices = [(bill.id, bill_words(bill)) for bill in bills]  # type: ignore[attr-defined]  # a choice field
        if not bills:
            self.fields["bills"].widget = forms.MultipleHiddenInput()

    @property
    def chosen(self) -> tuple[Bill, ...]:
        """The bills chosen, in the order they are due."""
        return tuple(bill for bill in self.open_bills if bill.id in self.cleaned_data["bills"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("bills") and given.get("amount"):
            most = sum(bill.open_cents for bill in self.chosen)
            if given["amount"] > most:
                self.add_error("amount", _("Enter %(amount)s or less.") % {"amount": dollars(most)})
        return given
