"""How a member narrows their bills down."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openmember.payments.words import LINES

STATES = {"open": _("To pay"), "overdue": _("Past due"), "closed": _("Nothing left to pay")}


class FindBills(forms.Form):
    """Line of business and state; both may be left empty."""

    line = forms.ChoiceField(label=_("What for"), required=False)
    state = forms.ChoiceField(label=_("Which"), required=False)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._choices("line", [("", _("Everything")), *LINES.items()])
        self._choices("state", [("", _("All bills")), *STATES.items()])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field
