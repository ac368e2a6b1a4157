"""What the desk is asked when it does something with a dispute."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.desk.bills.forms import DayInput
from openmember.desk.cases.forms import LINE, line, text
from openmember.grievances.reasons import Reason, list_reasons
from openmember.grievances.tolling import Asking
from openmember.grievances.types import Care, Level, Matter, Outcome, Step, Tolls
from openmember.grievances.words import CARES, LEVELS, MATTERS, OUTCOMES, STEPS
from openmember.members.types import StaffMember
from openmember.ui.forms import DollarsField

# What can be decided, and about what: grievances are answered, decisions stand or do not.
OF_GRIEVANCES = (Outcome.ANSWERED,)
OF_DECISIONS = (Outcome.UPHELD, Outcome.OVERTURNED, Outcome.PARTLY)
ANSWERED = {Matter.GRIEVANCE, Matter.ACCESS}


class WhyForm(forms.Form):
    """A reason, kept with what is done."""

    why = line(gettext_lazy("Why"), length=500)


class VacateForm(WhyForm):
    """Why a dismissal is taken back; where its time is over by then, what that does and whether for certain."""

    sure = forms.BooleanField(label=gettext_lazy("I know; take it back all the same"))

    def __init__(self, *given: Any, warning: str, **options: Any) -> None:
        super().__init__(*given, **options)
        self.warning = warning
        if not warning:
            del self.fields["sure"]


class AskForm(forms.Form):
    """What is asked for while the clock stands still, and until when."""

    why = line(gettext_lazy("What the member or the provider is asked for"), length=500)
    until = forms.DateField(label=gettext_lazy("Last day for the answer"), widget=DayInput())

    def __init__(self, *given: Any, ask: Asking, **options: Any) -> None:
        super().__init__(*given, **options)
        if ask.ground is Tolls.EVIDENCE:
            self.fields["why"].label = _("Which new evidence they must be able to answer first")
        self.fields["until"].initial = ask.until
        self.fields["until"].help_text = _("The law gives them until %(day)s at least.") % {
            "day": date_format(ask.until)
        }


class ResumeForm(forms.Form):
    """When the answer came."""

    came_on = forms.DateField(label=gettext_lazy("Day the answer came"), widget=DayInput())
    came_hour = forms.TimeField(
        label=gettext_lazy("Hour, where hours are counted"), required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )  # fmt: skip

    def __init__(self, *given: Any, now: datetime, today: date, **options: Any) -> None:
        super().__init__(*given, **options)
        self.now, self.today = now, today
        self.fields["came_on"].initial = today

    def clean_came_on(self) -> date:
        day: date = self.cleaned_data["came_on"]
        if day > self.today:
            raise ValidationError(_("Choose today or an earlier day."))
        return day

    def came_at(self, zone: ZoneInfo) -> datetime:
        """Return the moment; without an hour the first of that day, since we may not gain by it."""
        hour = self.cleaned_data["came_hour"] or time()
        return min(datetime.combine(self.cleaned_data["came_on"], hour, zone), self.now)


class StatementForm(ResumeForm):
    """When the prescriber's supporting statement came."""

    came_on = forms.DateField(label=gettext_lazy("Day the statement came"), widget=DayInput())


class RelabelForm(forms.Form):
    """What it really is."""

    matter = forms.ChoiceField(
        label=gettext_lazy("It is"), choices=[(one.value, words) for one, words in MATTERS.items()]
    )
    care = forms.ChoiceField(
        label=gettext_lazy("About"), choices=[(one.value, words) for one, words in CARES.items()]
    )
    why = line(gettext_lazy("Why"), length=500)

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        if given.get("matter") == Matter.APPEAL and given.get("care") == Care.SERVICE:
            raise ValidationError(_("An appeal is about care: say which."))
        return given


class ExpediteForm(forms.Form):
    """Why it cannot wait."""

    by_clinician = forms.BooleanField(
        label=gettext_lazy("The treating clinician asks for it: it is granted at once"),
        required=False,
    )
    why = line(gettext_lazy("What makes it urgent"), length=500)

    def __init__(self, *given: Any, may_decide: bool, **options: Any) -> None:
        super().__init__(*given, **options)
        self.may_decide = may_decide

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        if not given.get("by_clinician") and not self.may_decide:
            raise ValidationError(
                _("Without a clinician’s request, a nurse, pharmacist or supervisor decides this.")
            )
        return given


class ExtendForm(forms.Form):
    """How much longer, and why."""

    days = forms.IntegerField(label=gettext_lazy("Days more"), min_value=1, max_value=60)
    why = line(gettext_lazy("Why it is in the member’s interest; they read it"), length=500)


