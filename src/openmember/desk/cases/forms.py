"""What the desk is asked when it does something with a case."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.assistance.forms import ManyFilesField, ManyFilesInput
from openmember.cases.callbacks.types import Reached, Window
from openmember.cases.categories import Category, get_category, list_open_categories
from openmember.cases.types import Case, LinkKind, Priority, Status
from openmember.cases.words import LINKS, PRIORITIES, REACHED, STATUSES
from openmember.directory.teams import list_teams
from openmember.safety.forms import FreeText, FreeTextarea, FreeTextInput

LINE = {"autocomplete": "off"}


def line(label: Any, *, required: bool = True, length: int = 300) -> FreeText:
    """Return a field for one line of words."""
    return FreeText(label=label, max_length=length, required=required, widget=FreeTextInput(LINE))


def text(label: Any, *, required: bool = True, rows: int = 3, **options: Any) -> FreeText:
    """Return a field for several lines."""
    return FreeText(
        label=label,
        max_length=8000,
        required=required,
        widget=FreeTextarea({"rows": rows}),
        **options,
    )


class NoteForm(forms.Form):
    """Something written on a case."""

    body = text(gettext_lazy("Note"), rows=4)
    is_visible = forms.BooleanField(label=gettext_lazy("The member reads this too"), required=False)


class MoveForm(forms.Form):
    """Where a case goes."""

    to = forms.ChoiceField(label=gettext_lazy("Move to"))
    answer = text(gettext_lazy("Answer for the member, when it is resolved"), required=False)
    why = text(
        gettext_lazy("What you need from the member, or why"), required=False, rows=2,
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, choices: list[Status], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["to"].choices = [(one.value, STATUSES[one]) for one in choices]  # type: ignore[attr-defined]  # a choice field


class FactsForm(forms.Form):
    """The answers to the category's questions."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, category: Category, case: Case, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["version"].initial = case.version
        for fact in category.facts:
            known = case.facts.get(fact.code, "")
            if fact.kind == "date":
                field: forms.Field = forms.DateField(
                    label=fact.label, required=fact.is_required, initial=known,
                    widget=forms.DateInput({"type": "date"}),
                )  # fmt: skip
            else:
                field = line(fact.label, required=fact.is_required)
                field.initial = known
            self.fields[f"fact_{fact.code}"] = field

    @property
    def facts(self) -> dict[str, str]:
        return {
            name.removeprefix("fact_"): str(value or "")
            for name, value in self.cleaned_data.items()
            if name.startswith("fact_")
        }


