"""How a member narrows their payments down."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openmember.payments.types import Status
from openmember.ui.statuses import words_for

# Statuses a member looks for; being sent lasts a moment and reads like being checked.
STATUSES = tuple(status for status in Status if status is not Status.AUTHORISING)


class FindPayments(forms.Form):
    """Text, dates and status; all of them may be left empty."""

    q = forms.CharField(
        label=_("Amount, card or receipt number"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        choices = [("", _("Any status"))] + [
            (status.value, words_for(status).label) for status in STATUSES
        ]
        self.fields["status"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            raise ValidationError(_("The first date must come before the second."))
        return self.cleaned_data
