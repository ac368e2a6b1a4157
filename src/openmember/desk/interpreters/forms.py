"""Asking for an interpreter, and what became of it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.cases.interpreters.types import Appointment
from openmember.members.needs.queries import NOTHING
from openmember.members.needs.types import InterpreterMode, Needs, Relay
from openmember.members.needs.words import MODES, RELAYS, needs_words
from openmember.members.types import Member
from openmember.safety.forms import FreeText, FreeTextInput
from openmember.ui.forms import DatePartsField
from openmember.ui.spoken import SIGN_LANGUAGE, list_interpreted

AS_SAID, VOICE = "", "voice"


class AskForm(forms.Form):
    """Which interpreter. It begins with what the person said that they need."""

    language = forms.ChoiceField(label=gettext_lazy("Interpreter for"))
    mode = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[(one.value, words) for one, words in MODES.items()]
    )
    relay = forms.ChoiceField(
        label=gettext_lazy("Calls by"), required=False,
        choices=[("", gettext_lazy("Voice")), *((one.value, words) for one, words in RELAYS.items())],
    )  # fmt: skip

    def __init__(self, *given: Any, needs: Needs, language: str = "", **options: Any) -> None:
        super().__init__(*given, **options)
        self.initial = {
            "language": needs.interpreter_language or language,
            "mode": needs.interpreter_mode or InterpreterMode.PHONE,
            "relay": needs.relay or "",
        }
        self.fields["language"].choices = [("", "–"), *list_interpreted()]  # type: ignore[attr-defined]  # a choice field

    def asked(self) -> tuple[str, InterpreterMode, Relay | None]:
        """Return language, mode and relay of a valid form."""
        given = self.cleaned_data
        relay = Relay(given["relay"]) if given["relay"] else None
        return given["language"], InterpreterMode(given["mode"]), relay


class VisitForm(AskForm):
    """For an appointment: whose, when, where, and what its own system calls it.

    What is left as the person has said is taken from the needs of whoever is chosen.
    """

    key = forms.CharField(widget=forms.HiddenInput({"autocomplete": "off"}), max_length=40)
    person = forms.ChoiceField(label=gettext_lazy("Who is seen"))
    day = DatePartsField(label=gettext_lazy("Day"))
    time = forms.TimeField(
        label=gettext_lazy("Time, in the member’s zone"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    place = FreeText(
        label=gettext_lazy("Place"), max_length=200, widget=FreeTextInput({"autocomplete": "off"})
    )
    reference = forms.CharField(
        label=gettext_lazy("Number of the appointment"), max_length=80, required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    field_order = (
        "key",
        "person",
        "day",
        "time",
        "place",
        "reference",
        "language",
        "mode",
        "relay",
    )

    def __init__(
        self, *given: Any, people: Sequence[Member], needs_of: Mapping[int, Needs], **options: Any
    ) -> None:
        super().__init__(*given, needs=NOTHING, **options)
        self._needs_of = needs_of
        self.initial = {"key": secrets.token_urlsafe(16), "relay": AS_SAID}
        self._choose("person", [(str(one.id), one.name) for one in people])
        modes = [(one.value, words) for one, words in MODES.items()]
        relays = [(VOICE, _("Voice")), *((one.value, words) for one, words in RELAYS.items())]
        for name, choices in (
            ("language", list_interpreted()), ("mode", modes), ("relay", relays)
        ):  # fmt: skip
            self._choose(name, [(AS_SAID, _("As they have said")), *choices])
            self.fields[name].required = False
        self.fields["language"].help_text = "; ".join(
            f"{one.name}: {', '.join(needs_words(needs_of[one.id]))}" for one in people if one.id in needs_of
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Take what was left open from the person's needs."""
        given = super().clean() or {}
        said = self._needs_of.get(int(given.get("person") or 0), NOTHING)
        language = given.get("language") or said.interpreter_language
        given["language"] = language
        if not language and "person" in given:
            self.add_error("language", _("They have not said a language. Choose it."))
        usual = InterpreterMode.VIDEO if language == SIGN_LANGUAGE else InterpreterMode.PHONE
        given["mode"] = given.get("mode") or said.interpreter_mode or usual
        relay = given.get("relay")
        given["relay"] = "" if relay == VOICE else relay or said.relay or ""
        return given

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    def appointment(self, zone: ZoneInfo) -> Appointment:
        """Return when and where, of a valid form."""
        given = self.cleaned_data
        starts_at = datetime.combine(given["day"], given["time"], zone)
        return Appointment(starts_at, given["place"], given["reference"])


class OutcomeForm(forms.Form):
    """Who interprets, or why nobody does. It goes to nobody outside: nothing is held back."""

    agency = FreeText(max_length=120, required=False, is_sent=False)
    interpreter = FreeText(max_length=120, required=False, is_sent=False)
    reason = FreeText(max_length=300, required=False, is_sent=False)
