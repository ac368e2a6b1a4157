"""What filing a dispute asks, one thing a page; and why somebody takes one back."""

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.claims.types import Claimed
from openmember.documents.types import Upload
from openmember.grievances.amounts import AtStake
from openmember.grievances.answers import Answers, coverage_key
from openmember.grievances.choosing import Covered
from openmember.grievances.types import Matter
from openmember.portal.cases.forms import files_field
from openmember.portal.disputes.words import PLAIN, claim_words, coverage_words
from openmember.safety.forms import FreeText, FreeTextarea, FreeTextInput
from openmember.ui.forms import DollarsField

CHOOSE_ONE = gettext_lazy("Choose one.")
OTHER = "other"


def _radio(label: Any, choices: list[tuple[str, Any]], **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_ONE}, **options,
    )  # fmt: skip


def _day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date"}),
        error_messages={
            "required": gettext_lazy("Enter a date."),
            "invalid": gettext_lazy("Enter a date."),
        },
        **options,
    )


def _line(label: Any, *, required: bool = False, **options: Any) -> FreeText:
    return FreeText(
        label=label, required=required, max_length=300, widget=FreeTextInput(),
        error_messages={"required": gettext_lazy("Fill this in.")}, **options,
    )  # fmt: skip


class StepForm(forms.Form):
    """One page of filing: it begins with what was answered, and gives the answers with its own."""

    # The fields that are answers as they stand.
    kept: tuple[str, ...] = ()

    def __init__(self, *given: Any, before: Answers, today: date, **options: Any) -> None:
        options["initial"] = {one: getattr(before, one) or None for one in self.kept}
        super().__init__(*given, **options)
        self.before, self.today = before, today

    def answers(self) -> Answers:
        """Return all answers with those of this page, right or wrong ones."""
        return replace(self.before, **{one: self._said(one) for one in self.kept})

    @property
    def chosen_files(self) -> list[Upload]:
        return []

    @property
    def is_stopped(self) -> bool:
        """Whether a text sounds like danger, and its writer did not say that it is none."""
        return any(getattr(field.widget, "alarm", None) for field in self.fields.values())

    def _said(self, name: str) -> Any:
        if name not in self.fields:
            return getattr(self.before, name)
        value = self.cleaned_data.get(name)
        if isinstance(value, date):
            return value.isoformat()
        if value is None:
            # What was typed in words is kept although it is not right yet.
            raw = self.data.get(name, "")
            is_words = isinstance(self.fields[name], FreeText)
            return raw[:8000] if is_words else ""
        return str(value)


class AboutForm(StepForm):
    """What it is about, and for whom."""

    kept = ("matter",)

    who = forms.TypedChoiceField(label=gettext_lazy("For whom"), coerce=int)

    def __init__(
        self, *given: Any, people: list[tuple[int, str]], who: int, **options: Any
    ) -> None:
        super().__init__(*given, **options)
        if len(people) > 1:
            self.fields["who"].choices = people  # type: ignore[attr-defined]  # a choice field
            self.fields["who"].initial = who
        else:
            self.fields.pop("who")
        self.fields["matter"] = _radio(
            _("What is it about?"), [(one.value, words) for one, words in PLAIN.items()]
        )


