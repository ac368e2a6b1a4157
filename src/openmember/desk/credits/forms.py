"""What the desk asks before credit goes back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from openmember.desk.acts import ReasonForm
from openmember.ui.forms import DollarsField


class RefundCreditForm(ReasonForm):
    """How much goes back: at most what can."""

    amount = DollarsField(label=gettext_lazy("Amount"))
    field_order = ("amount", "reason")

    def __init__(self, *given: Any, ready_cents: int, **options: Any) -> None:
        super().__init__(*given, **options)
        amount: Any = self.fields["amount"]
        amount.most_cents = ready_cents
        amount.initial = ready_cents or None


class DecisionForm(ReasonForm):
    """Yes or no, and why."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=(("approve", gettext_lazy("Approve")), ("refuse", gettext_lazy("Refuse"))),
        widget=forms.RadioSelect,
    )
    field_order = ("answer", "reason")


class StopCheckForm(ReasonForm):
    """Why a check is stopped."""
