"""What is asked when somebody brings a dispute: what the law and the answer need, and nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.assistance.forms import ManyFilesField, ManyFilesInput
from openmember.cases.types import Channel
from openmember.cases.words import CHANNELS
from openmember.claims.types import Denied
from openmember.desk.bills.forms import DayInput
from openmember.desk.cases.forms import LINE, line, text
from openmember.grievances.types import AskedBy, Care, Law, Matter
from openmember.grievances.words import ASKED_BY, CARES, LAWS, MATTERS
from openmember.members.proxies.types import For, Proxy
from openmember.members.skills import find_staff_by_email
from openmember.ui.forms import DollarsField

CAME = (Channel.PHONE, Channel.IN_PERSON, Channel.MAIL, Channel.EMAIL, Channel.MESSAGE)
# What needs no answer about the care, and what it then is.
CARE_OF = {
    Matter.GRIEVANCE: Care.SERVICE, Matter.ACCESS: Care.SERVICE, Matter.BILLING: Care.POST_SERVICE,
}  # fmt: skip
CLINICIAN, WISH, TIME = "clinician", "wish", "time"
_NO_PROXY = gettext_lazy(
    "Choose somebody this member let in for disputes, or file their form as a representative’s."
)
_NO_NOTICE = gettext_lazy(
    "Ask for the date on the letter: the time to appeal counts from it. Where nobody knows it, say so."
)
_CHOOSE = ("", gettext_lazy("Choose one"))


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to choose from, and what is known already."""

    people: Sequence[tuple[int, str]]
    proxies: Sequence[Proxy]
    claims: Sequence[Denied]
    zone: ZoneInfo
    now: datetime
    may_choose_law: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are asked together, and what to say to whoever is on the line."""

    title: Promise
    script: Promise
    fields: list[BoundField]


class IntakeForm(forms.Form):
    """A dispute as somebody brings it."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=lambda: uuid4().hex)
    who = forms.TypedChoiceField(label=gettext_lazy("Whose it is"), coerce=int)
    asked_by = forms.TypedChoiceField(
        label=gettext_lazy("Who asks"), coerce=AskedBy,
        choices=[(one.value, words) for one, words in ASKED_BY.items()],
    )  # fmt: skip
    proxy = forms.ChoiceField(
        label=gettext_lazy("Who of those the member let in"), required=False,
    )  # fmt: skip
    asked_name = line(
        gettext_lazy("Name of the representative or provider"), required=False, length=160
    )
    form_seen = forms.BooleanField(
        label=gettext_lazy("The appointment form was seen and is among the documents"),
        required=False,
    )
    matter = forms.TypedChoiceField(
        label=gettext_lazy("It is"), coerce=Matter,
        choices=[_CHOOSE, *((one.value, words) for one, words in MATTERS.items())],
    )  # fmt: skip
    care = forms.ChoiceField(
        label=gettext_lazy("About which care"), required=False,
        help_text=gettext_lazy("Not needed for a grievance, a complaint about access or a bill."),
        choices=[_CHOOSE, *((one.value, words) for one, words in CARES.items() if one is not Care.SERVICE)],
    )  # fmt: skip
    need = text(gettext_lazy("What happened, in their words, and what they want"), rows=6)
    service = line(gettext_lazy("Care, medicine or charge"), required=False, length=400)
    provider = line(gettext_lazy("Doctor, place or pharmacy"), required=False, length=400)
    served_from = forms.DateField(
        label=gettext_lazy("Dates of service: from"), required=False, widget=DayInput()
    )
    served_until = forms.DateField(
        label=gettext_lazy("Dates of service: until"), required=False, widget=DayInput()
    )
    amount = DollarsField(label=gettext_lazy("Amount, where it is about money"), required=False)
    claim = forms.ChoiceField(label=gettext_lazy("Denied claim"), required=False)
    notice_on = forms.DateField(
        label=gettext_lazy("Date on the letter of the decision"), required=False, widget=DayInput()
    )
    no_letter = forms.BooleanField(
        label=gettext_lazy("There is no letter, or nobody knows its date"), required=False,
        help_text=gettext_lazy("Then it is in time: the time to appeal counts from the day it came."),
    )  # fmt: skip
    delivered_on = forms.DateField(
        label=gettext_lazy("When that letter arrived, if it is shown"), required=False, widget=DayInput()
    )  # fmt: skip
    happened_on = forms.DateField(
        label=gettext_lazy("Day of what happened, for a grievance"), required=False, widget=DayInput()
    )  # fmt: skip
    decider = forms.EmailField(
        label=gettext_lazy("Who of us decided: work e-mail, if known"), required=False,
        help_text=gettext_lazy("They are kept away from the dispute."),
        widget=forms.EmailInput(LINE),
    )  # fmt: skip
    good_cause = line(
        gettext_lazy("Why it comes late, if it does: illness, no letter, and the like"),
        required=False, length=1000,
    )  # fmt: skip
    fast = forms.ChoiceField(
        label=gettext_lazy("How fast"), required=False,
        choices=[
            ("", gettext_lazy("Standard")),
            (CLINICIAN, gettext_lazy("The treating clinician asks for a fast decision")),
            (WISH, gettext_lazy("The member wants a fast decision")),
            (TIME, gettext_lazy("A Medicare grievance: we took more time, or would not decide fast")),
        ],
    )  # fmt: skip
    wish = line(gettext_lazy("What makes it urgent"), required=False, length=500)
    channel = forms.TypedChoiceField(
        label=gettext_lazy("How it came"), coerce=Channel,
        choices=[(one.value, CHANNELS[one]) for one in CAME],
    )  # fmt: skip
    received_on = forms.DateField(
        label=gettext_lazy("Day it came: the stamp, for the post"), widget=DayInput()
    )
    received_at = forms.TimeField(
        label=gettext_lazy("Hour it came"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("In the time of the member’s region."),
    )  # fmt: skip
    documents = ManyFilesField(
        label=gettext_lazy("Documents"), required=False,
        help_text=gettext_lazy("PDF, photos, TIFF, Word or text, several at once, up to 10 MB each."),
        widget=ManyFilesInput({"accept": ".pdf,.jpg,.jpeg,.png,.heic,.tif,.tiff,.docx,.txt"}),
    )  # fmt: skip
    law = forms.ChoiceField(
        label=gettext_lazy("Law that governs"), required=False,
        choices=[
            ("", gettext_lazy("That of the coverage")),
            *((one.value, words) for one, words in LAWS.items()),
        ],
    )  # fmt: skip
    law_why = line(gettext_lazy("Why not that of the coverage"), required=False, length=500)

    def __init__(self, *given: Any, known: Known, **options: Any) -> None:
        super().__init__(*given, **options)
        self.known = known
        self._choices("who", list(known.people))
        proxies = [
            (one.id, f"{one.proxy_name} ({one.member_name})")
            for one in known.proxies
            if For.DISPUTES in one.may
        ]
        claims = [(one.control, _claim_words(one)) for one in known.claims]
        self._choices("proxy", [_CHOOSE, *proxies])
        self._choices("claim", [("", gettext_lazy("None of these")), *claims])
        for name, is_there in (("proxy", proxies), ("claim", claims)):
            if not is_there:
                del self.fields[name]
        if not known.may_choose_law:
            del self.fields["law"], self.fields["law_why"]

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    @property
    def groups(self) -> list[Group]:
        """The fields in the order in which one asks, each group with what to say."""
        return [
            Group(title, script, [self[name] for name in names if name in self.fields])
            for title, script, names in _GROUPS
            if any(name in self.fields for name in names)
        ]

    @property
    def received(self) -> datetime:
        """The moment it came, as the stamp or the clock said it where the member is."""
        day, hour = self.cleaned_data["received_on"], self.cleaned_data["received_at"]
        return datetime.combine(day, hour, self.known.zone)

    def clean_decider(self) -> int | None:
        email = self.cleaned_data["decider"]
        if not email:
            return None
        found = find_staff_by_email(email=email)
        if found is None:
            raise ValidationError(_("Nobody of the staff signs in with this address."))
        return found.id

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or {})
        self._check_who(given)
        self._check_what(given)
        self._check_when(given)
        if given.get("fast") and not given.get("wish"):
            self.add_error("wish", _("Say what makes it urgent."))
        if given.get("fast") == TIME and given.get("matter") is not Matter.GRIEVANCE:
            self.add_error("fast", _("Only a grievance is about the time we take."))
        if given.get("law") and not given.get("law_why"):
            self.add_error("law_why", _("Say why another law governs than that of the coverage."))
        return given

    def _check_who(self, given: dict[str, Any]) -> None:
        by = given.get("asked_by")
        if by is AskedBy.PROXY:
            proxies = [
                one for one in self.known.proxies
                if one.member_id == given.get("who") and For.DISPUTES in one.may
            ]  # fmt: skip
            chosen = next((one for one in proxies if str(one.id) == given.get("proxy")), None)
            if chosen is None:
                field = "proxy" if "proxy" in self.fields else "asked_by"
                self.add_error(field, _NO_PROXY)
            else:
                given["asked_name"] = chosen.proxy_name
                given["form_seen"] = given.get("form_seen") or chosen.basis.stands_in
        elif by in {AskedBy.REPRESENTATIVE, AskedBy.PROVIDER} and not given.get("asked_name"):
            self.add_error("asked_name", _("Say who asks for the member."))
        if by is AskedBy.REPRESENTATIVE and not given.get("form_seen"):
            self.add_error(
                "form_seen",
                _("Have the appointment form first, or file it as the member’s own."),
            )

    def _check_what(self, given: dict[str, Any]) -> None:
        matter = given.get("matter")
        if matter and matter not in CARE_OF and not given.get("care"):
            self.add_error(
                "care", _("Say which care it is about, and whether it was given already.")
            )
        first, last = given.get("served_from"), given.get("served_until")
        if first and last and last < first:
            self.add_error("served_until", _("This is before the first day."))
        chosen = next((one for one in self.known.claims if one.control == given.get("claim")), None)
        if (
            matter is Matter.APPEAL
            and not given.get("notice_on")
            and not given.get("no_letter")
            and "notice_on" not in self.errors
        ):
            self.add_error("notice_on", _NO_NOTICE)
        if chosen is not None:
            # The claim knows it: nobody is asked again.
            given["served_from"] = first or chosen.served_on
            given["provider"] = given.get("provider") or chosen.provider
            given["amount"] = given.get("amount") or chosen.charge_cents or None

    def _check_when(self, given: dict[str, Any]) -> None:
        today = self.known.now.astimezone(self.known.zone).date()
        for name in ("notice_on", "delivered_on", "happened_on", "received_on"):
            day = given.get(name)
            if isinstance(day, date) and day > today:
                self.add_error(name, _("Choose today or an earlier day."))
        if (
            given.get("received_on")
            and given.get("received_at")
            and not self.errors.get("received_on")
        ):
            came = datetime.combine(given["received_on"], given["received_at"], self.known.zone)
            if came > self.known.now:
                self.add_error("received_at", _("That hour is not over yet."))


