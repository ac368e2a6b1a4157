"""What is asked before automatic payments are set up, paused or stopped."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.payments.ach.types import BankKind
from openmember.payments.autopay.rules import can_pause_until
from openmember.payments.autopay.types import What
from openmember.payments.types import Method
from openmember.payments.words import METHODS
from openmember.ui.forms import DatePartsField, DollarsField

TILES = {"class": "usa-radio__input usa-radio__input--tile"}


class WhatToDraw(forms.Form):
    """Which bills, and at most how much."""

    what = forms.ChoiceField(
        label=gettext_lazy("Which bills?"),
        choices=[
            (What.EVERYTHING.value, gettext_lazy("All bills: premium, medical and pharmacy")),
            (What.PREMIUM.value, gettext_lazy("Only the monthly premium")),
        ],
        widget=forms.RadioSelect(TILES),
        error_messages={"required": gettext_lazy("Choose which bills to pay.")},
    )
    cap = DollarsField(
        label=gettext_lazy("Most to take at a time"),
        help_text=gettext_lazy("Leave this empty to pay each bill in full."),
        required=False,
        least_cents=1_00,
    )


class HowToDraw(forms.Form):
    """From a card or from a bank account; neither is put before the other."""

    method = forms.ChoiceField(
        label=gettext_lazy("Pay from"),
        choices=[(method.value, METHODS[method]) for method in (Method.ACH, Method.CARD)],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a card or a bank account.")},
    )


class BankDetails(forms.Form):
    """A bank account, typed twice where a slip would take a stranger's money."""

    holder = forms.CharField(
        label=gettext_lazy("Name on the bank account"), max_length=22, strip=True,
        widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of account"),
        choices=[
            (BankKind.CHECKING.value, gettext_lazy("Checking")),
            (BankKind.SAVINGS.value, gettext_lazy("Savings")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose checking or savings.")},
    )
    routing = forms.RegexField(
        r"^[0-9]{9}$", label=gettext_lazy("Routing number"), strip=True,
        help_text=gettext_lazy("Nine digits, at the bottom left of a check."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("A routing number has nine digits.")},
    )  # fmt: skip
    number = forms.RegexField(
        r"^[0-9]{4,17}$", label=gettext_lazy("Account number"), strip=True,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("An account number has 4 to 17 digits.")},
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("Account number again"), strip=True,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        number, again = self.cleaned_data.get("number"), self.cleaned_data.get("again")
        if number and again and number != again:
            self.add_error("again", _("This is not the same account number. Please check both."))
        return self.cleaned_data


class Agreed(forms.Form):
    """The member's yes."""

    agreed = forms.BooleanField(
        label=gettext_lazy("I agree"),
        error_messages={"required": gettext_lazy("Check the box to agree.")},
    )


class Pause(forms.Form):
    """Until when nothing is taken."""

    until = DatePartsField(
        label=gettext_lazy("Take payments again from"),
        help_text=gettext_lazy("Leave this empty to pause until you start again yourself."),
        required=False,
    )

    def __init__(self, *given: Any, today: date, **options: Any) -> None:
        super().__init__(*given, **options)
        self.today = today

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and not can_pause_until(until=until, today=self.today):
            raise ValidationError(_("Choose a day after today, within a year."))
        return until
