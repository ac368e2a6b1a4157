"""What is asked before a month is billed."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.billing.premiums.rules import OutOfOrder, check_order
from openmember.safety.forms import FreeText, FreeTextInput


class RunForm(forms.Form):
    """The month, a reason where it is out of order, and whether a large change is meant."""

    month = forms.CharField(
        label=gettext_lazy("Month of coverage"), max_length=7,
        help_text=gettext_lazy("Year and month, such as 2026-12."),
        widget=forms.TextInput({"autocomplete": "off", "class": "om-input--short"}),
    )  # fmt: skip
    reason = FreeText(
        label=gettext_lazy("Reason, if the month is out of order"), max_length=200, required=False,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip
    accept_change = forms.BooleanField(
        label=gettext_lazy("Bill even if the total changes more than is usual"), required=False
    )

    def __init__(self, *args: Any, last: date | None, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.last, self.today = last, today

    def clean_month(self) -> date:
        year, _dash, month = self.cleaned_data["month"].strip().partition("-")
        try:
            return date(int(year), int(month), 1)
        except ValueError:
            raise ValidationError(_("Write the year and the month, such as 2026-12.")) from None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "month" in given:
            try:
                check_order(
                    given["month"], last=self.last, today=self.today, reason=given["reason"]
                )
            except OutOfOrder:
                self.add_error("reason", _("This month is out of order: say why it is billed."))
        return given
