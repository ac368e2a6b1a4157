"""What the desk adds to an application, and each of its decisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from openmember.registrations import rules
from openmember.registrations.forms import RegistrationForm
from openmember.registrations.types import Channel, Missing, Way
from openmember.registrations.words import CHANNELS, MISSING, WAYS, WHAT
from openmember.safety.forms import FreeText, FreeTextarea, FreeTextInput


class DeskRegistrationForm(RegistrationForm):
    """An application keyed for somebody: on the telephone, or from paper at an office."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=[(one.value, CHANNELS[one]) for one in (Channel.PHONE, Channel.OFFICE)],
    )
    field_order = ("channel",)


class CorrectionForm(RegistrationForm):
    """An application corrected; the version it was read in."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class DecisionForm(forms.Form):
    """A decision on an application, and the version of it that somebody looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class IdentityForm(DecisionForm):
    """By what it was seen who somebody is."""

    way = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[(one.value, words) for one, words in WAYS.items()]
    )
    what = forms.MultipleChoiceField(
        label=gettext_lazy("What was seen or said"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["what"].choices = [  # type: ignore[attr-defined]  # a choice field
            (str(WAYS[way]), [(code, WHAT[code]) for code in rules.WHAT[way]]) for way in Way
        ]


class SameForm(DecisionForm):
    """That a member like the applicant is the same person."""


class OtherForm(DecisionForm):
    """Why a member like the applicant is another person."""

    reason = FreeText(
        label=gettext_lazy("Why it is another person"), max_length=300,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip


class AcceptForm(DecisionForm):
    """On which account."""

    number = forms.CharField(
        label=gettext_lazy("Bill pay number of the family’s account"), required=False, max_length=20,
        help_text=gettext_lazy("Leave it empty to open an account. A child is on a parent’s or guardian’s."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    # Whose account it is, as whoever decides was shown.
    holder = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    is_family = forms.BooleanField(
        label=gettext_lazy("They said who they are to each other: this is their family’s account"),
        required=False,
    )

    def __init__(self, *given: Any, is_shown: bool = False, **options: Any) -> None:
        super().__init__(*given, **options)
        if not is_shown:
            self.fields["is_family"].widget = forms.HiddenInput()


class ReturnForm(DecisionForm):
    """What is missing."""

    missing = forms.MultipleChoiceField(
        label=gettext_lazy("What is missing"), widget=forms.CheckboxSelectMultiple,
        choices=[(one.value, MISSING[one]) for one in Missing],
    )  # fmt: skip
    note = FreeText(
        label=gettext_lazy("More, in their language"), required=False, max_length=1000,
        widget=FreeTextarea({"rows": 2}),
    )  # fmt: skip


class WithdrawForm(DecisionForm):
    """Why it is wanted no more."""

    note = FreeText(
        label=gettext_lazy("Why"), max_length=300, widget=FreeTextInput({"autocomplete": "off"})
    )