class PriorityForm(forms.Form):
    """What comes first, and why."""

    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        choices=[(one.value, words) for one, words in PRIORITIES.items()],
        coerce=lambda value: Priority(int(value)),
    )
    why = line(gettext_lazy("Why"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class AssignForm(forms.Form):
    """Whose it becomes."""

    person = forms.TypedChoiceField(label=gettext_lazy("Give it to"), coerce=int)

    def __init__(self, *given: Any, people: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["person"].choices = people  # type: ignore[attr-defined]  # a choice field


class ExtendForm(forms.Form):
    """How much longer, in the unit the case's own clock counts in, and why."""

    added = forms.IntegerField(label=gettext_lazy("How much more"), min_value=1, max_value=60)
    why = line(gettext_lazy("Why; the member reads it"))


class CategoryForm(forms.Form):
    """What it is really about."""

    category = forms.ChoiceField(label=gettext_lazy("It is about"))
    why = line(gettext_lazy("Why"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, case: Case, **options: Any) -> None:
        super().__init__(*given, **options)
        team = get_category(code=case.category).team
        self.fields["category"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one.code, one.title)
            for one in list_open_categories(team=team)
            if one.code != case.category
        ]


class OfferForm(forms.Form):
    """Handing a case over, with everything the next person needs."""

    to_team = forms.ChoiceField(label=gettext_lazy("To the team"))
    how = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[
            ("cold", gettext_lazy("Cold: the member does not wait")),
            ("warm", gettext_lazy("Warm: the member is on the line")),
            ("supervisor", gettext_lazy("To its supervisor")),
        ],
    )
    reason = line(gettext_lazy("Why there"))
    summary = text(gettext_lazy("The story so far"))
    tried = text(gettext_lazy("What was tried"), required=False, rows=2)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["to_team"].choices = [(one.code, one.name) for one in list_teams()]  # type: ignore[attr-defined]  # a choice field


class AnswerOfferForm(forms.Form):
    """Taking an offer, or refusing it with the reason."""

    words = line(
        gettext_lazy("Said by three, or the reason to refuse"), required=False, length=2000
    )


class CallbackForm(forms.Form):
    """A promised call."""

    window = forms.ChoiceField(label=gettext_lazy("When, in the member’s time"))
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=30,
        widget=forms.TextInput({"inputmode": "tel", **LINE}),
    )  # fmt: skip

    def __init__(self, *given: Any, windows: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["window"].choices = windows  # type: ignore[attr-defined]  # a choice field

    @property
    def chosen(self) -> Window:
        first, last = self.cleaned_data["window"].split("/")
        return Window(datetime.fromisoformat(first), datetime.fromisoformat(last))


class AttemptForm(forms.Form):
    """How a call went."""

    outcome = forms.TypedChoiceField(
        label=gettext_lazy("How it went"),
        choices=[(one.value, words) for one, words in REACHED.items()],
        coerce=Reached,
    )
    note = line(gettext_lazy("Note"), required=False, length=500)


class ExpediteForm(forms.Form):
    """Why somebody’s health cannot wait."""

    reason = text(gettext_lazy("What makes it urgent"), rows=2)
    by_clinician = forms.BooleanField(
        label=gettext_lazy("The treating clinician asks for it: it is granted at once"),
        required=False,
    )


class DecideForm(forms.Form):
    """Granting a faster answer or refusing it."""

    why = line(gettext_lazy("Why; the member reads it when it is refused"), required=False)


class WhyForm(forms.Form):
    """A reason."""

    why = line(gettext_lazy("Why"))


class LinkForm(forms.Form):
    """What a case is about."""

    kind = forms.TypedChoiceField(
        label=gettext_lazy("What"),
        choices=[(one.value, words) for one, words in LINKS.items() if one is not LinkKind.ACCOUNT],
        coerce=LinkKind,
    )
    target = forms.CharField(
        label=gettext_lazy("Its reference"), max_length=40, widget=forms.TextInput(LINE)
    )


class MergeForm(forms.Form):
    """Which case stays, and why the two are one."""

    into = forms.CharField(
        label=gettext_lazy("Into case"), max_length=20, widget=forms.TextInput(LINE)
    )
    why = line(gettext_lazy("Why"))


class DocumentsForm(forms.Form):
    """Files of a case."""

    documents = ManyFilesField(
        label=gettext_lazy("Files"),
        widget=ManyFilesInput({"accept": ".pdf,.jpg,.jpeg,.png,.heic,.tif,.tiff,.docx,.txt"}),
    )
    is_visible = forms.BooleanField(label=gettext_lazy("The member reads this too"), required=False)
    is_answer = forms.BooleanField(
        label=gettext_lazy("It is what we asked for: the clock that stands still for it goes on"),
        required=False,
    )

    def __init__(self, *given: Any, waits: bool, **options: Any) -> None:
        super().__init__(*given, **options)
        if not waits:
            del self.fields["is_answer"]


class StartForm(forms.Form):
    """Which kind of case to open."""

    category = forms.ChoiceField(label=gettext_lazy("About"))

    def __init__(self, *given: Any, categories: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["category"].choices = categories  # type: ignore[attr-defined]  # a choice field


class OpenForm(forms.Form):
    """A new case for the member whose account is open."""

    need = text(gettext_lazy("In the member’s words"), rows=4)

    def __init__(
        self, *given: Any, category: Category, people: list[tuple[int, str]], **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.fields["who"] = forms.TypedChoiceField(label=_("For"), choices=people, coerce=int)
        for fact in category.facts:
            if fact.kind == "date":
                self.fields[f"fact_{fact.code}"] = forms.DateField(
                    label=fact.label, required=fact.is_required,
                    widget=forms.DateInput({"type": "date"}),
                )  # fmt: skip
            else:
                self.fields[f"fact_{fact.code}"] = line(fact.label, required=fact.is_required)
        self.fields["need"].help_text = category.template
        self.order_fields(["who", *(f"fact_{one.code}" for one in category.facts), "need"])

    @property
    def facts(self) -> dict[str, str]:
        return {
            name.removeprefix("fact_"): str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("fact_") and value
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not given["need"].strip():
            raise ValidationError(_("Write a sentence or two."))
        return given
