"""What the desk is asked when it does something with the file of a dispute."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from openmember.desk.cases.forms import line
from openmember.grievances.file import Exhibit
from openmember.grievances.handoffs.words import WITHHELD


class CopyForm(forms.Form):
    """How the member wants their copy."""

    on_paper = forms.BooleanField(
        label=gettext_lazy("Also on paper, by mail"), required=False,
        help_text=gettext_lazy("It costs the member nothing. The copy is in the portal in any case."),
    )  # fmt: skip


class WithholdForm(forms.Form):
    """Which document the member is not given, and why."""

    document = forms.TypedChoiceField(label=gettext_lazy("Document"), coerce=int)
    code = forms.ChoiceField(
        label=gettext_lazy("Reason the member reads"),
        choices=[("", gettext_lazy("Choose one")), *WITHHELD.items()],
    )
    why = line(gettext_lazy("Why, for us: who says so and where it stands"), length=500)

    def __init__(self, *given: Any, exhibits: Sequence[Exhibit], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["document"].choices = document_choices(exhibits)  # type: ignore[attr-defined]  # a choice field


class GiveForm(forms.Form):
    """Which withheld document the member is given after all."""

    document = forms.TypedChoiceField(label=gettext_lazy("Document"), coerce=int)
    why = line(gettext_lazy("Why"), length=500)

    def __init__(self, *given: Any, exhibits: Sequence[Exhibit], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["document"].choices = document_choices(exhibits)  # type: ignore[attr-defined]  # a choice field


def document_choices(exhibits: Sequence[Exhibit]) -> list[tuple[int, str]]:
    return [(one.document.id, f"{one.number}. {one.document.name}") for one in exhibits]
