"""What somebody says of their need, where they are, and how they talk. Nothing of it is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openmember.directory.queries import find_place, get_organisation
from openmember.directory.teams import list_teams
from openmember.safety.forms import FreeText, FreeTextInput

LANGUAGES = [
    ("en", _("English")),
    ("es", _("Spanish")),
    ("zh-hant", _("Chinese")),
    ("other", _("Another language")),
]


class ContactForm(forms.Form):
    """A need in one's own words or as a topic; a region or a ZIP code; language and relay."""

    need = FreeText(
        label=_("What do you need?"),
        help_text=_("In your own words, for example: I was charged twice."),
        max_length=300, required=False, is_sent=False,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip
    topic = forms.ChoiceField(label=_("Or choose a topic"), required=False)
    region = forms.ChoiceField(label=_("Where are you a member?"), required=False)
    zip_code = forms.CharField(
        label=_("Or your ZIP code"), max_length=10, required=False,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "postal-code", "class": "om-input--short"}
        ),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language you want to speak"), choices=LANGUAGES)
    relay = forms.BooleanField(label=_("I use TTY or a relay service"), required=False)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        nothing = [("", "–")]
        topics = [(team.code, team.name) for team in list_teams()]
        self._choose("topic", nothing + topics)
        regions = [(one.code, one.name) for one in get_organisation().regions]
        self._choose("region", [("", _("I do not know")), *regions])

    def clean(self) -> dict[str, Any]:
        """Take the region of the ZIP code where one was typed."""
        given = super().clean() or {}
        given["area"] = ""
        if typed := given.get("zip_code", "").strip():
            place = find_place(zip_code=typed)
            if place is None or not place.region:
                self.add_error("zip_code", _("We have no region there. Choose one from the list."))
            elif not given.get("region") or given["region"] == place.region:
                given["region"], given["area"] = place.region, place.area
        return given

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