class StepForm(forms.Form):
    """Which step was taken."""

    step = forms.TypedChoiceField(label=gettext_lazy("What was done"), coerce=Step)

    def __init__(self, *given: Any, steps: Sequence[Step], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["step"].choices = [(one.value, STEPS[one]) for one in steps]  # type: ignore[attr-defined]  # a choice field


class DecideForm(forms.Form):
    """What is decided, why, and from which day the letter is."""

    outcome = forms.TypedChoiceField(label=gettext_lazy("Outcome"), coerce=Outcome)
    code = forms.ChoiceField(label=gettext_lazy("Reason"))
    criteria = line(
        gettext_lazy("Criteria it was measured by: the policy, guideline or contract, and its part"),
        required=False, length=500,
    )  # fmt: skip
    reason = text(gettext_lazy("In plain words, as the member reads it"), rows=4)
    notice_on = forms.DateField(label=gettext_lazy("Date of the letter"), widget=DayInput())

    def __init__(
        self, *given: Any, outcomes: Sequence[Outcome], earliest: date | None, lacks_opinion: bool,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **options)
        self.fields["outcome"].choices = [(one.value, OUTCOMES[one]) for one in outcomes]  # type: ignore[attr-defined]  # a choice field
        self.fields["code"].choices = reasons_for(outcomes)  # type: ignore[attr-defined]  # a choice field
        if lacks_opinion:
            # 29 CFR 2560.503-1(h)(3)(iii); 42 CFR 422.590(h)(2).
            self.fields["code"].help_text = _(
                "No clinician gave an opinion yet. Where the reason is a medical one, the law asks for one"
                " before it is decided against the member."
            )
        self.fields["notice_on"].initial = earliest
        self.earliest = earliest

    def clean_notice_on(self) -> date:
        day: date = self.cleaned_data["notice_on"]
        if self.earliest and day < self.earliest:
            raise ValidationError(_("A letter is not dated before the decision."))
        return day


class DeliveredForm(forms.Form):
    """When a letter reached the member, and what shows it."""

    on = forms.DateField(label=gettext_lazy("It arrived on"), widget=DayInput())
    how = line(gettext_lazy("What shows it, such as a receipt and its number"), length=200)

    def __init__(self, *given: Any, today: date, **options: Any) -> None:
        super().__init__(*given, **options)
        self.today = today

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise ValidationError(_("Choose today or an earlier day."))
        return day


class EscalateForm(forms.Form):
    """Who has it now."""

    level = forms.TypedChoiceField(label=gettext_lazy("Who received it"), coerce=Level)
    together_cents = DollarsField(
        label=gettext_lazy("Amount at stake, where several claims count together"), required=False
    )

    def __init__(self, *given: Any, levels: Sequence[Level], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["level"].choices = [(one.value, LEVELS[one]) for one in levels]  # type: ignore[attr-defined]  # a choice field
        if not {Level.ALJ, Level.COURT} & set(levels):
            del self.fields["together_cents"]


class CarryOutForm(forms.Form):
    """What was done for the member, and by what it is known."""

    what = line(gettext_lazy("What was done; the member reads it"), length=500)
    kind = forms.ChoiceField(
        label=gettext_lazy("By"),
        choices=[
            ("", gettext_lazy("Nothing with a reference")),
            ("bill", gettext_lazy("A bill that was corrected")),
            ("payment", gettext_lazy("A payment that was given back")),
            ("claim", gettext_lazy("A claim that was decided anew")),
            ("authorization", gettext_lazy("An authorization or exception")),
        ],
        required=False,
    )
    reference = forms.CharField(
        label=gettext_lazy("Its reference"), max_length=40, required=False,
        widget=forms.TextInput(LINE),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        if bool(given.get("kind")) != bool(given.get("reference")):
            raise ValidationError(_("Give both what it was done by and its reference, or neither."))
        return given


class DismissForm(forms.Form):
    """Why it is not decided."""

    code = forms.ChoiceField(label=gettext_lazy("Reason"))
    reason = text(gettext_lazy("In plain words, as the member reads it"), rows=3)
    notice_on = forms.DateField(label=gettext_lazy("Date of the letter"), widget=DayInput())

    def __init__(self, *given: Any, today: date, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["code"].choices = reasons_for([Outcome.DISMISSED])  # type: ignore[attr-defined]  # a choice field
        self.fields["notice_on"].initial = today


class AssignForm(forms.Form):
    """Whose it becomes."""

    person = forms.TypedChoiceField(label=gettext_lazy("Give it to"), coerce=int)

    def __init__(self, *given: Any, people: Sequence[StaffMember], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["person"].choices = named(people)  # type: ignore[attr-defined]  # a choice field


class ReviewerForm(forms.Form):
    """Which clinician is asked."""

    person = forms.TypedChoiceField(label=gettext_lazy("Clinician"), coerce=int)
    specialty = line(gettext_lazy("Of which specialty"), length=80)

    def __init__(self, *given: Any, people: Sequence[StaffMember], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["person"].choices = named(people)  # type: ignore[attr-defined]  # a choice field


class OpinionForm(forms.Form):
    """What the clinician finds."""

    opinion = text(gettext_lazy("Your opinion, and what it rests on"), rows=6)


def reasons_for(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    """Return the reasons one can give for any of these outcomes."""
    return [(one.code, _title(one)) for one in list_reasons() if one.outcomes & set(outcomes)]


def named(people: Sequence[StaffMember]) -> list[tuple[int, str]]:
    return [(one.id, f"{one.first_name}, {one.location or '–'}") for one in people]


def _title(one: Reason) -> str:
    return f"{one.title} ({one.code})"
