"""What somebody says at the kiosk. Nothing of it has to be written."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openmember.cases.walkins.rules import GENERAL_TEAM
from openmember.cases.walkins.topics import list_topics, team_for
from openmember.cases.walkins.types import Need, NewWalkin
from openmember.cases.words import WALKIN_NEEDS
from openmember.directory.routing.types import Need as Asked
from openmember.safety.forms import FreeText, FreeTextInput, stopping
from openmember.safety.types import WEIGHT, Kind
from openmember.ui.spoken import list_spoken


class CheckInForm(forms.Form):
    """Why somebody came, in which language, and what they need while they wait."""

    key = forms.CharField(widget=forms.HiddenInput({"autocomplete": "off"}), max_length=40)
    need = FreeText(
        label=gettext_lazy("What do you come for, in a few words?"), required=False, max_length=300,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip
    team = forms.ChoiceField(
        label=gettext_lazy("Or choose"), required=False, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language you want to speak"),
        help_text=gettext_lazy("An interpreter is free."),
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("What helps while you wait?"), required=False,
        choices=[(one.value, words) for one, words in WALKIN_NEEDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    typed = FreeText(
        label=gettext_lazy("Your name, or your bill pay number"), required=False, max_length=80,
        help_text=gettext_lazy("You may leave this empty. It is never shown in the room."),
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.initial.setdefault("key", secrets.token_urlsafe(16))
        self.initial.setdefault("language", get_language() or "en")
        self.fields["language"].choices = list_spoken()  # type: ignore[attr-defined]  # a choice field
        self.fields["team"].choices = [  # type: ignore[attr-defined]  # a choice field
            *((one.code, one.what_for) for one in list_topics() if one.code != GENERAL_TEAM),
            (GENERAL_TEAM, _("Something else, or I do not know")),
        ]  # fmt: skip

    def dangers(self) -> list[str]:
        """Return the dangers in a bound form that its writer has not set aside, by weight."""
        found: set[Kind] = set()
        for name, field in self.fields.items():
            if getattr(field.widget, "alarm", None):
                typed = field.widget.value_from_datadict(
                    self.data, self.files, self.add_prefix(name)
                )
                found.update(one.kind for one in stopping(typed) if one.code not in typed.set_aside)
        return [one.value for one in sorted(found, key=lambda one: WEIGHT[one])]

    def said(self, *, office: str, asked: Asked) -> NewWalkin:
        """Return what a valid form says; `asked` is what the routing knows besides the words."""
        given = self.cleaned_data
        return NewWalkin(
            office=office,
            language=given["language"],
            team=given["team"] or team_for(asked),
            need=given["need"],
            typed=given["typed"],
            needs=frozenset(Need(one) for one in given["needs"]),
            sent_as=given["key"],
        )
