"""What a representative types for a payment plan."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.billing.plans import services
from openmember.billing.plans.services import Means
from openmember.billing.plans.types import AgreedBy, NoOffer, Offer
from openmember.billing.types import Bill
from openmember.desk.acts import ActForm
from openmember.members.types import Actor, Scope
from openmember.safety.forms import FreeText, FreeTextInput
from openmember.ui.formats import dollars
from openmember.ui.forms import DollarsField

CHANNELS = (
    (AgreedBy.PHONE.value, gettext_lazy("On the phone")),
    (AgreedBy.IN_PERSON.value, gettext_lazy("In person")),
    (AgreedBy.PAPER.value, gettext_lazy("On paper, signed")),
)
WHY_NOT = {
    "too_small": gettext_lazy("Less than the policy’s smallest payment. Give a reason to go below it."),
    "too_long": gettext_lazy("Longer than the policy allows. Give a reason to go beyond the policy."),
    "too_short": gettext_lazy("This pays everything at once: take a payment instead."),
    "nothing_left": gettext_lazy("Nothing is left after essentials: offer financial assistance."),
}  # fmt: skip


class PlanForm(ActForm):
    """Bills, terms, and how they were agreed to. Beyond the policy, a reason."""

    bills = forms.MultipleChoiceField(
        label=gettext_lazy("Bills"), widget=forms.CheckboxSelectMultiple, required=False
    )
    monthly = DollarsField(label=gettext_lazy("Amount each month"), required=False)
    day = forms.IntegerField(
        label=gettext_lazy("Day of the month"), min_value=1, max_value=31, initial=15,
        help_text=gettext_lazy("31 means the last day."),
    )  # fmt: skip
    income = DollarsField(label=gettext_lazy("Family income a month, after taxes"), required=False)
    essential = DollarsField(label=gettext_lazy("Essential expenses a month"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Agreed"), choices=CHANNELS)
    exception = FreeText(
        label=gettext_lazy("Reason to go beyond the policy"), max_length=200, required=False,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(
        self, *given: Any, bills: Sequence[Bill], kept: Sequence[Bill] = (), today: date,
        state: str, actor: Actor, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **options)
        self.open_bills, self.kept, self.today, self.actor = tuple(bills), tuple(kept), today, actor
        self.offer: Offer | None = None
        choices: Any = self.fields["bills"]
        choices.choices = [
            (bill.reference, f"{bill.title}, {dollars(bill.open_cents)}") for bill in bills
        ]
        if not services.is_affordable_offered(state=state):
            del self.fields["income"], self.fields["essential"]
        if not actor.may(Scope.RAISE_BILL):
            del self.fields["exception"]

    @property
    def chosen(self) -> tuple[Bill, ...]:
        """The bills that were ticked, after those the plan keeps anyway."""
        named = set(self.cleaned_data.get("bills", ()))
        return (*self.kept, *(bill for bill in self.open_bills if bill.reference in named))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not self.chosen:
            self.add_error("bills", _("Choose at least one bill."))
        if not self.errors:
            self._find_offer(given)
        return given

    def _find_offer(self, given: dict[str, Any]) -> None:
        facts: dict[str, Any] = {"bills": self.chosen, "day": given["day"], "today": self.today}
        income, essential = given.get("income"), given.get("essential")
        try:
            if income is not None and essential is not None:
                means = Means(income, essential)
                self.offer = services.offer_affordable(means=means, **facts)
            elif given.get("monthly") is None:
                self.add_error("monthly", _("Enter an amount."))
            elif given.get("exception"):
                self.offer = services.offer_exception(
                    monthly_cents=given["monthly"], reason=given["exception"], **facts
                )
            else:
                self.offer = services.offer_monthly(monthly_cents=given["monthly"], **facts)
        except NoOffer as none:
            self.add_error("monthly", str(WHY_NOT[str(none)]))
