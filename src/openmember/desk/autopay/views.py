"""Automatic payments of the account that is open: reading them, and changing them for a caller."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from openmember.desk.acts import Act, ReasonForm, once, perform
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.members.types import Scope
from openmember.payments.autopay import queries, services
from openmember.payments.autopay.rules import can_pause_until
from openmember.payments.autopay.types import EndReason
from openmember.ui.types import Item


class PauseForm(ReasonForm):
    """Until when nothing is taken; empty until the member starts it again."""

    until = forms.DateField(
        label=gettext_lazy("Take payments again from"), required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, *given: object, today: date, **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type]  # passed on as they are
        self.today = today

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and not can_pause_until(until=until, today=self.today):
            raise forms.ValidationError(_("Choose a day after today, within a year."))
        return until


@require_safe
@account_page("autopay")
def autopay(request: AccountRequest) -> HttpResponse:
    """Show what stands, and every automatic payment."""
    numbers = request.opened.account.numbers
    values = {
        "mandate": queries.find_mandate(numbers=numbers),
        "draws": queries.list_draws(numbers=numbers),
    }
    return show_account(request, "desk/autopay.html", values, place="payments")


@require_http_methods(["GET", "POST"])
@account_page("pause_autopay", scope=Scope.TAKE_PAYMENT)
def pause(request: AccountRequest) -> HttpResponse:
    """Take nothing for a while."""
    form = PauseForm(request.POST or None, today=request.opened.today)

    def do() -> None:
        services.pause(
            account=request.opened.account, until=form.cleaned_data["until"],
            today=request.opened.today, actor=request.actor,
        )  # fmt: skip

    return _perform(
        request, form, do, title=_("Pause automatic payments"), submit=_("Pause them"),
        lead=_("What falls into the pause is skipped; its bills stay open."),
        done=_("Automatic payments are paused."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@account_page("resume_autopay", scope=Scope.TAKE_PAYMENT)
def resume(request: AccountRequest) -> HttpResponse:
    """Take payments again."""

    def do() -> None:
        services.resume(account=request.opened.account, actor=request.actor)

    return _perform(
        request, ReasonForm(request.POST or None), do, title=_("Start automatic payments again"),
        submit=_("Start them again"), lead=_("The member agreed to this before; nothing new is agreed to."),
        done=_("Automatic payments are on again."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@account_page("end_autopay", scope=Scope.TAKE_PAYMENT)
def end(request: AccountRequest) -> HttpResponse:
    """Take nothing any more."""

    def do() -> None:
        services.end(
            account=request.opened.account, reason=EndReason.MEMBER, on=request.opened.today,
            actor=request.actor,
        )  # fmt: skip

    return _perform(
        request, ReasonForm(request.POST or None), do, title=_("Stop automatic payments"),
        submit=_("Stop them"), lead=_("What the bank was asked for before today may still be taken."),
        done=_("Automatic payments are stopped."), is_grave=True,
    )  # fmt: skip


def _perform(
    request: AccountRequest,
    form: ReasonForm,
    do: Callable[[], None],
    *,
    title: str,
    submit: str,
    lead: str,
    done: str,
    is_grave: bool = False,
) -> HttpResponse:
    mandate = queries.find_mandate(numbers=request.opened.account.numbers)

    def consequences() -> list[Item]:
        until = form.cleaned_data.get("until")
        return [
            *([Item(_("Pay from"), mandate.instrument.tender)] if mandate else []),
            *([Item(_("Take payments again from"), until, kind="date")] if until else []),
            Item(_("Reason"), form.cleaned_data["reason"]),
        ]

    def do_once() -> str:
        with once(form.cleaned_data["key"]):
            do()
        return done

    act = Act(title=title, submit=submit, back=("desk:autopay",), place="payments", lead=lead,
              is_grave=is_grave)  # fmt: skip
    return perform(request, form, act, consequences=consequences, do=do_once)
