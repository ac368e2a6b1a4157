"""A member's payments: find them, sort them, take them along."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openmember.payments.types import Payment
from openmember.payments.words import paid_with
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.history.csv import write_csv
from openmember.portal.history.forms import FindPayments
from openmember.portal.history.search import NEWEST_FIRST, OLDEST_FIRST, find_payments
from openmember.portal.paging import SIZE, read_page
from openmember.ui.pages import show
from openmember.ui.types import Cell, Column

EXPORTED_AT_MOST = 10_000  # More than a lifetime of payments; a bound all the same.


@require_safe
@for_holder
def payments(request: MemberRequest) -> HttpResponse:
    """List payments, newest first unless asked otherwise."""
    form = FindPayments(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    sort = _sort(request)
    found, page = read_page(
        request,
        lambda offset: find_payments(request.account, wanted, sort=sort, limit=SIZE, offset=offset),
    )
    context = {
        "form": form,
        "columns": _columns(),
        "rows": [_row(payment) for payment in found.payments],
        "found": found,
        "page": page,
        "sort": sort,
        "is_narrowed": any(wanted.values()),
    }
    return show(request, "portal/history/payments.html", context, part="list")


@require_safe
@for_holder
def payments_csv(request: MemberRequest) -> HttpResponse:
    """Send the payments the list shows, all pages of it, as a file."""
    form = FindPayments(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = find_payments(request.account, wanted, sort=_sort(request), limit=EXPORTED_AT_MOST)
    return HttpResponse(
        write_csv(found.payments),
        content_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": 'attachment; filename="payments.csv"'},
    )


def _sort(request: MemberRequest) -> str:
    return OLDEST_FIRST if request.GET.get("sort") == OLDEST_FIRST else NEWEST_FIRST


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Receipt number")),
        Column(_("Date"), kind="date", sort="date"),
        Column(_("Paid with")),
        Column(_("Status")),
        Column(_("Amount"), kind="money"),
    )


def _row(payment: Payment) -> tuple[Cell, ...]:
    return (
        Cell(payment.reference, url=reverse("portal:payment", args=[payment.reference])),
        Cell(payment.effective_on, kind="date"),
        Cell(paid_with(payment)),
        Cell(payment.status.value, kind="status"),
        Cell(payment.amount_cents, kind="money"),
    )
