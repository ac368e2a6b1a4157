"""The form of a new bill."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.billing.types import BillLine, Line
from openmember.desk.acts import ActForm
from openmember.ui.forms import DollarsField

LINES_AT_MOST = 8
LINE_NAMES = [
    (Line.PREMIUM.value, gettext_lazy("Premium")),
    (Line.MEDICAL.value, gettext_lazy("Medical")),
    (Line.PHARMACY.value, gettext_lazy("Pharmacy")),
]


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RaiseBillForm(ActForm):
    """A bill of up to eight lines; lines left empty do not count."""

    line = forms.ChoiceField(
        label=gettext_lazy("For"), choices=[("", gettext_lazy("Choose one")), *LINE_NAMES]
    )
    title = forms.CharField(
        label=gettext_lazy("Title on the bill"), max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    due_on = forms.DateField(label=gettext_lazy("Due"), widget=DayInput())

    def __init__(self, *args: Any, issued_on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.issued_on = issued_on
        for place in range(1, LINES_AT_MOST + 1):
            named = {"place": place}
            self.fields[f"description_{place}"] = forms.CharField(
                label=_("Line %(place)s, description") % named, max_length=120, required=False,
                widget=forms.TextInput({"autocomplete": "off"}),
            )  # fmt: skip
            self.fields[f"service_on_{place}"] = forms.DateField(
                label=_("Line %(place)s, date of service") % named,
                required=False,
                widget=DayInput(),
            )
            self.fields[f"amount_{place}"] = DollarsField(
                label=_("Line %(place)s, amount") % named, required=False
            )

    def rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """Return the fields of each line."""
        return [
            (self[f"description_{place}"], self[f"service_on_{place}"], self[f"amount_{place}"])
            for place in range(1, LINES_AT_MOST + 1)
        ]

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self.issued_on:
            raise ValidationError(_("Choose today or a later day."))
        return due_on

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for place in range(1, LINES_AT_MOST + 1):
            self._check_line(place)
        if not self.errors and not self.lines():
            self.add_error("description_1", _("Fill in at least one line."))
        return given

    def lines(self) -> tuple[BillLine, ...]:
        """Return the lines that were filled in."""
        given = self.cleaned_data
        return tuple(
            BillLine(
                given[f"description_{place}"],
                given[f"amount_{place}"],
                given[f"service_on_{place}"],
            )
            for place in range(1, LINES_AT_MOST + 1)
            if given.get(f"amount_{place}")
        )

    def _check_line(self, place: int) -> None:
        description, service_on, amount = (
            self.cleaned_data.get(f"{name}_{place}")
            for name in ("description", "service_on", "amount")
        )
        if (description or service_on) and not amount and f"amount_{place}" not in self.errors:
            self.add_error(f"amount_{place}", _("Enter an amount."))
        if (amount or service_on) and not description:
            self.add_error(f"description_{place}", _("Say what the line is for."))
