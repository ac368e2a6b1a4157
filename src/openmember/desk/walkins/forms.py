"""Checking somebody in who stands before one."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from openmember.cases.walkins.rules import GENERAL_TEAM
from openmember.cases.walkins.topics import list_topics, team_for
from openmember.cases.walkins.types import Need, NewWalkin
from openmember.cases.words import WALKIN_NEEDS_AT_DESK
from openmember.directory.routing.types import Need as Asked
from openmember.safety.forms import FreeText, FreeTextInput
from openmember.ui.spoken import list_spoken


class DeskCheckInForm(forms.Form):
    """Why they came, and what they need."""

    key = forms.CharField(widget=forms.HiddenInput({"autocomplete": "off"}), max_length=40)
    language = forms.ChoiceField(label=gettext_lazy("Language they want to speak"))
    need = FreeText(
        label=gettext_lazy("In their words"), required=False, max_length=300,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip
    team = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    typed = FreeText(
        label=gettext_lazy("Name or number"), required=False, max_length=80,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("What they need"), required=False,
        choices=[(one.value, words) for one, words in WALKIN_NEEDS_AT_DESK.items()],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.initial.setdefault("key", secrets.token_urlsafe(16))
        self.initial.setdefault("language", "en")
        self.fields["language"].choices = list_spoken()  # type: ignore[attr-defined]  # a choice field
        self.fields["team"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", gettext_lazy("As their words say, else Member Services")),
            *((one.code, one.name) for one in list_topics() if one.code != GENERAL_TEAM),
        ]  # fmt: skip

    def said(self, *, office: str, asked: Asked) -> NewWalkin:
        """Return what a valid form says."""
        given = self.cleaned_data
        return NewWalkin(
            office=office, language=given["language"], team=given["team"] or team_for(asked),
            need=given["need"], typed=given["typed"],
            needs=frozenset(Need(one) for one in given["needs"]),
            sent_as=given["key"],
        )  # fmt: skip
