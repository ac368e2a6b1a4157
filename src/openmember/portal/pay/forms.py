"""What a member pays, and how anybody does."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.billing.types import Bill
from openmember.payments.choosing import MoreThanOpen, check_amount
from openmember.payments.types import Method
from openmember.payments.words import METHODS
from openmember.ui.formats import dollars
from openmember.ui.forms import DollarsField

ALL, SOME, AMOUNT = "all", "some", "amount"


class WhatToPay(forms.Form):
    """All open bills, some of them, or an amount toward one bill or the oldest ones."""

    what = forms.ChoiceField(
        label=gettext_lazy("What to pay"),
        widget=forms.RadioSelect({"class": "usa-radio__input usa-radio__input--tile"}),
        error_messages={"required": gettext_lazy("Choose what to pay.")},
    )
    bills = forms.MultipleChoiceField(
        label=gettext_lazy("Bills to pay"),
        required=False,
        widget=forms.CheckboxSelectMultiple(
            {"class": "usa-checkbox__input usa-checkbox__input--tile"}
        ),
        error_messages={
            "invalid_choice": gettext_lazy(
                "One of these bills was paid meanwhile. Please choose again."
            )
        },
    )
    amount = DollarsField(label=gettext_lazy("Amount"), required=False)
    toward = forms.ChoiceField(label=gettext_lazy("Use it for"), required=False)

    def __init__(self, *given: Any, bills: Sequence[Bill], **options: Any) -> None:
        super().__init__(*given, **options)
        self.open_bills = tuple(bills)
        # A bill in dispute or in a payment plan asks for nothing whole, though its member may pay it.
        self.due_bills = tuple(bill for bill in bills if bill.is_asked_for)
        self._choices("what", [(what, what) for what in self.ways])
        self._choices("bills", [(bill.reference, bill.title) for bill in bills])
        self._choices("toward", [("", _("My oldest bills first"))] + [
            (bill.reference, f"{bill.title} – {dollars(bill.open_cents)}") for bill in bills
        ])  # fmt: skip

    @property
    def ways(self) -> tuple[str, ...]:
        """What can be chosen: without a bill, only to pay ahead."""
        if not self.open_bills:
            return (AMOUNT,)
        return (ALL, SOME, AMOUNT) if self.due_bills else (SOME, AMOUNT)

    @property
    def due_cents(self) -> int:
        return sum(bill.open_cents for bill in self.due_bills)

    @property
    def chosen(self) -> tuple[Bill, ...]:
        """The bills this would pay, oldest due first; none when the rule decides."""
        what = self._value("what")
        if what == ALL:
            return self.due_bills
        named = (self._value("bills") or []) if what == SOME else [self._value("toward")]
        return tuple(bill for bill in self.open_bills if bill.reference in named)

    @property
    def total_cents(self) -> int:
        """What would be paid; nothing while the choice is not complete."""
        if self._value("what") == AMOUNT:
            return int(self._value("amount") or 0)
        return sum(bill.open_cents for bill in self.chosen)

    @property
    def credit_cents(self) -> int:
        """What would be left when everything that is due is paid."""
        return 0 if self.chosen else max(self.total_cents - self.due_cents, 0)

    def clean(self) -> dict[str, Any]:
        what = self.cleaned_data.get("what", "")
        # What was typed for a way that was not taken in the end is nobody's mistake.
        for name in {SOME: ("amount", "toward"), ALL: ("bills", "amount", "toward")}.get(what, ()):
            self.errors.pop(name, None)
        if what == SOME and not self.cleaned_data.get("bills") and "bills" not in self.errors:
            self.add_error("bills", _("Choose at least one bill."))
        if what == AMOUNT and "amount" not in self.errors:
            self._check_amount()
        return self.cleaned_data

    def _check_amount(self) -> None:
        amount_cents = self.cleaned_data.get("amount")
        if amount_cents is None:
            self.add_error("amount", _("Enter an amount."))
            return
        try:
            check_amount(amount_cents=amount_cents, bills=self.chosen)
        except MoreThanOpen as more:
            self.add_error(
                "amount",
                _(
                    "This bill has %(open)s left to pay. Enter that or less, or choose your oldest bills."
                )
                % {"open": dollars(more.open_cents)},
            )

    def _value(self, name: str) -> Any:
        """Return what is chosen now: as typed when it is right, as offered before anything was typed."""
        if not self.is_bound:
            return self.initial.get(name)
        return None if self.errors.get(name) else self.cleaned_data.get(name)

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field


class HowToPay(forms.Form):
    """The gateway's methods."""

    method = forms.ChoiceField(
        label=gettext_lazy("How would you like to pay?"),
        choices=[(method.value, METHODS[method]) for method in (Method.CARD, Method.ACH)],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a card or a bank account.")},
    )
