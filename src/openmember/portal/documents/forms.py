"""How a member narrows their documents down, and how they agree to read them on screen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

KINDS = {"statement": _("Statements"), "letter": _("Letters")}
YEARS_KEPT = 8  # Seven whole years, and the one we are in.


class FindDocuments(forms.Form):
    """Kind and year; both may be left empty."""

    kind = forms.ChoiceField(label=_("Which"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *given: Any, this_year: int, **options: Any) -> None:
        super().__init__(*given, **options)
        years = [(str(year), str(year)) for year in range(this_year, this_year - YEARS_KEPT, -1)]
        self._choices("kind", [("", _("All documents")), *KINDS.items()])
        self._choices("year", [("", _("Any year")), *years])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field


class AgreeToScreen(forms.Form):
    """The member could open the sample, and agrees; `version` names the words they were shown."""

    opened = forms.BooleanField(
        label=_("I opened the sample document and could read it."),
        error_messages={"required": _("Open the sample document first, to be sure that you can.")},
    )
    agreed = forms.BooleanField(
        label=_("I want to read my statements and letters online."),
        error_messages={"required": _("Check this to read your documents online.")},
    )
    version = forms.CharField(widget=forms.HiddenInput, max_length=16)
