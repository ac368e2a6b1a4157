"""Handing in, asking for more, deciding, appealing, withdrawing: each asked, shown, then done once."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from openmember.assistance.review import NoGuideline, Review, review
from openmember.assistance.services import applying, deciding
from openmember.assistance.terms import Discount
from openmember.assistance.types import Application, Channel, Missing, Status
from openmember.assistance.words import MISSING, REASONS
from openmember.desk.acts import Act, ActForm, ReasonForm, once, perform
from openmember.desk.assistance.views import application_of, say_refused
from openmember.desk.bills.forms import DayInput
from openmember.desk.opened import AccountRequest, account_page
from openmember.members.types import Scope
from openmember.safety.forms import FreeText, FreeTextarea
from openmember.ui.pages import go_to
from openmember.ui.statuses import words_for
from openmember.ui.types import Item

_AGREED = gettext_lazy(
    "The attestation was read to them and they agreed, or the paper form is signed"
)


class SendForm(ActForm):
    """The signature, and the day an application on paper arrived."""

    signature = forms.CharField(label=gettext_lazy("Name of who signed or agreed"), max_length=120)
    received_on = forms.DateField(label=gettext_lazy("Received on"), widget=DayInput())
    agreed = forms.BooleanField(label=_AGREED)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["received_on"].initial = today

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > self.today:
            raise ValidationError(_("Choose today or an earlier day."))
        return day


class AskForm(ActForm):
    """What is missing."""

    missing = forms.MultipleChoiceField(
        label=gettext_lazy("What is missing"), choices=[(one.value, MISSING[one]) for one in Missing],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    note = FreeText(
        label=gettext_lazy("A sentence for the letter"), required=False, max_length=500,
        widget=FreeTextarea({"rows": 3}),
    )  # fmt: skip


class DecideForm(ActForm):
    """A note to the file. Whoever decides an appeal may grant more than the rules do, and says why."""

    note = FreeText(
        label=gettext_lazy("Note to the file"), required=False, max_length=500,
        help_text=gettext_lazy("What you checked. It is not in the letter."),
        widget=FreeTextarea({"rows": 3}),
    )  # fmt: skip
    exception = forms.IntegerField(
        label=gettext_lazy("Exception: percent to take off all the same"), required=False,
        min_value=1, max_value=100,
        widget=forms.NumberInput({"class": "om-input--short"}),
    )  # fmt: skip

    def __init__(self, *args: Any, is_appeal: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_appeal:
            del self.fields["exception"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("exception") and not given.get("note"):
            self.add_error("note", _("Say why an exception is made."))
        return given

    def discount(self) -> Discount | None:
        """Return the exception, when one is made."""
        percent = self.cleaned_data.get("exception")
        return Discount(percent * 100, percent * 100) if percent else None


@require_http_methods(["GET", "POST"])
@account_page("send_application", scope=Scope.ASSIST)
def send(request: AccountRequest, reference: str) -> HttpResponse:
    """Hand in what was written down for a caller or from paper."""
    found = application_of(request, reference)
    form = SendForm(request.POST or None, today=request.opened.today)

    def do() -> Application:
        return applying.sign_and_send(
            application=found, name=form.cleaned_data["signature"],
            received_on=form.cleaned_data["received_on"], on=request.opened.today,
            actor=request.actor,
        )  # fmt: skip

    def consequences() -> list[Item]:
        return [
            Item(_("Received on"), form.cleaned_data["received_on"], kind="date"),
            Item(_("Signed by"), form.cleaned_data["signature"]),
            Item(
                _("Then"),
                _("Nothing is done to collect until it is decided, and we write to them."),
            ),
        ]

    is_paper = found.channel is Channel.PAPER
    lead = _("It counts from the day the paper arrived.") if is_paper else ""
    act = _act(found, _("Hand in %(reference)s"), _("Hand it in"), lead=lead)
    return _perform(request, form, act, consequences, do)


@require_http_methods(["GET", "POST"])
@account_page("ask_applicant", scope=Scope.ASSIST)
def ask(request: AccountRequest, reference: str) -> HttpResponse:
    """Write to the member what is missing."""
    found = application_of(request, reference)
    form = AskForm(request.POST or None, initial={"missing": [one.value for one in found.missing]})

    def chosen() -> tuple[Missing, ...]:
        return tuple(Missing(one) for one in form.cleaned_data["missing"])

    def do() -> Application:
        return applying.ask_for_more(
            application=found, missing=chosen(), note=form.cleaned_data["note"],
            on=request.opened.today, actor=request.actor,
        )  # fmt: skip

    def consequences() -> list[Item]:
        return [Item(_("We ask for"), MISSING[one]) for one in chosen()]

    act = _act(found, _("Ask for what is missing in %(reference)s"), _("Write the letter"))
    return _perform(request, form, act, consequences, do)


@require_http_methods(["GET", "POST"])
@account_page("decide_application", scope=Scope.ASSIST)
def decide(request: AccountRequest, reference: str) -> HttpResponse:
    """Confirm what the rules propose; on appeal, or make an exception."""
    found = application_of(request, reference)
    is_appeal = found.status is Status.APPEALED
    form = DecideForm(request.POST or None, is_appeal=is_appeal)
    try:
        reviewed = review(application=found, today=request.opened.today)
    except NoGuideline as none:
        say_refused(request, str(none))
        return go_to(request, "desk:application", found.reference)

    def do() -> Application:
        return deciding.decide(
            application=found, on=request.opened.today, actor=request.actor,
            note=form.cleaned_data["note"], exception=form.discount(),
        )  # fmt: skip

    act = _act(
        found, _("Decide on %(reference)s"), _("Decide, and write the letter"), is_grave=True
    )
    # Not within `once`, which is a transaction: what goes back may have to ask a gateway. An application
    # that was decided cannot be decided again.
    return _perform(
        request,
        form,
        act,
        lambda: _outcome(found, reviewed, form),
        do,
        guard=lambda _key: nullcontext(),
    )


@require_http_methods(["GET", "POST"])
@account_page("appeal_application", scope=Scope.ASSIST)
def appeal(request: AccountRequest, reference: str) -> HttpResponse:
    """Take down an appeal."""
    found = application_of(request, reference)
    form = ReasonForm(request.POST or None)

    def do() -> Application:
        return deciding.appeal(
            application=found, reason=form.cleaned_data["reason"], on=request.opened.today,
            actor=request.actor,
        )  # fmt: skip

    act = _act(found, _("Appeal of %(reference)s"), _("Take the appeal"))
    return _perform(request, form, act, lambda: _reason(form), do)


@require_http_methods(["GET", "POST"])
@account_page("withdraw_application", scope=Scope.ASSIST)
def withdraw(request: AccountRequest, reference: str) -> HttpResponse:
    """Take an application back for the member."""
    found = application_of(request, reference)
    form = ReasonForm(request.POST or None)

    def do() -> Application:
        return applying.withdraw(
            application=found,
            reason=form.cleaned_data["reason"],
            on=request.opened.today,
            actor=request.actor,
        )

    act = _act(found, _("Withdraw %(reference)s"), _("Withdraw it"), is_grave=True)
    return _perform(request, form, act, lambda: _reason(form), do)


def _act(
    found: Application, title: str, submit: str, *, lead: str = "", is_grave: bool = False
) -> Act:
    return Act(
        title=title % {"reference": found.reference}, submit=submit, lead=lead,
        back=("desk:application", found.reference), place="assistance", is_grave=is_grave,
    )  # fmt: skip


def _perform(
    request: AccountRequest,
    form: ActForm,
    act: Act,
    consequences: Callable[[], Sequence[Item]],
    do: Callable[[], Application],
    *,
    guard: Callable[[str], AbstractContextManager[None]] = once,
) -> HttpResponse:
    def done() -> str:
        with guard(form.cleaned_data["key"]):
            after = do()
        return _("Application %(reference)s: %(status)s") % {
            "reference": after.reference,
            "status": words_for(f"assistance_{after.status.value}").label,
        }

    return perform(request, form, act, consequences=consequences, do=done)


def _outcome(found: Application, reviewed: Review, form: DecideForm) -> list[Item]:
    exception = form.discount()
    if exception is not None:
        given = deciding.percent_text(exception.medical_bps)
        return [
            Item(_("Exception"), _("%(percent)s percent off") % {"percent": given}),
            Item(_("Why"), form.cleaned_data["note"]),
        ]
    proposal = reviewed.proposal
    if reviewed.missing or proposal is None:
        return [Item(_("Still missing"), MISSING[one]) for one in reviewed.missing]
    medical = deciding.percent_text(proposal.discount.medical_bps)
    pharmacy = deciding.percent_text(proposal.discount.pharmacy_bps)
    return [
        Item(_("Decision"), f"assistance_{proposal.outcome.value}", kind="status"),
        *(Item(_("Why"), REASONS[reason]) for reason in proposal.reasons),
        Item(_("Off medical bills"), _("%(percent)s percent") % {"percent": medical}),
        Item(_("Off pharmacy bills"), _("%(percent)s percent") % {"percent": pharmacy}),
        *(
            Item(f"{one.title} {one.bill_reference}", one.off_cents, kind="money")
            for one in reviewed.effects
        ),
        Item(_("Taken off now, in all"), reviewed.off_cents, kind="money"),
    ]


def _reason(form: ReasonForm) -> list[Item]:
    return [Item(_("Reason"), form.cleaned_data["reason"])]
