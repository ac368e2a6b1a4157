"""What only the member's own pages ask: the signature, and why a decision should be looked at again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from openmember.safety.forms import FreeText, FreeTextarea


class SignForm(forms.Form):
    """A typed name under the attestation."""

    agree = forms.BooleanField(
        label=_("I agree with these statements."),
        error_messages={
            "required": _("Tick the box to agree, or call us about what is not right.")
        },
    )
    signature = forms.CharField(
        label=_("Type your full name to sign"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Type your name.")},
    )


class AppealForm(forms.Form):
    """Why a decision should be looked at again."""

    reason = FreeText(
        label=_("Why should we look at it again?"),
        help_text=_("Tell us what we did not know or got wrong. You can add documents afterwards."),
        max_length=2000,
        widget=FreeTextarea({"rows": 5}),
        error_messages={"required": _("Write a sentence or two.")},
    )
