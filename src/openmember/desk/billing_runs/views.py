"""Premium runs: what was billed each month, what the next one would come to, and starting it."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from procrastinate.exceptions import AlreadyEnqueued

from openmember.billing.premiums import queries
from openmember.billing.premiums.rules import first_of, next_month
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.billing_runs.forms import RunForm
from openmember.desk.pages import show_desk
from openmember.members.types import Scope
from openmember.payments.jobs import office_today
from openmember.payments.premium_jobs import work_premiums
from openmember.ui.pages import go_to

PLACE = "billing_runs"


@require_safe
@desk_page(Scope.RUN_BILLING)
def billing_runs(request: DeskRequest) -> HttpResponse:
    """List runs and previews, and offer the next month."""
    open_run = queries.find_open_run()
    values = {
        "runs": queries.list_runs(),
        "open_run": open_run,
        "month": open_run.month if open_run else _month_due(),
    }
    return show_desk(request, "desk/billing_runs.html", values, place=PLACE)


@require_safe
@desk_page(Scope.RUN_BILLING)
def billing_run(request: DeskRequest, run: int) -> HttpResponse:
    """Show one run: how far it came, its totals, and what it found no rate for."""
    try:
        found = queries.get_run(run_id=run)
    except queries.UnknownRun:
        raise Http404 from None
    variance = queries.get_variance(run_id=run)
    values = {
        "run": found,
        "variance": variance,
        "change": None if variance.change_bps is None else variance.change_bps / 100,
        "totals": queries.list_totals(run_id=run),
        "unpriced": queries.list_unpriced(run_id=run),
    }
    return show_desk(request, "desk/billing_run.html", values, place=PLACE)


@require_POST
@desk_page(Scope.RUN_BILLING)
def preview_run(request: DeskRequest) -> HttpResponse:
    """Have the next month priced; nothing is billed."""
    _defer(request, _month_due(), is_preview=True)
    return go_to(request, "desk:billing_runs")


@require_http_methods(["GET", "POST"])
@desk_page(Scope.RUN_BILLING)
def start_run(request: DeskRequest) -> HttpResponse:
    """Ask for the month, show what will happen, and start the run once it is confirmed."""
    open_run = queries.find_open_run()
    month = open_run.month if open_run else _month_due()
    form = RunForm(
        request.POST or None, initial={"month": f"{month:%Y-%m}"},
        last=None if open_run else queries.find_last_month(),
        today=open_run.month if open_run else office_today(),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        if "confirmed" in request.POST:
            given = form.cleaned_data
            _defer(
                request, given["month"], is_preview=False,
                reason=given["reason"], accept_change=given["accept_change"],
            )  # fmt: skip
            return go_to(request, "desk:billing_runs")
        previews = [
            run
            for run in queries.list_runs()
            if run.month == form.cleaned_data["month"] and run.is_preview and not run.is_open
        ]
        shown = {"form": form, "month": form.cleaned_data["month"], "preview": None}
        if previews:
            shown["preview"] = previews[0]
            shown["variance"] = queries.get_variance(run_id=previews[0].id)
        return show_desk(request, "desk/billing_run_check.html", shown, place=PLACE)
    return show_desk(request, "desk/billing_run_start.html", {"form": form}, place=PLACE)


def _month_due() -> date:
    """Return the month that is to be billed next."""
    return next_month(queries.find_last_month() or first_of(office_today()))


def _defer(
    request: DeskRequest,
    month: date,
    *,
    is_preview: bool,
    reason: str = "",
    accept_change: bool = False,
) -> None:
    try:
        work_premiums.defer(
            month=month.isoformat(), is_preview=is_preview, reason=reason,
            accept_change=accept_change, staff_id=int(request.user.pk or 0),
        )  # fmt: skip
    except AlreadyEnqueued:
        messages.info(request, _("A run or a preview is waiting to start already."))
    else:
        messages.success(request, _("It starts in a moment. This list shows how far it is."))
