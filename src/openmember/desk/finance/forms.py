"""The forms by which differences are worked and months closed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openmember.desk.acts import ActForm, ReasonForm
from openmember.desk.finance import words
from openmember.ledger.types import Code
from openmember.payments.reconciliation.types import Entry
from openmember.safety.forms import FreeText, FreeTextarea
from openmember.ui.formats import day, dollars


class MatchForm(ReasonForm):
    """Which entries are the same money as the one that is open."""

    entries = forms.TypedMultipleChoiceField(
        label=_("The other side"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    difference = forms.ChoiceField(
        label=_("If they differ"),
        widget=forms.RadioSelect,
        initial="",
        required=False,
        choices=[
            ("", _("They must not differ")),
            (str(int(Code.PROCESSOR_FEES)), _("Post the difference to bank and processor fees")),
            (str(int(Code.CASH_OVER_SHORT)), _("Post the difference to cash over and short")),
        ],
    )
    field_order = ["entries", "difference", "reason"]

    def __init__(self, *args: Any, candidates: tuple[Entry, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(one.id, entry_words(one)) for one in candidates]
        self.fields["entries"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if not choices:
            self.fields["entries"].widget = forms.MultipleHiddenInput()

    @property
    def code(self) -> Code | None:
        """The code a difference is posted to, or None."""
        chosen = self.cleaned_data["difference"]
        return Code(int(chosen)) if chosen else None


class TimingForm(ReasonForm):
    """Why the other side is still to come."""


class CloseForm(ActForm):
    """Why a month is closed though something is missing; asked only then."""

    reason = FreeText(
        label=_("Why it is closed with this missing"),
        max_length=400,
        widget=FreeTextarea({"rows": 3}),
    )

    def __init__(self, *args: Any, is_complete: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_complete:
            del self.fields["reason"]


def entry_words(entry: Entry) -> str:
    """Return an entry as one line of a choice."""
    named = " ".join(part for part in (entry.reference, entry.text) if part)[:80]
    return f"{dollars(entry.amount_cents)}, {words.SIDES[entry.side]}, {day(entry.day, 'short')}, {named}"
