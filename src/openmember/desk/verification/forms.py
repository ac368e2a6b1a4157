"""What a representative asks a contact."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.members.types import CallerAnswers
from openmember.ui.forms import DatePartsField, DollarsField

_SHORT = {"inputmode": "numeric", "autocomplete": "off", "class": "om-input--short"}


class QuestionsForm(forms.Form):
    """The script: what was answered is typed, what was not asked stays empty."""

    birth_on = DatePartsField(label=gettext_lazy("“What is your date of birth?”"), required=False)
    paid = DollarsField(
        label=gettext_lazy("“How much was a payment you made in the last months?”"), required=False,
        help_text=gettext_lazy("Counts only with the phone number: a bill may have been found."),
    )  # fmt: skip
    zip_code = forms.CharField(
        label=gettext_lazy("“What is the ZIP code of your home?”"), required=False, max_length=10,
        widget=forms.TextInput(_SHORT),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("“What are the last four digits of your phone number?”"), required=False,
        max_length=4, widget=forms.TextInput(_SHORT),
    )  # fmt: skip
    last_name = forms.CharField(
        label=gettext_lazy("“How do you spell your last name?”"), required=False, max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not any(given.values()):
            raise ValidationError(_("Type at least two answers."))
        return given

    def answers(self) -> CallerAnswers:
        """Return the answers of a valid form."""
        given = self.cleaned_data
        return CallerAnswers(
            last_name=given["last_name"],
            birth_on=given["birth_on"],
            zip_code=given["zip_code"],
            phone_last_four=given["phone"],
            paid_cents=given["paid"],
        )


class CodeForm(forms.Form):
    """The code a contact reads back."""

    code = forms.CharField(
        label=gettext_lazy("Code the contact reads"), max_length=12, widget=forms.TextInput(_SHORT)
    )

    def clean_code(self) -> str:
        return re.sub(r"[\s-]", "", self.cleaned_data["code"])
