"""What a person says of money that waits: whose it is, or where it goes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account
from openmember.desk.find.results import WHY_NOTHING
from openmember.safety.forms import FreeText, FreeTextInput
from openmember.ui.forms import DollarsField

_REASON = gettext_lazy("Reason")


class PostForm(forms.Form):
    """The account, how much of it, and whether to remember who pays for it."""

    number = forms.CharField(
        label=gettext_lazy("Bill pay number of the account"), max_length=40,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "om-input--number"}),
    )  # fmt: skip
    amount = DollarsField(label=gettext_lazy("Amount"))
    reason = FreeText(label=_REASON, max_length=200, widget=FreeTextInput({"autocomplete": "off"}))
    learn = forms.BooleanField(
        label=gettext_lazy("Suggest this account when the same payer pays again"), required=False
    )

    account: Account

    def __init__(self, *args: Any, free_cents: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._free_cents = free_cents

    def clean_number(self) -> str:
        recognised = accounts.recognise(self.cleaned_data["number"])
        if recognised.account is None:
            why = WHY_NOTHING.get(recognised.reason, _("This is not a bill pay number."))
            raise ValidationError(str(why))
        self.account = recognised.account
        return recognised.digits

    def clean_amount(self) -> int:
        return _at_most(self.cleaned_data["amount"], self._free_cents)


class ReturnForm(forms.Form):
    """How much goes back to the sender, and why."""

    amount = DollarsField(label=gettext_lazy("Amount"))
    reason = FreeText(label=_REASON, max_length=200, widget=FreeTextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, free_cents: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._free_cents = free_cents

    def clean_amount(self) -> int:
        return _at_most(self.cleaned_data["amount"], self._free_cents)


class ReleaseForm(forms.Form):
    """Why the money is no payment."""

    reason = FreeText(
        label=_REASON, max_length=200, widget=FreeTextInput({"autocomplete": "off"}),
        help_text=gettext_lazy("For example: interest, or a transfer between our own accounts."),
    )  # fmt: skip


class PaidForm(forms.Form):
    """The check or wire that took money back."""

    reference = forms.CharField(
        label=gettext_lazy("Number of the check or wire"), max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip


def _at_most(cents: int, free_cents: int) -> int:
    if not 0 < cents <= free_cents:
        raise ValidationError(_("Enter an amount up to what still waits."))
    return cents
