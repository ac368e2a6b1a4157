"""What is typed at a counter."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.billing.types import Bill
from openmember.desk.acts import ActForm, ReasonForm
from openmember.payments.drawers import rules
from openmember.payments.drawers.types import Copay
from openmember.payments.types import Method
from openmember.ui.formats import dollars
from openmember.ui.forms import DollarsField, DollarsInput

# The value of a field in which the sign for the rest was typed.
IS_REST = -1
TENDERS = {"cash": Method.CASH, "check": Method.CHECK, "card": Method.CARD}
KINDS = [("dispensing", gettext_lazy("Prescription")), ("visit", gettext_lazy("Visit"))]
TROUBLES = {
    rules.Trouble.NOTHING: gettext_lazy("There is nothing to pay."),
    rules.Trouble.TOO_LITTLE: gettext_lazy("This is less than the amount to pay."),
    rules.Trouble.NO_CHANGE: gettext_lazy(
        "Change is given on cash only: a card or a check pays no more than the amount."
    ),
    rules.Trouble.CHECK_NUMBER: gettext_lazy("Enter the number printed on the check."),
    rules.Trouble.NO_REST: gettext_lazy("The others pay it all already."),
}


class TenderField(DollarsField):
    """An amount handed over, or the sign that stands for the rest."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=DollarsInput({"inputmode": "text"}), **options)

    def to_python(self, value: object) -> int | None:
        return IS_REST if str(value).strip() == rules.REST else super().to_python(value)


class OpenDrawerForm(ActForm):
    """Which drawer, and what is in it before anybody pays."""

    drawer = forms.ChoiceField(label=gettext_lazy("Drawer"))
    float = DollarsField(label=gettext_lazy("Float in it"))

    def __init__(self, *args: Any, free: list[str], float_cents: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["float"].initial = float_cents
        self.fields["drawer"].choices = [(name, name) for name in free]  # type: ignore[attr-defined]  # a choice field


class PayForm(ActForm):
    """What somebody hands over, and what for. `parts` are its payments once it is valid."""

    cash = TenderField(label=gettext_lazy("Cash received"))
    check = TenderField(label=gettext_lazy("Check"))
    check_number = forms.CharField(
        label=gettext_lazy("Check number"), max_length=20, required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    card = TenderField(label=gettext_lazy("Card, at the terminal"))
    amount = DollarsField(label=gettext_lazy("Pay less or more than is due"), required=False)
    bills = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS, required=False)
    number = forms.CharField(
        label=gettext_lazy("Its number"), max_length=38, required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    copay = DollarsField(label=gettext_lazy("Copay"), required=False)
    paper = forms.IntegerField(
        label=gettext_lazy("Paper receipt number"), min_value=1, max_value=10**12, required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    paper_on = forms.DateField(
        label=gettext_lazy("Day on the paper receipt"), required=False,
        widget=forms.DateInput({"type": "date"}),
    )  # fmt: skip
    is_other = forms.BooleanField(
        label=gettext_lazy("Somebody not on the account pays"), required=False
    )

    def __init__(
        self,
        *args: Any,
        bills: tuple[Bill, ...],
        due_cents: int,
        has_terminal: bool,
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.open_bills, self.due_cents, self.today = bills, due_cents, today
        self.parts: tuple[Any, ...] = ()
        choices = [(bill.id, bill.title) for bill in bills]
        self.fields["bills"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if not has_terminal:
            del self.fields["card"]
        self.fields["cash"].widget.attrs["autofocus"] = True

    def clean_paper_on(self) -> date:
        """Money taken on paper counts for the day it was taken."""
        day = self.cleaned_data["paper_on"]
        if self.cleaned_data.get("paper") is None:
            return self.today
        if day is None:
            raise ValidationError(_("Enter the day that is written on the paper receipt."))
        if day > self.today:
            raise ValidationError(_("The paper receipt cannot be from a day to come."))
        return cast(date, day)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        if given["copay"] and not given["number"]:
            self.add_error("number", _("Enter the number of the prescription or the visit."))
            return given
        handed = {name: given.get(name) or 0 for name in TENDERS}
        if not any(handed.values()):
            raise ValidationError(
                _("Enter what is handed over; = stands for exactly what is missing.")
            )
        rest = [TENDERS[name] for name, cents in handed.items() if cents == IS_REST]
        if len(rest) > 1:
            raise ValidationError(_("Only one of them can be the rest."))
        try:
            self.parts = rules.split(
                given["amount"] or self.payable_cents(),
                check_number=given["check_number"],
                rest=rest[0] if rest else None,
                **{f"{name}_cents": max(cents, 0) for name, cents in handed.items()},
            )
        except rules.BadTender as bad:
            raise ValidationError(TROUBLES[bad.trouble]) from bad
        return given

    def payable_cents(self) -> int:
        """Return what is due of the bills chosen, or of all, with the copay."""
        chosen = self.cleaned_data.get("bills") or []
        copay = self.cleaned_data.get("copay") or 0
        if chosen or copay:
            return copay + sum(bill.open_cents for bill in self.open_bills if bill.id in chosen)
        return self.due_cents

    def charged(self) -> Copay | None:
        """Return the copay to charge before it is paid."""
        given = self.cleaned_data
        if not given["copay"]:
            return None
        kind = given["kind"] or KINDS[0][0]
        words = "Prescription" if kind == "dispensing" else "Visit"
        return Copay(kind, given["number"], f"{words} copay", given["copay"])


class CountForm(ActForm):
    """How many of each piece, and what the checks come to."""

    checks = DollarsField(label=gettext_lazy("Checks, together"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for cents in rules.PIECES:
            self.fields[f"piece_{cents}"] = forms.IntegerField(
                label=dollars(cents), min_value=0, max_value=rules.MOST_OF_A_PIECE, required=False,
                widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
            )  # fmt: skip
        self.order_fields([f"piece_{cents}" for cents in rules.PIECES])
        self.fields[f"piece_{rules.PIECES[0]}"].widget.attrs["autofocus"] = True

    def pieces(self) -> dict[int, int]:
        """Return how many of each piece there are."""
        return {cents: self.cleaned_data[f"piece_{cents}"] or 0 for cents in rules.PIECES}

    def cash_cents(self) -> int:
        return rules.counted_cents(self.pieces())


class VoidForm(ReasonForm):
    """Why a payment should not count."""


class PaperForm(ActForm):
    """A range of numbered receipts."""

    first = forms.IntegerField(label=gettext_lazy("First number"), min_value=1, max_value=10**12)
    last = forms.IntegerField(label=gettext_lazy("Last number"), min_value=1, max_value=10**12)


class SpoilForm(ReasonForm):
    """A numbered receipt nothing was taken on."""

    number = forms.IntegerField(
        label=gettext_lazy("Paper receipt number"), min_value=1, max_value=10**12
    )
    field_order = ["number", "reason"]
