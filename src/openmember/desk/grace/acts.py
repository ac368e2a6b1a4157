"""Holding a case, ending a group's coverage, and reinstating it."""

from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from openmember.billing.grace import services
from openmember.billing.grace.types import Case
from openmember.desk.acts import Act, ReasonForm, once, perform
from openmember.desk.grace.views import case_of
from openmember.desk.opened import AccountRequest, account_page
from openmember.members.types import Scope
from openmember.ui.types import Item


class HoldForm(ReasonForm):
    """Until when, and why."""

    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class ReinstateForm(ReasonForm):
    """Which of the two grounds, and why."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"),
        choices=[
            ("good_cause", gettext_lazy("Good cause, with all arrears paid (Medicare)")),
            ("error", gettext_lazy("Ending it was a mistake")),
        ],
    )


@require_http_methods(["GET", "POST"])
@account_page("hold_grace", scope=Scope.RUN_BILLING)
def hold(request: AccountRequest, reference: str) -> HttpResponse:
    """Keep coverage from ending before a day."""
    case = case_of(request, reference)
    form = HoldForm(request.POST or None)

    def do() -> None:
        services.hold_case(
            case=case, until=form.cleaned_data["until"], reason=form.cleaned_data["reason"],
            on=request.opened.today, actor=request.actor,
        )  # fmt: skip

    act = _act(
        case, _("Hold case %(reference)s"), _("Hold the case"),
        lead=_("Coverage does not end before that day, as when a member needs to be accommodated."),
    )  # fmt: skip
    return _perform(request, form, act, do, case, _("Case %(reference)s is held."))


@require_http_methods(["GET", "POST"])
@account_page("end_grace", scope=Scope.RUN_BILLING)
def end(request: AccountRequest, reference: str) -> HttpResponse:
    """End the coverage of a group whose time is up."""
    case = case_of(request, reference)
    form = ReasonForm(request.POST or None)

    def do() -> None:
        services.terminate_case(
            case=case, reason=form.cleaned_data["reason"], on=request.opened.today,
            actor=request.actor,
        )  # fmt: skip

    act = _act(
        case, _("End coverage for case %(reference)s"), _("End the coverage"),
        lead=_("Everybody the group enrolled loses the coverage."), is_grave=True,
    )  # fmt: skip
    return _perform(request, form, act, do, case, _("Coverage of case %(reference)s was ended."))


@require_http_methods(["GET", "POST"])
@account_page("reinstate_grace", scope=Scope.RUN_BILLING)
def reinstate(request: AccountRequest, reference: str) -> HttpResponse:
    """Let coverage go on as if it had not ended."""
    case = case_of(request, reference)
    form = ReinstateForm(request.POST or None)

    def do() -> None:
        services.reinstate_case(
            case=case, reason=form.cleaned_data["reason"],
            is_error=form.cleaned_data["ground"] == "error", on=request.opened.today,
            actor=request.actor,
        )  # fmt: skip

    act = _act(
        case, _("Reinstate coverage of case %(reference)s"), _("Reinstate the coverage"),
        lead=_("Months that were taken off bills are on the next bill again."),
    )  # fmt: skip
    return _perform(request, form, act, do, case, _("Coverage of case %(reference)s goes on."))


def _act(case: Case, title: str, submit: str, *, lead: str, is_grave: bool = False) -> Act:
    return Act(
        title=title % {"reference": case.reference}, submit=submit, back=("desk:grace",),
        place="grace", lead=lead, is_grave=is_grave,
    )  # fmt: skip


def _perform(
    request: AccountRequest,
    form: ReasonForm,
    act: Act,
    do: Callable[[], None],
    case: Case,
    done: str,
) -> HttpResponse:
    def consequences() -> list[Item]:
        given = form.cleaned_data
        ends = case.coverage_ends_on
        return [
            Item(_("Unpaid since"), case.unpaid_month, kind="date"),
            Item(_("Open"), case.open_cents, kind="money"),
            *([Item(_("Coverage ends, if unpaid, after"), ends, kind="date")] if ends else []),
            *([Item(_("Held until"), given["until"], kind="date")] if "until" in given else []),
            *([Item(_("Ground"), form.words_of("ground", given["ground"]))] if "ground" in given else []),
            Item(_("Reason"), given["reason"]),
        ]  # fmt: skip

    def do_once() -> str:
        with once(form.cleaned_data["key"]):
            do()
        return done % {"reference": case.reference}

    return perform(request, form, act, consequences=consequences, do=do_once)
