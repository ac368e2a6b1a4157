"""What a representative writes of a contact."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.cases.categories import list_open_categories
from openmember.cases.interactions.services.notes import LENGTH_AT_MOST
from openmember.cases.interactions.types import (
    Description,
    Interaction,
    InterpreterMode,
    Outcome,
    Relay,
)
from openmember.cases.words import OUTCOMES
from openmember.members.needs.words import MODES, RELAYS
from openmember.safety.forms import FreeText, FreeTextarea, FreeTextInput
from openmember.ui.spoken import list_interpreted

# How a contact somebody answered can end.
ENDINGS = (Outcome.ANSWERED, Outcome.CASE, Outcome.TRANSFERRED, Outcome.CALLBACK, Outcome.REFERRED)


class NotesForm(forms.Form):
    """What is said, as it is said. It goes to nobody: danger is shown, and nothing is held back."""

    body = FreeText(
        label=gettext_lazy("Notes"), required=False, max_length=LENGTH_AT_MOST, is_sent=False,
        widget=FreeTextarea({"rows": 8}),
        help_text=gettext_lazy("Kept as you write. The member never reads them."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class DescribeForm(forms.Form):
    """What it is about, and how we talk."""

    topic = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    need = FreeText(
        label=gettext_lazy("In the member’s words"), required=False, max_length=500, is_sent=False,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip
    interpreter_language = forms.ChoiceField(label=gettext_lazy("Interpreter for"), required=False)
    interpreter_mode = forms.ChoiceField(
        label=gettext_lazy("How"), required=False,
        choices=[(one.value, words) for one, words in MODES.items()],
    )  # fmt: skip
    relay = forms.ChoiceField(
        label=gettext_lazy("Calls by"), required=False,
        choices=[("", gettext_lazy("Voice")), *((one.value, words) for one, words in RELAYS.items())],
    )  # fmt: skip

    def __init__(self, *given: Any, contact: Interaction, **options: Any) -> None:
        initial = {
            "topic": contact.topic, "need": contact.need, "relay": contact.relay or "",
            "interpreter_language": contact.interpreter_language,
            "interpreter_mode": contact.interpreter_mode or InterpreterMode.PHONE,
        }  # fmt: skip
        super().__init__(*given, **options)
        self.initial = initial
        self.fields["interpreter_language"].choices = [("", _("Nobody")), *list_interpreted()]  # type: ignore[attr-defined]  # a choice field
        self.fields["topic"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("Not known yet")), *((one.code, one.title) for one in list_open_categories())
        ]  # fmt: skip

    def said(self) -> Description:
        """Return what a valid form says."""
        given = self.cleaned_data
        mode = given["interpreter_mode"]
        return Description(
            topic=given["topic"], need=given["need"],
            interpreter_language=given["interpreter_language"],
            interpreter_mode=InterpreterMode(mode) if mode else None,
            relay=Relay(given["relay"]) if given["relay"] else "",
        )  # fmt: skip


class EndForm(forms.Form):
    """How it ended, and what the member gets of it in writing."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ended"),
        choices=[(one.value, OUTCOMES[one]) for one in ENDINGS],
    )
    sends = forms.BooleanField(label=gettext_lazy("Send the member a summary"), required=False)
    said = FreeText(
        label=gettext_lazy("What was said, for the member, in their language"), required=False,
        max_length=4000, widget=FreeTextarea({"rows": 3}),
        help_text=gettext_lazy("Case numbers and promised calls are added. It goes in the form they read."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("sends") and not (given.get("said") or "").strip():
            raise ValidationError(_("Write what was said, or send no summary."))
        return given
