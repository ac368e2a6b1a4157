"""What the desk is asked when it does something with the file of a dispute."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.desk.bills.forms import DayInput
from openmember.desk.cases.forms import line, text
from openmember.grievances.file import Exhibit
from openmember.grievances.handoffs.reviewers import Reviewer
from openmember.grievances.handoffs.types import Way
from openmember.grievances.handoffs.words import WAYS, WITHHELD
from openmember.grievances.words import LEVELS


class CopyForm(forms.Form):
    """How the member wants their copy."""

    on_paper = forms.BooleanField(
        label=gettext_lazy("Also on paper, by mail"), required=False,
        help_text=gettext_lazy("It costs the member nothing. The copy is in the portal in any case."),
    )  # fmt: skip


class WithholdForm(forms.Form):
    """Which document the member is not given, and why."""

    document = forms.TypedChoiceField(label=gettext_lazy("Document"), coerce=int)
    code = forms.ChoiceField(
        label=gettext_lazy("Reason the member reads"),
        choices=[("", gettext_lazy("Choose one")), *WITHHELD.items()],
    )
    why = line(gettext_lazy("Why, for us: who says so and where it stands"), length=500)

    def __init__(self, *given: Any, exhibits: Sequence[Exhibit], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["document"].choices = document_choices(exhibits)  # type: ignore[attr-defined]  # a choice field


class GiveForm(forms.Form):
    """Which withheld document the member is given after all."""

    document = forms.TypedChoiceField(label=gettext_lazy("Document"), coerce=int)
    why = line(gettext_lazy("Why"), length=500)

    def __init__(self, *given: Any, exhibits: Sequence[Exhibit], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["document"].choices = document_choices(exhibits)  # type: ignore[attr-defined]  # a choice field


class ShareForm(forms.Form):
    """What the member reads about what is new, and until when they may answer."""

    message = text(
        gettext_lazy("What is new, and why it matters, in the member’s language"), rows=4
    )
    answer_on = forms.DateField(label=gettext_lazy("Last day for their answer"), widget=DayInput())

    def __init__(self, *given: Any, usual: date, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["answer_on"].initial = usual


class TheirsForm(forms.Form):
    """Which document came from the member or who helps them."""

    document = forms.TypedChoiceField(label=gettext_lazy("Document"), coerce=int)
    why = line(gettext_lazy("From whom it came, and how"), length=500)

    def __init__(self, *given: Any, documents: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["document"].choices = list(documents)  # type: ignore[attr-defined]  # a choice field


class AnsweredForm(forms.Form):
    """How the member answered."""

    how = line(gettext_lazy("How they answered, and what they said"), length=300)


class _MomentForm(forms.Form):
    """A day and an hour where the dispute is counted, not later than now."""

    on = forms.DateField(label=gettext_lazy("On"), widget=DayInput())
    hour = forms.TimeField(
        label=gettext_lazy("At"), widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )

    def __init__(self, *given: Any, now: datetime, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*given, **options)
        local = now.astimezone(zone)
        self.fields["on"].initial, self.fields["hour"].initial = local.date(), local.time()
        self.now, self.zone = now, zone

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        if given.get("on") and given.get("hour"):
            moment = datetime.combine(given["on"], given["hour"], self.zone)
            # The field holds minutes: this very minute is now.
            given["moment"] = self.now if 0 < (self.now - moment).total_seconds() < 60 else moment
        return given


class SendForm(_MomentForm):
    """To whom the file went, how, and what shows it."""

    reviewer = forms.ChoiceField(label=gettext_lazy("Organization"))
    reviewer_name = line(
        gettext_lazy("Its name, where it is another or has none above"), required=False, length=160
    )
    way = forms.TypedChoiceField(
        label=gettext_lazy("How it went"), coerce=Way,
        choices=[(one.value, words) for one, words in WAYS.items()],
    )  # fmt: skip
    sent_to = line(gettext_lazy("Where to: address, fax number or portal"), length=300)
    proof = line(gettext_lazy("What shows it, such as a receipt and its number"), length=300)
    again_why = line(gettext_lazy("Why it is sent again"), required=False, length=500)

    def __init__(
        self, *given: Any, reviewers: Sequence[Reviewer], is_again: bool, **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.fields["reviewer"].choices = [(one.code, reviewer_words(one)) for one in reviewers]  # type: ignore[attr-defined]  # a choice field
        self.fields["sent_to"].initial = reviewers[0].address if reviewers else ""
        self.order_fields(
            ["reviewer", "reviewer_name", "way", "sent_to", "on", "hour", "proof", "again_why"]
        )
        if not is_again:
            del self.fields["again_why"]
        self.reviewers = reviewers

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        chosen = next((one for one in self.reviewers if one.code == given.get("reviewer")), None)
        named = str(given.get("reviewer_name", "")).strip()
        if chosen is not None and not (named or chosen.name):
            self.add_error("reviewer_name", _("Name the organization that was assigned."))
        given["named"] = named or (chosen.name if chosen else "")
        return given


class _SaidForm(_MomentForm):
    """What a reviewer said of a file that was sent."""

    handoff = forms.TypedChoiceField(label=gettext_lazy("Sent"), coerce=int)
    by_whom = line(gettext_lazy("Who said so there"), length=160)

    def __init__(self, *given: Any, handoffs: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["handoff"].choices = list(handoffs)  # type: ignore[attr-defined]  # a choice field


class AcknowledgedForm(_SaidForm):
    """When a reviewer had the file, and under which reference."""

    reference = forms.CharField(
        label=gettext_lazy("Their reference"), max_length=80, required=False
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.order_fields(["handoff", "on", "hour", "by_whom", "reference"])


class ReturnedForm(_SaidForm):
    """Why a reviewer did not take the file."""

    why = line(gettext_lazy("Why they sent it back"), length=500)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.order_fields(["handoff", "on", "hour", "by_whom", "why"])


def reviewer_words(one: Reviewer) -> str:
    """Return an organization as it is chosen; one nobody named by its level."""
    return one.name or str(LEVELS[one.level])


def document_choices(exhibits: Sequence[Exhibit]) -> list[tuple[int, str]]:
    return [(one.document.id, f"{one.number}. {one.document.name}") for one in exhibits]
