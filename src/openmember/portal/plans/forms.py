"""What a member chooses for a payment plan."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.billing.plans import services
from openmember.billing.plans.services import Means
from openmember.billing.plans.types import NoOffer, Offer
from openmember.billing.types import Bill
from openmember.ui.formats import dollars
from openmember.ui.forms import DollarsField

OWN, FAMILY = "own", "family"
LAST_DAY = 31
DAYS = (1, 5, 10, 15, 20, 25, LAST_DAY)
TILES = "usa-radio__input usa-radio__input--tile"

WHY_NOT = {
    "too_small": gettext_lazy("This is less than the smallest payment we can take. Enter a larger amount."),
    "too_long": gettext_lazy(
        "With this amount the plan would take longer than we can offer here. Enter a larger amount,"
        " or call us: we look for a way with you."
    ),
    "too_short": gettext_lazy("This pays everything at once. Enter a smaller amount, or pay now."),
    "nothing_left": gettext_lazy(
        "After what your family needs there is nothing left to pay with. You may be able to get"
        " financial help instead: call us, or apply."
    ),
}  # fmt: skip


class TermsForm(forms.Form):
    """Which bills, how much a month, and on which day."""

    bills = forms.MultipleChoiceField(
        label=gettext_lazy("Bills to pay over time"),
        widget=forms.CheckboxSelectMultiple({"class": "usa-checkbox__input usa-checkbox__input--tile"}),
        error_messages={
            "required": gettext_lazy("Choose at least one bill."),
            "invalid_choice": gettext_lazy("One of these bills was paid meanwhile. Please choose again."),
        },
    )  # fmt: skip
    terms = forms.ChoiceField(
        label=gettext_lazy("How much each month?"),
        widget=forms.RadioSelect({"class": TILES}),
        error_messages={
            "required": gettext_lazy("Choose how much to pay each month."),
            "invalid_choice": gettext_lazy("This is not offered for these bills. Please choose again."),
        },
    )  # fmt: skip
    monthly = DollarsField(label=gettext_lazy("Amount each month"), required=False)
    income = DollarsField(
        label=gettext_lazy("What your family has in a month, after taxes"), required=False
    )
    essential = DollarsField(
        label=gettext_lazy("What your family needs in a month"), required=False,
        help_text=gettext_lazy(
            "Rent or mortgage, food, utilities, clothing, medicine, child care, and the like."
        ),
    )  # fmt: skip
    day = forms.TypedChoiceField(
        label=gettext_lazy("Day of the month to pay"), coerce=int,
        error_messages={"invalid_choice": gettext_lazy("Choose one of these days.")},
    )  # fmt: skip

    def __init__(
        self, *given: Any, bills: Sequence[Bill], today: date, state: str, **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.open_bills, self.today = tuple(bills), today
        self.has_family = services.is_affordable_offered(state=state)
        self.offer: Offer | None = None
        self._choices("bills", [(bill.reference, bill.title) for bill in bills])
        self._choices(
            "day", [(day, _("The last day") if day == LAST_DAY else str(day)) for day in DAYS]
        )
        self.offers = services.list_offers(bills=self.chosen, day=self.chosen_day, today=today)
        ways = [(str(one.months), _label(one)) for one in self.offers]
        if self.offers:
            ways.append((OWN, _("Another amount")))
        if self.has_family:
            ways.append((FAMILY, _("None of these: what my family can pay")))
        self._choices("terms", ways)

    @property
    def chosen(self) -> tuple[Bill, ...]:
        """The bills chosen now, or offered first."""
        if self.is_bound:
            named = set(self.data.getlist("bills")) if hasattr(self.data, "getlist") else set()
        else:
            named = set(self.initial.get("bills", ()))
        return tuple(bill for bill in self.open_bills if bill.reference in named)

    @property
    def total_cents(self) -> int:
        return sum(bill.open_cents for bill in self.chosen)

    @property
    def chosen_day(self) -> int:
        typed = self.data.get("day", "") if self.is_bound else str(self.initial.get("day", ""))
        return int(typed) if typed in {str(day) for day in DAYS} else 15

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        # What was typed for a way that was not taken in the end is nobody's mistake.
        needed = {OWN: ("monthly",), FAMILY: ("income", "essential")}.get(
            given.get("terms", ""), ()
        )
        for name in ("monthly", "income", "essential"):
            if name not in needed:
                self.errors.pop(name, None)
            elif given.get(name) is None and name not in self.errors:
                self.add_error(name, _("Enter an amount."))
        if not self.errors:
            self._find_offer(given)
        return given

    def _find_offer(self, given: dict[str, Any]) -> None:
        facts: dict[str, Any] = {"bills": self.chosen, "day": given["day"], "today": self.today}
        try:
            if given["terms"] == OWN:
                self.offer = services.offer_monthly(monthly_cents=given["monthly"], **facts)
            elif given["terms"] == FAMILY:
                means = Means(given["income"], given["essential"])
                self.offer = services.offer_affordable(means=means, **facts)
            else:
                self.offer = next(one for one in self.offers if str(one.months) == given["terms"])
        except NoOffer as none:
            self.add_error(
                "monthly" if given["terms"] == OWN else "essential", str(WHY_NOT[str(none)])
            )

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field


class AgreeForm(forms.Form):
    """Consent to the words above it."""

    agree = forms.BooleanField(
        label=gettext_lazy("I agree to this plan"),
        error_messages={"required": gettext_lazy("Tick the box if you agree to the plan.")},
    )


def _label(offer: Offer) -> str:
    return _("%(amount)s a month for %(months)s months") % {
        "amount": dollars(offer.monthly_cents),
        "months": offer.months,
    }
