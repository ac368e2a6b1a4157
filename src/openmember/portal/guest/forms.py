"""What a guest types."""

from django import forms
from django.utils.translation import gettext_lazy as _

from openmember.ui.forms import DollarsField

# A slip of two digits turns most bills into more than this; who really owes more can sign in or wire it.
MOST_CENTS = 25_000_00


class NumberAndAmount(forms.Form):
    """A bill pay number and an amount. Whether the number is known is for the view to find out."""

    number = forms.CharField(
        label=_("Bill pay number"),
        help_text=_("10 to 12 digits, under the name on the ID card and on every bill."),
        max_length=40,
        error_messages={"required": _("Enter the bill pay number.")},
        widget=forms.TextInput(
            {
                "inputmode": "numeric",
                "autocomplete": "off",
                "spellcheck": "false",
                "class": "om-input--number",
            }
        ),
    )
    amount = DollarsField(label=_("Amount to pay"), most_cents=MOST_CENTS)
