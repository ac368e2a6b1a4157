"""What is asked of somebody who registers, or who proves again who they are."""

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openmember.accounts import queries as accounts
from openmember.accounts.types import Reason, Recognised
from openmember.members.types import IdentityAnswers
from openmember.ui.forms import DatePartsField

PASSWORD_HINT = _("At least 10 characters. A few words in a row are easy to keep in mind.")
FEWEST_DIGITS = 10
# What can be told from the form of a text alone. Whether a number exists is never told.
SHAPES = {
    Reason.MRN_SHAPE: _(
        "That looks like a medical record number. The bill pay number is longer: it has 10 to 12"
        " digits and stands under the name on the ID card."
    ),
    Reason.LENGTH: _("A bill pay number has 10 to 12 digits. Please check it on the ID card."),
    Reason.NOT_DIGITS: _("A bill pay number has digits only, no letters."),
    Reason.EMPTY: _("Enter the bill pay number."),
}
_PLACE = re.compile(r"\d{4,5}|\d{9,11}")


class IdentityForm(forms.Form):
    """The number and the answers that prove whose it is."""

    number = forms.CharField(
        label=_("Bill pay number"),
        help_text=_("10 to 12 digits, under the name on your ID card and on every bill."),
        max_length=40,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "class": "om-input--number"}
        ),
    )
    last_name = forms.CharField(
        label=_("Your last name"),
        help_text=_("As we write it on your bills or your card."),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    birth_on = DatePartsField(
        label=_("Your date of birth"), help_text=_("For example, 4 27 1958."), birthday=True
    )
    zip_or_phone = forms.CharField(
        label=_("ZIP code of your home, or the last 4 digits of your phone number"),
        help_text=_("The ones we have on file for you."),
        max_length=20,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "class": "om-input--short"}
        ),
    )

    recognised: Recognised

    def clean_number(self) -> str:
        self.recognised = accounts.recognise(self.cleaned_data["number"])
        reason = self.recognised.reason
        if reason is Reason.MRN_KNOWN and len(self.recognised.digits) < FEWEST_DIGITS:
            # Known or not, it is told by its form alone; padded to the length of a number, not at all.
            reason = Reason.MRN_SHAPE
        if reason in SHAPES:
            raise ValidationError(SHAPES[reason], code=reason)
        return self.recognised.digits

    def clean_zip_or_phone(self) -> str:
        digits = re.sub(r"[\s().+-]", "", self.cleaned_data["zip_or_phone"])
        if not _PLACE.fullmatch(digits):
            raise ValidationError(_("Enter 5 digits for a ZIP code, or 4 for a phone number."))
        return digits[-4:] if len(digits) > 9 else digits

    def answers(self) -> IdentityAnswers:
        """Return the answers of a valid form."""
        answers = self.cleaned_data
        return IdentityAnswers(answers["last_name"], answers["birth_on"], answers["zip_or_phone"])


class SignInForm(forms.Form):
    """How somebody will sign in from now on."""

    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("We send a code to it on the next page. You sign in with this address."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("New password"),
        help_text=PASSWORD_HINT,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class CodeForm(forms.Form):
    """The code that was sent to an e-mail address."""

    code = forms.CharField(
        label=_("Code from the email"),
        help_text=_("6 digits."),
        max_length=20,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "om-input--short"}
        ),
    )

    def clean_code(self) -> str:
        return re.sub(r"[\s-]", "", self.cleaned_data["code"])

    def refuse(self, words: Any) -> None:
        """Say what is wrong with the code."""
        self.add_error("code", words)
