"""The questions of an application, asked the same way on every surface."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.assistance.rules import HOUSEHOLD_AT_MOST
from openmember.assistance.types import LINES, Facts, Income, Period, Program, Proof, Source
from openmember.assistance.words import PERIODS, PROGRAMS, PROOFS, SOURCES
from openmember.billing.types import Bill
from openmember.documents.types import Upload
from openmember.ui.formats import dollars
from openmember.ui.forms import DollarsField

INCOMES_AT_MOST = 8
INCOMES_AT_FIRST = 2
ALL, SOME = "all", "some"
# Alaska has guidelines of its own that the rulebook does not hold; nobody there is a member.
STATES = (
    "AL", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
    "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND",
    "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
)  # fmt: skip


class HouseholdForm(forms.Form):
    """Who lives together, where, and what shows their need without counting income."""

    household = forms.IntegerField(
        label=gettext_lazy("How many people live in your household?"),
        help_text=gettext_lazy(
            "Count yourself, your spouse or partner, and everyone you support, such as children."
        ),
        min_value=1,
        max_value=HOUSEHOLD_AT_MOST,
        widget=forms.NumberInput({"class": "om-input--short", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("Enter a number, such as 3.")},
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Which state do you live in?"),
        choices=[("", gettext_lazy("Choose one")), *((state, state) for state in STATES)],
        error_messages={"required": gettext_lazy("Choose a state.")},
    )
    programs = forms.MultipleChoiceField(
        label=gettext_lazy("Is any of these true for your household?"),
        help_text=gettext_lazy("If one is, you may not have to tell us your income."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *given: Any, programs: Sequence[Program], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["programs"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one.value, PROGRAMS[one]) for one in programs
        ]

    @staticmethod
    def initial_of(facts: Facts, *, state: str = "") -> dict[str, object]:
        """Return what was answered before."""
        return {
            "household": facts.household,
            "state": facts.state or (state if state in STATES else ""),
            "programs": [program.value for program in facts.programs],
        }

    def facts(self, before: Facts) -> Facts:
        """Return the facts with these answers."""
        given = self.cleaned_data
        programs = tuple(Program(one) for one in given["programs"])
        return replace(
            before, household=given["household"], state=given["state"], programs=programs
        )


class IncomeForm(forms.Form):
    """What the household lives on: up to eight incomes, each as it comes; rows left empty do not count.

    Only some rows are shown at first; `shown` is how many, and `more` asks for others.
    """

    has_income = forms.ChoiceField(
        label=gettext_lazy("Does anyone in your household have an income?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No, nobody has"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.shown = self._count_shown()
        for place in range(1, INCOMES_AT_MOST + 1):
            self.fields[f"source_{place}"] = forms.ChoiceField(
                label=_("What it is"),
                required=False,
                choices=[("", _("Choose one")), *((one.value, SOURCES[one]) for one in Source)],
            )
            self.fields[f"amount_{place}"] = DollarsField(
                label=_("How much each time"), required=False
            )
            self.fields[f"period_{place}"] = forms.ChoiceField(
                label=_("How often"),
                required=False,
                choices=[
                    ("", _("Choose one")),
                    *((str(one.value), PERIODS[one]) for one in Period),
                ],
            )

    @staticmethod
    def initial_of(facts: Facts) -> dict[str, object]:
        """Return what was answered before."""
        initial: dict[str, object] = {}
        if facts.has_income is not None:
            initial["has_income"] = "yes" if facts.has_income else "no"
        for place, income in enumerate(facts.incomes, start=1):
            initial[f"source_{place}"] = income.source.value
            initial[f"amount_{place}"] = income.amount_cents
            initial[f"period_{place}"] = str(income.period.value)
        return initial

    def rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """Return the fields of each income that is shown."""
        return [
            (self[f"source_{place}"], self[f"amount_{place}"], self[f"period_{place}"])
            for place in range(1, self.shown + 1)
        ]

    @property
    def has_more_rows(self) -> bool:
        return self.shown < INCOMES_AT_MOST

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("has_income") == "no":
            # What was typed before "no" was chosen is nobody's mistake.
            for name in list(self.errors):
                if name != "has_income":
                    del self.errors[name]
            return given
        for place in range(1, INCOMES_AT_MOST + 1):
            self._check_row(place)
        if not self.errors and not self._incomes():
            self.add_error("source_1", _("Fill in at least one income, or choose no above."))
        return given

    def facts(self, before: Facts) -> Facts:
        """Return the facts with these answers."""
        has_income = self.cleaned_data["has_income"] == "yes"
        return replace(before, has_income=has_income, incomes=self._incomes() if has_income else ())

    def _count_shown(self) -> int:
        """Return enough rows for what was typed or kept, and those asked for."""
        known: Any = self.data if self.is_bound else self.initial
        filled = [place for place in range(1, INCOMES_AT_MOST + 1) if known.get(f"amount_{place}")]
        asked = str(self.data.get("rows", ""))
        wanted = int(asked) if asked.isdecimal() and len(asked) <= 2 else INCOMES_AT_FIRST
        more = 2 if "more" in self.data else 0
        return min(max(wanted + more, *filled, INCOMES_AT_FIRST), INCOMES_AT_MOST)

    def _incomes(self) -> tuple[Income, ...]:
        given = self.cleaned_data
        return tuple(
            Income(
                Source(given[f"source_{place}"]),
                given[f"amount_{place}"],
                Period(int(given[f"period_{place}"])),
            )
            for place in range(1, INCOMES_AT_MOST + 1)
            if given.get(f"amount_{place}")
        )

    def _check_row(self, place: int) -> None:
        names = [f"{part}_{place}" for part in ("source", "amount", "period")]
        if any(name in self.errors for name in names):
            return
        if not any(self.cleaned_data.get(name) for name in names):
            return
        words = (_("Choose what it is."), _("Enter an amount."), _("Choose how often it comes."))
        for name, said in zip(names, words, strict=True):
            if not self.cleaned_data.get(name):
                self.add_error(name, said)


class BillsForm(forms.Form):
    """Which bills: all medical and pharmacy bills, or some of those that are open."""

    which = forms.ChoiceField(
        label=gettext_lazy("Which bills do you need help with?"),
        choices=[
            (ALL, gettext_lazy("All our medical and pharmacy bills")),
            (SOME, gettext_lazy("Only these")),
        ],
        widget=forms.RadioSelect,
    )
    bills = forms.MultipleChoiceField(
        label=gettext_lazy("Bills"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, bills: Sequence[Bill], **options: Any) -> None:
        super().__init__(*given, **options)
        self.open_bills = tuple(bill for bill in bills if bill.line in LINES)
        self.fields["bills"].choices = [  # type: ignore[attr-defined]  # a choice field
            (bill.reference, f"{bill.title} – {dollars(bill.open_cents)}")
            for bill in self.open_bills
        ]

    @staticmethod
    def initial_of(facts: Facts, bills: Sequence[Bill]) -> dict[str, object]:
        """Return what was answered before; all, when nothing was."""
        named = [bill.reference for bill in bills if bill.id in facts.bill_ids]
        return {"which": SOME if named else ALL, "bills": named}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("which") == SOME and not given.get("bills") and "bills" not in self.errors:
            self.add_error("bills", _("Choose at least one bill."))
        return given

    def facts(self, before: Facts) -> Facts:
        """Return the facts with these answers."""
        named = self.cleaned_data["bills"] if self.cleaned_data["which"] == SOME else ()
        ids = tuple(bill.id for bill in self.open_bills if bill.reference in named)
        return replace(before, bill_ids=ids)


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several at once."""

    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; what each of them is, the service finds out."""

    widget = ManyFilesInput
    default_error_messages = {"required": gettext_lazy("Choose at least one file.")}

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return files


class DocumentsForm(forms.Form):
    """Files of one kind."""

    proof = forms.ChoiceField(
        label=gettext_lazy("What do they show?"),
        choices=[(one.value, PROOFS[one]) for one in Proof if one is not Proof.FORM],
    )
    documents = ManyFilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "PDF or photos (JPEG, PNG, HEIC), several at once, up to 10 MB each."
        ),
        widget=ManyFilesInput(
            {"accept": ".pdf,.jpg,.jpeg,.png,.heic,application/pdf,image/jpeg,image/png,image/heic"}
        ),
    )

    @property
    def proof_chosen(self) -> Proof:
        return Proof(self.cleaned_data["proof"])

    @property
    def chosen_files(self) -> list[Upload]:
        return list(self.cleaned_data["documents"])
