"""What changes one person's premium: Medicare terms, a COBRA extension, where an employer's list is billed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.billing.premiums.sponsors import Sponsor
from openmember.billing.premiums.terms import Coverage
from openmember.desk.acts import ReasonForm
from openmember.ui.formats import day
from openmember.ui.forms import DollarsField


class MonthField(forms.DateField):
    """A month, chosen by any of its days; its value is the first of it."""

    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: object) -> date | None:
        given: date | None = super().clean(value)
        return given.replace(day=1) if given else None


class _CoverageForm(ReasonForm):
    """Whose coverage it is about."""

    coverage = forms.ChoiceField(label=gettext_lazy("Whose coverage"))

    def __init__(self, *args: Any, coverages: Sequence[Coverage], **options: Any) -> None:
        super().__init__(*args, **options)
        # An enrolment file may come between the look and the confirmation: a place in the list is nobody's.
        self.coverages = {coverage_identity(one): one for one in coverages}
        choices = [(identity, coverage_words(one)) for identity, one in self.coverages.items()]
        self.fields["coverage"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> Coverage:
        """Return the coverage that was chosen."""
        return self.coverages[self.cleaned_data["coverage"]]


class MedicareForm(_CoverageForm):
    """The late-enrollment penalty a month, and whether Social Security takes the premium."""

    penalty = DollarsField(
        label=gettext_lazy("Late-enrollment penalty a month"), required=False,
        help_text=gettext_lazy("As Medicare says it; empty for none."),
    )  # fmt: skip
    withheld = forms.BooleanField(
        label=gettext_lazy("Social Security takes the premium: nothing is billed"), required=False
    )
    since = MonthField(
        label=gettext_lazy("From the month of"),
        help_text=gettext_lazy("Months billed already are corrected on the next bill."),
    )
    until = MonthField(
        label=gettext_lazy("Up to and with the month of"), required=False,
        help_text=gettext_lazy("Empty when it goes on."),
    )  # fmt: skip
    field_order = ["coverage", "penalty", "withheld", "since", "until", "reason"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["penalty"] = given.get("penalty") or 0
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first month."))
        return given


class CobraForm(_CoverageForm):
    """When COBRA began, whose months 19 to 29 cost more."""

    began_on = forms.DateField(
        label=gettext_lazy("First day of COBRA"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The extension runs from the 19th to the 29th month after it."),
    )
    field_order = ["coverage", "began_on", "reason"]


class ListForm(ReasonForm):
    """Which employer's list is billed here, and since when."""

    sponsor = forms.TypedChoiceField(label=gettext_lazy("Employer"), coerce=int)
    since = MonthField(
        label=gettext_lazy("From the month of"),
        help_text=gettext_lazy("Months before stay where they were billed."),
    )
    field_order = ["sponsor", "since", "reason"]

    def __init__(self, *args: Any, sponsors: Sequence[Sponsor], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("Choose one")), *((one.id, one.name) for one in sponsors)]
        self.fields["sponsor"].choices = choices  # type: ignore[attr-defined]  # a choice field


def coverage_identity(one: Coverage) -> str:
    """Return what names a stretch of coverage, whatever else covers the people of the account."""
    return f"{one.account_number}:{one.member_id}:{one.starts_on}"


def coverage_words(one: Coverage) -> str:
    """Return a stretch of coverage as one line of a choice."""
    return _("%(who)s: %(plan)s, since %(day)s") % {
        "who": one.name,
        "plan": one.plan or one.coverage_type.value,
        "day": day(one.starts_on, "short"),
    }
