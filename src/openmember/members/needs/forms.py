"""What somebody says that they need, asked of themselves or for them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.members.needs.types import Accommodation, InterpreterMode, Needs, Relay
from openmember.members.needs.words import ACCOMMODATIONS, MODES, RELAYS
from openmember.safety.forms import FreeText, FreeTextInput
from openmember.ui.spoken import list_interpreted


class NeedsForm(forms.Form):
    """Interpreter, relay, accommodations, and whatever else must be known."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    interpreter_language = forms.ChoiceField(label=gettext_lazy("Interpreter for"), required=False)
    interpreter_mode = forms.ChoiceField(
        label=gettext_lazy("How an interpreter takes part"), required=False,
        choices=[(one.value, words) for one, words in MODES.items()],
    )  # fmt: skip
    relay = forms.ChoiceField(
        label=gettext_lazy("Calls by"), required=False,
        choices=[("", gettext_lazy("Voice")), *((one.value, words) for one, words in RELAYS.items())],
    )  # fmt: skip
    accommodations = forms.MultipleChoiceField(
        label=gettext_lazy("At visits and conversations"), required=False,
        choices=[(one.value, words) for one, words in ACCOMMODATIONS.items()],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    note = FreeText(
        label=gettext_lazy("Anything else"), required=False, max_length=300,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *given: Any, needs: Needs, **options: Any) -> None:
        super().__init__(*given, **options)
        self.initial = {
            "version": needs.version, "interpreter_language": needs.interpreter_language,
            "interpreter_mode": needs.interpreter_mode or InterpreterMode.PHONE, "relay": needs.relay or "",
            "accommodations": sorted(needs.accommodations), "note": needs.note,
        }  # fmt: skip
        self.fields["interpreter_language"].choices = [("", _("None needed")), *list_interpreted()]  # type: ignore[attr-defined]  # a choice field

    def said(self) -> Needs:
        """Return what a valid form says."""
        given = self.cleaned_data
        mode = given["interpreter_mode"]
        return Needs(
            interpreter_language=given["interpreter_language"],
            interpreter_mode=InterpreterMode(mode) if mode else None,
            relay=Relay(given["relay"]) if given["relay"] else None,
            accommodations=frozenset(Accommodation(one) for one in given["accommodations"]),
            note=given["note"],
            version=given["version"],
        )
