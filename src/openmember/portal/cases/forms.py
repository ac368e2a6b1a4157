"""What a member is asked: the facts of a category, their own words, files, and how we did."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.assistance.forms import ManyFilesField, ManyFilesInput
from openmember.cases.categories import Category
from openmember.documents.types import Upload
from openmember.safety.forms import FreeText, FreeTextarea, FreeTextInput

ACCEPT = ".pdf,.jpg,.jpeg,.png,.heic,.tif,.tiff,.docx,.txt"
FILES_HELP = gettext_lazy(
    "PDF, photos, scans (TIFF), Word or plain text, several at once, up to 10 MB each."
)


def files_field(label: Any) -> ManyFilesField:
    """Return a field for several files that may stay empty."""
    return ManyFilesField(
        label=label, help_text=FILES_HELP, required=False, widget=ManyFilesInput({"accept": ACCEPT})
    )


class AskForm(forms.Form):
    """A new question: what its category needs to know, in the member's words, with files."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=lambda: uuid4().hex)

    def __init__(self, *given: Any, category: Category, **options: Any) -> None:
        super().__init__(*given, **options)
        for fact in category.facts:
            self.fields[f"fact_{fact.code}"] = _fact_field(fact.kind, fact.label, fact.is_required)
        self.fields["need"] = FreeText(
            label=_("Tell us more, in your own words"),
            max_length=4000,
            widget=FreeTextarea({"rows": 6}),
            error_messages={"required": _("Write a sentence or two.")},
        )
        self.fields["documents"] = files_field(_("Documents, if you have any"))

    @property
    def facts(self) -> dict[str, str]:
        """Return the answers by the codes of the facts."""
        return {
            name.removeprefix("fact_"): str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("fact_") and value
        }


class AddForm(forms.Form):
    """More to a question: words, files, or both."""

    note = FreeText(
        label=gettext_lazy("Write to us about this"),
        max_length=4000,
        required=False,
        widget=FreeTextarea({"rows": 4}),
    )
    documents = files_field(gettext_lazy("Add documents"))
    key = forms.CharField(
        widget=forms.HiddenInput, max_length=64, required=False, initial=lambda: uuid4().hex
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not given.get("note", "").strip() and not given.get("documents"):
            raise ValidationError(_("Write something, or choose a file."))
        return given

    @property
    def chosen_files(self) -> list[Upload]:
        return list(self.cleaned_data["documents"])


class ReopenForm(forms.Form):
    """Why an answer does not settle it."""

    why = FreeText(
        label=gettext_lazy("What is not settled?"),
        max_length=2000,
        widget=FreeTextarea({"rows": 4}),
        error_messages={"required": gettext_lazy("Write a sentence or two.")},
    )


class RateForm(forms.Form):
    """How the answer was."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("How well did we answer?"),
        coerce=int,
        choices=[
            ("5", gettext_lazy("Very well")),
            ("4", gettext_lazy("Well")),
            ("3", gettext_lazy("So-so")),
            ("2", gettext_lazy("Not well")),
            ("1", gettext_lazy("Not at all")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    words = FreeText(
        label=gettext_lazy("Anything you want to tell us (optional)"),
        max_length=2000,
        required=False,
        widget=FreeTextarea({"rows": 3}),
    )


def _fact_field(kind: str, label: str, is_required: bool) -> forms.Field:
    shown = label if is_required else _("%(question)s (optional)") % {"question": label}
    if kind == "date":
        return forms.DateField(
            label=shown,
            required=is_required,
            widget=forms.DateInput({"type": "date"}),
            error_messages={"required": _("Enter a date."), "invalid": _("Enter a date.")},
        )
    return FreeText(
        label=shown,
        required=is_required,
        max_length=300,
        widget=FreeTextInput(),
        error_messages={"required": _("Fill this in.")},
    )
