"""The forms that move, undo and give back money."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.billing.types import Bill
from openmember.desk.acts import ActForm, ReasonForm
from openmember.desk.payments.chosen import came_from_joined_account
from openmember.payments.types import Payment, Status
from openmember.ui.formats import day, dollars
from openmember.ui.forms import DollarsField

AS_CREDIT = "credit"


class MoveForm(ReasonForm):
    """What a payment settled of one bill, moved to another bill or made credit."""

    from_bill = forms.TypedChoiceField(label=gettext_lazy("Take from"), coerce=int)
    to_bill = forms.ChoiceField(label=gettext_lazy("Put on"))
    amount = DollarsField(label=gettext_lazy("Amount"))
    field_order = ["from_bill", "to_bill", "amount", "reason"]

    def __init__(
        self, *args: Any, payment: Payment, bills: tuple[Bill, ...], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.settled = {one.bill_id: one.amount_cents for one in payment.allocations}
        self.open = {str(bill.id): bill.open_cents for bill in bills}
        _choices(
            self, "from_bill",
            [(one.bill_id, f"{one.bill_title}, {dollars(one.amount_cents)}") for one in payment.allocations],
        )  # fmt: skip
        choose = ("", _("Choose one"))
        kept = (AS_CREDIT, _("No bill: keep it as credit"))
        _choices(self, "to_bill", [choose, *((bill.id, bill_words(bill)) for bill in bills), kept])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        source, target, cents = (given.get(name) for name in ("from_bill", "to_bill", "amount"))
        if source is not None and str(source) == target:
            self.add_error("to_bill", _("Choose another bill than the one it is taken from."))
        elif source is not None and cents is not None:
            most = min(self.settled[source], self.open.get(target or "", cents))
            if cents > most:
                self.add_error("amount", _("Enter %(amount)s or less.") % {"amount": dollars(most)})
        return given


class ApplyForm(ActForm):
    """Credit of a payment, put on bills."""

    amount = DollarsField(label=gettext_lazy("Amount"))
    bills = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Bills to pay"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None chosen: the oldest due first."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, payment: Payment, bills: tuple[Bill, ...], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.open = {bill.id: bill.open_cents for bill in bills}
        _choices(self, "bills", [(bill.id, bill_words(bill)) for bill in bills])
        amount = self.fields["amount"]
        amount.most_cents = payment.unapplied_cents  # type: ignore[attr-defined]  # a DollarsField
        amount.initial = min(payment.unapplied_cents, sum(self.open.values()))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        chosen = sum(self.open[bill] for bill in given.get("bills") or self.open)
        if (given.get("amount") or 0) > chosen:
            raise ValidationError(
                _("These bills have only %(amount)s open.") % {"amount": dollars(chosen)}
            )
        return given


class GivingBackForm(ReasonForm):
    """An act against money that somebody paid, and why."""

    def __init__(self, *args: Any, payment: Payment, **options: Any) -> None:
        super().__init__(*args, **options)
        self.payment = payment

    def clean(self) -> dict[str, Any]:
        if came_from_joined_account(self.payment):
            raise ValidationError(
                _("This money came from a joined account. Undo the payment it came from.")
            )
        return super().clean() or self.cleaned_data


class UndoForm(GivingBackForm):
    """What became of a payment that does not count any more."""

    to = forms.TypedChoiceField(
        label=gettext_lazy("What happened"), coerce=Status, widget=forms.RadioSelect
    )
    field_order = ["to", "reason"]

    def __init__(self, *args: Any, payment: Payment, **options: Any) -> None:
        super().__init__(*args, payment=payment, **options)
        choices = [
            (Status.RETURNED.value, _("The bank returned it unpaid")),
            (Status.CHARGED_BACK.value, _("The payer disputed it, and the bank took it back")),
        ]
        if payment.gateway:
            self.fields["to"].error_messages["invalid_choice"] = _(
                "A payment by card or bank account is not voided. Refund it instead."
            )
        elif payment.status is Status.ACCEPTED and payment.left_cents == payment.amount_cents:
            choices.insert(0, (Status.VOIDED.value, _("It was a mistake: void it")))
        _choices(self, "to", choices)


class RefundForm(GivingBackForm):
    """How much goes back, and why."""

    amount = DollarsField(label=gettext_lazy("Amount"))
    field_order = ["amount", "reason"]

    def __init__(self, *args: Any, payment: Payment, **options: Any) -> None:
        super().__init__(*args, payment=payment, **options)
        left = payment.left_cents
        amount = self.fields["amount"]
        amount.most_cents = amount.initial = left  # type: ignore[attr-defined]  # a DollarsField


class PaidOutForm(ReasonForm):
    """How the office paid a refund out."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = _("How it was paid out")
        self.fields["reason"].help_text = _("For example, the number of the check.")


def bill_words(bill: Bill) -> str:
    """Return a bill as one line of a choice."""
    return _("%(title)s, due %(day)s, %(amount)s open") % {
        "title": bill.title,
        "day": day(bill.due_on, "short"),
        "amount": dollars(bill.open_cents),
    }


def _choices(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # always a choice field