class CareForm(StepForm):
    """Which care: received or not, a medicine or not, when, by whom; of an appeal, the decision."""

    kept = (
        "claim", "is_received", "medicine", "is_authorized", "service", "provider", "served_from",
        "served_until", "notice_on",
    )  # fmt: skip

    def __init__(self, *given: Any, claims: tuple[Claimed, ...], **options: Any) -> None:
        super().__init__(*given, **options)
        self.claims = {str(one.id): one for one in claims}
        self.is_appeal = self.before.matter == Matter.APPEAL
        if self.is_appeal:
            self._ask_claim()
            self._ask_received()
        self._ask_medicine()
        self.fields["service"] = _line(_("Which care or medicine?"), required=not self.claims)
        self.fields["provider"] = _line(_("Doctor or place of care"))
        if self.is_appeal:
            self.fields["served_from"] = _day_field(_("First day of the care"), required=False)
            self.fields["served_until"] = _day_field(
                _("Last day of the care, if it took several"), required=False
            )
            self._ask_letter()
        elif self.before.matter == Matter.DETERMINATION:
            self.fields["is_authorized"] = _radio(
                _("Must the plan approve it first (prior authorization)?"),
                [("yes", _("Yes")), ("no", _("No")), ("unknown", _("I do not know"))],
            )

    def _ask_claim(self) -> None:
        if not self.claims:
            return
        choices = [(key, claim_words(one)) for key, one in self.claims.items()]
        self.fields["claim"] = _radio(
            _("Is it one of these claims?"), [*choices, (OTHER, _("None of these"))]
        )

    def _ask_received(self) -> None:
        self.fields["is_received"] = _radio(
            _("Did you have this care already?"), [("yes", _("Yes")), ("no", _("No, not yet"))],
            required=not self.claims,
        )  # fmt: skip

    def _ask_medicine(self) -> None:
        self.fields["medicine"] = _radio(
            _("Is it a medicine?"),
            [
                ("none", _("No")),
                ("pharmacy", _("Yes, from a pharmacy")),
                ("clinic", _("Yes, given by a doctor or clinic")),
            ],
            required=not self.claims,
        )

    def _ask_letter(self) -> None:
        self.fields["notice_on"] = _day_field(
            _("Date on the decision letter"), required=False,
            help_text=_("It stands at the top of the letter. Your time to appeal counts from it."),
        )  # fmt: skip
        self.fields["no_letter"] = forms.BooleanField(
            label=_("I do not have the letter"), required=False,
            initial="care" in self.before.done and not self.before.notice_on,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.is_appeal:
            self._check_care(given)
            self._check_letter(given)
        first, last = given.get("served_from"), given.get("served_until")
        if first and last and first > last:
            self.add_error("served_until", _("The last day cannot be before the first."))
        return given

    def _check_care(self, given: dict[str, Any]) -> None:
        if given.get("claim") in self.claims or (self.claims and not given.get("claim")):
            return
        for name, words in (
            ("is_received", CHOOSE_ONE), ("medicine", CHOOSE_ONE), ("service", _("Fill this in.")),
        ):  # fmt: skip
            if not given.get(name) and name not in self.errors:
                self.add_error(name, words)
        first = given.get("served_from")
        if given.get("is_received") == "yes" and first and first > self.today:
            self.add_error("served_from", _("This day is still to come."))

    def _check_letter(self, given: dict[str, Any]) -> None:
        on = given.get("notice_on")
        if on and on > self.today:
            self.add_error("notice_on", _("This day is still to come."))
        if not on and not given.get("no_letter") and "notice_on" not in self.errors:
            self.add_error(
                "notice_on", _("Enter the date, or say that you do not have the letter.")
            )

    def answers(self) -> Answers:
        found = super().answers()
        if self.before.matter == Matter.DETERMINATION:
            found = replace(found, is_received="no")
        claim = self.claims.get(found.claim)
        return self._with_claim(found, claim) if claim else replace(found, amount_cents=None)

    def _with_claim(self, found: Answers, claim: Claimed) -> Answers:
        """Let the claim answer what it knows, and what was answered for another claim."""
        on = claim.served_on.isoformat() if claim.served_on else ""
        told = {
            "service": claim_words(claim), "provider": claim.provider, "served_from": on,
            "served_until": on,
        }  # fmt: skip
        is_new = found.claim != self.before.claim
        said: dict[str, Any] = {
            name: value
            for name, value in told.items()
            if not getattr(found, name)
            or (is_new and getattr(found, name) == getattr(self.before, name))
        }
        medicine = "pharmacy" if claim.is_pharmacy else found.medicine or "none"
        unpaid = claim.charge_cents - claim.paid_cents
        return replace(found, is_received="yes", medicine=medicine, amount_cents=unpaid, **said)


class MedicineForm(StepForm):
    """Which medicine, and who prescribes it."""

    kept = ("service", "provider")

    service = _line(gettext_lazy("Which medicine?"), required=True)
    provider = _line(gettext_lazy("Who prescribes it?"))


class HappenedForm(StepForm):
    """When and where something happened: of a grievance, and of what could not be used."""

    kept = ("service", "provider", "happened_on", "about_time")

    def __init__(self, *given: Any, may_be_about_time: bool, **options: Any) -> None:
        super().__init__(*given, **options)
        if self.before.matter == Matter.ACCESS:
            self.fields["service"] = _line(
                _("Which place, page or letter could you not use?"), required=True
            )
        self.fields["happened_on"] = _day_field(
            _("When did it happen?"), required=False,
            help_text=_("About is enough. Leave it empty when you do not know, or when it went on for long."),
        )  # fmt: skip
        if self.before.matter == Matter.GRIEVANCE:
            self.fields["provider"] = _line(_("Where, or with whom?"))
        if may_be_about_time:
            self.fields["about_time"] = _radio(
                _("Is it about our taking more time to decide, or not deciding fast?"),
                [("yes", _("Yes")), ("no", _("No"))],
                required=False, help_text=_("Then we answer within a day."),
            )  # fmt: skip

    def clean_happened_on(self) -> date | None:
        on: date | None = self.cleaned_data["happened_on"]
        if on and on > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return on


class BillForm(StepForm):
    """Which bill is wrong."""

    kept = ("service", "provider", "served_from", "amount_cents")

    service = _line(
        gettext_lazy("Which bill?"), required=True,
        help_text=gettext_lazy("Its number, or what it is for, is enough."),
    )  # fmt: skip
    amount_cents = DollarsField(label=gettext_lazy("The amount you dispute"), required=False)
    served_from = _day_field(gettext_lazy("Day of the care on the bill"), required=False)
    provider = _line(gettext_lazy("Doctor or place of care"))

    def answers(self) -> Answers:
        cents = self.cleaned_data.get("amount_cents")
        return replace(super().answers(), amount_cents=cents or None)


class CoverageForm(StepForm):
    """Which of several coverages it is about."""

    kept = ("coverage",)

    def __init__(self, *given: Any, known: tuple[Covered, ...], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["coverage"] = _radio(
            _("Which coverage is it about?"),
            [(coverage_key(one), coverage_words(one)) for one in known],
        )


class StoryForm(StepForm):
    """What happened and what should be done, with documents."""

    kept = ("need", "wanted")

    need = FreeText(
        label=gettext_lazy("What happened, and why do you disagree?"),
        max_length=6000,
        widget=FreeTextarea({"rows": 8}),
        error_messages={"required": gettext_lazy("Write a sentence or two.")},
    )
    wanted = FreeText(
        label=gettext_lazy("What should we do?"),
        max_length=1500,
        required=False,
        widget=FreeTextarea({"rows": 3}),
    )
    documents = files_field(gettext_lazy("Documents, if you have any"))

    @property
    def chosen_files(self) -> list[Upload]:
        return list(self.files.getlist("documents")) if self.is_bound else []


class UrgencyForm(StepForm):
    """Whether waiting could harm, and who says so."""

    kept = ("urgent", "clinician", "urgent_why")

    urgent = _radio(
        gettext_lazy("Could waiting for the usual time harm you?"),
        [
            ("no", gettext_lazy("No")),
            ("doctor", gettext_lazy("Yes, my doctor says so")),
            ("self", gettext_lazy("Yes, I think so myself")),
        ],
    )
    clinician = _line(
        gettext_lazy("Name and phone of the doctor who says so"),
        help_text=gettext_lazy("Then we decide fast. We may call there."),
    )
    urgent_why = FreeText(
        label=gettext_lazy("How could waiting harm you?"),
        max_length=1500,
        required=False,
        widget=FreeTextarea({"rows": 4}),
        help_text=gettext_lazy(
            "Where it is your own view, one of our clinicians decides whether it goes fast."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        asked = {"doctor": "clinician", "self": "urgent_why"}.get(given.get("urgent", ""))
        if asked and not given.get(asked, "").strip() and asked not in self.errors:
            self.add_error(asked, _("Fill this in."))
        return given


class LateForm(StepForm):
    """Why it comes late."""

    kept = ("good_cause",)

    good_cause = FreeText(
        label=gettext_lazy("What kept you from filing in time?"),
        max_length=3000,
        widget=FreeTextarea({"rows": 5}),
        help_text=gettext_lazy(
            "For example illness, a letter that came late, or wrong information."
        ),
        error_messages={"required": gettext_lazy("Write a sentence or two.")},
    )


class GoOnForm(forms.Form):
    """Why somebody goes on after the last day, and what claims come to that count together."""

    together_cents = DollarsField(label=gettext_lazy("What your claims come to together"))
    good_cause = FreeText(
        label=gettext_lazy("What kept you from asking in time?"),
        max_length=1900,
        widget=FreeTextarea({"rows": 5}),
        help_text=gettext_lazy(
            "For example illness, a letter that came late, or wrong information."
        ),
        error_messages={"required": gettext_lazy("Write a sentence or two.")},
    )

    def __init__(self, *given: Any, is_late: bool, stake: AtStake | None, **options: Any) -> None:
        super().__init__(*given, **options)
        self.stake = stake
        if not is_late:
            del self.fields["good_cause"]
        if stake is None or not stake.is_short:
            del self.fields["together_cents"]

    def clean_together_cents(self) -> int:
        cents: int = self.cleaned_data["together_cents"]
        if self.stake is not None and replace(self.stake, known_cents=cents).is_short:
            raise forms.ValidationError(_("That is still less than must be at stake."))
        return cents

    def said(self) -> dict[str, Any]:
        """Return what goes with the request; nothing where nothing was asked."""
        given = getattr(self, "cleaned_data", {})
        return {name: given[name] for name in ("good_cause", "together_cents") if name in given}


class WithdrawForm(forms.Form):
    """Why it is taken back; nobody has to say."""

    why = FreeText(
        label=gettext_lazy("Why do you take it back?"),
        max_length=1000,
        required=False,
        widget=FreeTextarea({"rows": 3}),
    )
