"""What filing a dispute asks, one thing a page; and why somebody takes one back."""

from django import forms
from django.utils.translation import gettext_lazy

from openmember.safety.forms import FreeText, FreeTextarea


class WithdrawForm(forms.Form):
    """Why it is taken back; nobody has to say."""

    why = FreeText(
        label=gettext_lazy("Why do you take it back? (optional)"),
        max_length=1000,
        required=False,
        widget=FreeTextarea({"rows": 3}),
    )
