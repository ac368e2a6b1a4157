"""Bank debits at a glance: the rate banks watch, what waits, files, what came back, what a person decides."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.accounts.queries import get_account
from openmember.billing.overview import get_overview
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.ach.chart import rate_chart
from openmember.desk.ach.words import KINDS, WHAT_TO_DO, what_followed
from openmember.desk.opened import Reason, open_account
from openmember.desk.pages import page_asked, show_desk
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope
from openmember.payments.ach import queries
from openmember.payments.ach.services.exceptions import UnknownException, close_exception
from openmember.payments.ach.types import OpenException
from openmember.payments.jobs import office_today
from openmember.safety.forms import FreeText, FreeTextarea
from openmember.ui.pages import go_to

SHOWN = 20


class NoteForm(forms.Form):
    """What a person decided, kept with the exception."""

    note = FreeText(
        label=gettext_lazy("What was done"),
        max_length=500,
        widget=FreeTextarea({"rows": 3, "autocomplete": "off"}),
    )


@require_safe
@desk_page(Scope.RUN_BILLING)
def overview(request: DeskRequest) -> HttpResponse:
    """Show everything of bank debits on one page."""
    today = office_today()
    page = page_asked(request)
    points = queries.list_unauthorised_rates(until=today)
    _point, limit = queries.get_unauthorised_rate(on=today)
    returned = queries.list_returns(limit=SHOWN + 1, offset=(page - 1) * SHOWN)
    waiting, waiting_cents = queries.count_waiting(until=today)
    values = {
        "chart": rate_chart(points, limit.value),
        "points": points[::-1],
        "now": points[-1],
        "limit": limit,
        "is_over": points[-1].percent > limit.value,
        "waiting": waiting,
        "waiting_cents": waiting_cents,
        "exceptions": [(one, KINDS[one.kind]) for one in queries.list_open_exceptions()],
        "files": queries.list_files(limit=SHOWN),
        "returned": [
            (one, queries.get_return_rule(code=one.code), what_followed(one))
            for one in returned[:SHOWN]
        ],
        "page": page,
        "older": page + 1 if len(returned) > SHOWN else None,
        "as_of": timezone.now(),
    }
    return show_desk(request, "desk/ach/overview.html", values, place="ach")


@require_safe
@desk_page(Scope.RUN_BILLING)
def file(request: DeskRequest, name: str) -> HttpResponse:
    """Show one file with its batches."""
    try:
        found = queries.get_file(name=name)
    except queries.UnknownFile as unknown:
        raise Http404 from unknown
    values = {"file": found, "batches": queries.list_batches(file=found)}
    return show_desk(request, "desk/ach/file.html", values, place="ach")


@require_http_methods(["GET", "POST"])
@desk_page(Scope.WORK_EXCEPTIONS)
def exception(request: DeskRequest, identity: int) -> HttpResponse:
    """Show what a person has to decide, and close it with a note."""
    one = _exception(identity)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_exception(
                exception_id=identity, note=form.cleaned_data["note"], actor=request.actor
            )
        except UnknownException:
            messages.info(request, _("Somebody else closed this first."))
        else:
            messages.success(request, _("Closed with your note."))
        return go_to(request, "desk:ach")
    if request.method == "GET":
        audit.record(
            actor=str(request.actor), action="exception.read", kind="ach", exception_id=identity
        )
    values = {
        "one": one,
        "kind": KINDS[one.kind],
        "what_to_do": WHAT_TO_DO[one.kind],
        "rule": queries.get_return_rule(code=one.code) if one.code.startswith("R") else None,
        "form": form,
    }
    return show_desk(request, "desk/ach/exception.html", values, place="ach")


@require_POST
@desk_page(Scope.WORK_EXCEPTIONS)
def open_of(request: DeskRequest, identity: int) -> HttpResponse:
    """Open the account an exception is about, to review its payments."""
    request.actor.require(Scope.FIND)
    one = _exception(identity)
    if one.account_number is None:
        raise Http404
    account = get_account(number=one.account_number)
    held = get_overview(number=account.number, today=office_today())
    open_account(request, account=account, region=held.region, reason=Reason.REVIEW)
    return go_to(request, "desk:payments")


def _exception(identity: int) -> OpenException:
    try:
        return queries.get_open_exception(exception_id=identity)
    except queries.UnknownOpenException as unknown:
        raise Http404 from unknown
