"""Who acts for whom, for what, on which ground and until when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from openmember.members.proxies.types import Basis, For
from openmember.members.proxies.words import BASES, MAY


class ProxyForm(forms.Form):
    """A new proxy."""

    who = forms.TypedChoiceField(label=gettext_lazy("Member"), coerce=int)
    number = forms.CharField(
        label=gettext_lazy("Medical record number of the proxy"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
    )
    may = forms.ChoiceField(
        label=pgettext_lazy("permission", "May"),
        choices=[(one.value, words) for one, words in MAY.items()],
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("On the ground of"),
        choices=[(one.value, words) for one, words in BASES.items()],
    )
    signed_on = forms.DateField(
        label=gettext_lazy("Signed on, for an appointed representative"), required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=gettext_lazy("The later of both signatures. It is valid for a year from then."),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput({"type": "date"})
    )
    seen = forms.BooleanField(
        label=gettext_lazy("I have the region’s form or the document, signed"),
        error_messages={"required": gettext_lazy("Nobody becomes a proxy without it.")},
    )

    def __init__(self, *given: Any, people: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["who"].choices = people  # type: ignore[attr-defined]  # a choice field

    @property
    def scopes(self) -> frozenset[For]:
        return frozenset({For(self.cleaned_data["may"])})

    @property
    def ground(self) -> Basis:
        return Basis(self.cleaned_data["basis"])