def law_of(given: dict[str, Any]) -> Law | None:
    """Return the law a specialist chose."""
    return Law(given["law"]) if given.get("law") else None


def care_of(given: dict[str, Any]) -> Care:
    """Return the care, where a kind of dispute does not say it by itself."""
    return CARE_OF.get(given["matter"]) or Care(given["care"])


def _claim_words(one: Denied) -> str:
    when = one.served_on.isoformat() if one.served_on else "–"
    return f"{one.control} · {when} · {one.provider or '–'}"


_GROUPS: tuple[tuple[Promise, Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Who"),
        gettext_lazy("Ask: “Is this about you, and may I take it down for you?”"),
        ("who", "asked_by", "proxy", "asked_name", "form_seen"),
    ),
    (
        gettext_lazy("What"),
        gettext_lazy("Ask: “What happened, with whom, on which days, and what would make it right?”"),
        (
            "matter", "care", "need", "service", "provider", "served_from", "served_until", "amount",
            "documents",
        ),
    ),
    (
        gettext_lazy("Which decision"),
        gettext_lazy("Ask: “Did you get a letter that says no? What is the date on it?”"),
        ("claim", "notice_on", "no_letter", "delivered_on", "happened_on", "decider", "good_cause"),
    ),
    (
        gettext_lazy("How fast"),
        gettext_lazy("Ask: “Would waiting put your life, health or recovery at risk?”"),
        ("fast", "wish"),
    ),
    (
        gettext_lazy("How it came"),
        gettext_lazy("The clocks count from this moment."),
        ("channel", "received_on", "received_at"),
    ),
    (
        gettext_lazy("Which law"),
        gettext_lazy("Only where the coverage on file is not the one it is about."),
        ("law", "law_why"),
    ),
)  # fmt: skip
