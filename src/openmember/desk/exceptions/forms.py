"""What a person says of an exception: whose it is, or what was done instead."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account
from openmember.desk.find.results import WHY_NOTHING
from openmember.payments.remittances.types import Kind
from openmember.safety.forms import FreeText, FreeTextarea

KIND_WORDS = [
    (Kind.PREMIUM.value, gettext_lazy("A member’s own premium")),
    (Kind.APTC.value, gettext_lazy("Advance premium tax credit")),
    (Kind.CSR.value, gettext_lazy("Cost-sharing reductions")),
    (Kind.USER_FEE.value, gettext_lazy("Exchange user fee")),
]


class AccountForm(forms.Form):
    """The account, typed and checked, and what the line is where the file did not say it."""

    number = forms.CharField(
        label=gettext_lazy("Bill pay number of the account"), max_length=40,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "om-input--number"}),
    )  # fmt: skip
    what = forms.ChoiceField(
        label=gettext_lazy("What the line is money for"),
        choices=[("", gettext_lazy("Choose one")), *KIND_WORDS],
    )

    account: Account

    def __init__(self, *args: Any, takes_kind: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not takes_kind:
            del self.fields["what"]

    def clean_number(self) -> str:
        recognised = accounts.recognise(self.cleaned_data["number"])
        if recognised.account is None:
            why = WHY_NOTHING.get(recognised.reason, _("This is not a bill pay number."))
            raise ValidationError(str(why))
        self.account = recognised.account
        return recognised.digits

    def kind(self) -> Kind | None:
        """Return what the line is said to be, if that was asked."""
        said = self.cleaned_data.get("what")
        return Kind(said) if said else None


class FoundForm(forms.Form):
    """What a person found out at a card network, and did."""

    note = FreeText(
        label=gettext_lazy("What you found"), max_length=500,
        help_text=gettext_lazy("For example: the dispute was lost, the refund had gone out before."),
        widget=FreeTextarea({"rows": 3}),
    )  # fmt: skip


class NoteForm(forms.Form):
    """What was done instead."""

    note = FreeText(
        label=gettext_lazy("What was done instead"), max_length=500,
        help_text=gettext_lazy("For example: the payer will send a corrected file."),
        widget=FreeTextarea({"rows": 3}),
    )  # fmt: skip
