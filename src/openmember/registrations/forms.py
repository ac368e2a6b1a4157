"""What an application asks, for whoever fills it in: the applicant on the web, or somebody at the desk."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openmember.directory.queries import find_place, get_organisation
from openmember.members.types import Address, Person, PersonName
from openmember.registrations.types import Coverage, Facts, Registration
from openmember.registrations.words import COVERAGES, READING_FORMATS
from openmember.safety.forms import FreeText, FreeTextInput
from openmember.texting.services import printed, reachable
from openmember.ui.forms import DatePartsField
from openmember.ui.spoken import list_interpreted, name_of

# fmt: off
_STATES = (
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS",
    "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC",
    "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
)
# fmt: on


def _line(
    label: Any, purpose: str = "", *, most: int = 80, required: bool = False
) -> forms.CharField:
    attrs = {"autocomplete": purpose} if purpose else {"autocomplete": "off"}
    return forms.CharField(
        label=label, max_length=most, required=required, widget=forms.TextInput(attrs)
    )


class RegistrationForm(forms.Form):
    """Who registers, where and how they are reached, what they need, and what pays for their care."""

    key = forms.CharField(widget=forms.HiddenInput({"autocomplete": "off"}), max_length=40)
    first_name = _line(gettext_lazy("First name"), "given-name", required=True)
    middle_name = _line(gettext_lazy("Middle name"), "additional-name")
    last_name = _line(gettext_lazy("Last name"), "family-name", required=True)
    birth_on = DatePartsField(label=gettext_lazy("Date of birth"), birthday=True)
    filled_by = FreeText(
        label=gettext_lazy("For a child or somebody else: your own name, and what you are to them"),
        required=False, max_length=80, widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip
    street = _line(gettext_lazy("Street address"), "address-line1", most=120)
    street2 = _line(gettext_lazy("Apartment or unit"), "address-line2", most=120)
    city = _line(gettext_lazy("City"), "address-level2")
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False,
        choices=[("", "–"), *((one, one) for one in _STATES)],
    )  # fmt: skip
    zip_code = forms.RegexField(
        r"^\d{5}(-?\d{4})?$", label=gettext_lazy("ZIP code"), max_length=10,
        error_messages={"invalid": gettext_lazy("Enter five digits, like 94612.")},
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "postal-code", "class": "om-input--short"}
        ),
    )  # fmt: skip
    region = forms.ChoiceField(
        label=gettext_lazy("Region, where the ZIP code does not say it"), required=False
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=20, required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=gettext_lazy("Email"), max_length=254, required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language you want letters in"))
    reading_format = forms.ChoiceField(
        label=gettext_lazy("How you want to read them"), choices=list(READING_FORMATS.items())
    )
    interpreter_language = forms.ChoiceField(
        label=gettext_lazy("Interpreter, for care and calls, at no cost"), required=False
    )
    coverage = forms.ChoiceField(
        label=gettext_lazy("What pays for your care"), choices=list(COVERAGES.items()),
        widget=forms.RadioSelect,
    )  # fmt: skip
    coverage_note = FreeText(
        label=gettext_lazy("Which plan, and your number there"), required=False, max_length=200,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.initial.setdefault("key", secrets.token_urlsafe(16))
        self.initial.setdefault("language", get_language() or settings.LANGUAGE_CODE)
        self._choose("language", [(code, name_of(code)) for code, _label in settings.LANGUAGES])
        self._choose("interpreter_language", [("", _("None needed")), *list_interpreted()])
        regions = [(one.code, one.name) for one in get_organisation().regions]
        self._choose("region", [("", _("As the ZIP code says")), *regions])

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        number = reachable(typed)
        if not number:
            raise forms.ValidationError(_("No telephone has this number."))
        return printed(number)

    def clean(self) -> dict[str, Any]:
        """Take the region of the ZIP code where none was chosen."""
        given = super().clean() or {}
        place = find_place(zip_code=given.get("zip_code", ""))
        if not given.get("region"):
            if place is None or not place.region:
                self.add_error("region", _("We have no region at this ZIP code. Choose one."))
            else:
                given["region"] = place.region
        if not (given.get("phone") or given.get("email")) and not self.errors.get("phone"):
            self.add_error("phone", _("Give a phone number or an email address, to hear from us."))
        return given

    def facts(self) -> Facts:
        """Return what a valid form says."""
        given = self.cleaned_data
        place = find_place(zip_code=given["zip_code"])
        return Facts(
            person=Person(
                name=PersonName(
                    given["first_name"].strip(), given["last_name"].strip(), given["middle_name"].strip()
                ),
                birth_on=given["birth_on"],
                email=given["email"],
                phone=given["phone"],
                address=Address(
                    given["street"], given["street2"], given["city"],
                    given["state"] or (place.state if place else ""), given["zip_code"],
                ),
                region=given["region"],
                language=given["language"],
                reading_format=given["reading_format"],
            ),
            coverage=Coverage(given["coverage"]),
            coverage_note=given["coverage_note"],
            interpreter_language=given["interpreter_language"],
            filled_by=given["filled_by"].strip(),
        )  # fmt: skip

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


def initial_of(found: Registration) -> dict[str, Any]:
    """Return what the form shows of an application, to be corrected."""
    person, facts = found.person, found.facts
    return {
        "first_name": person.name.first, "middle_name": person.name.middle, "last_name": person.name.last,
        "birth_on": person.birth_on, "street": person.address.street, "street2": person.address.street2,
        "city": person.address.city, "state": person.address.state, "zip_code": person.address.postal_code,
        "region": person.region, "phone": person.phone, "email": person.email, "language": person.language,
        "reading_format": person.reading_format, "interpreter_language": facts.interpreter_language,
        "coverage": facts.coverage.value, "coverage_note": facts.coverage_note, "filled_by": facts.filled_by,
    }  # fmt: skip
