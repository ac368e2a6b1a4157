"""A member's bills: the list, and each as a letter."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openmember.billing import queries as billing
from openmember.billing.plans import services as plans
from openmember.billing.types import Bill, BillPage, Line, bill_id
from openmember.directory.help.answers import list_beside_bill
from openmember.kernel.references import BadReference
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.bills.forms import FindBills
from openmember.portal.bills.letter import letter_of
from openmember.portal.paging import SIZE, read_page
from openmember.ui.pages import show
from openmember.ui.types import Cell, Column


@require_safe
@for_holder
def bills(request: MemberRequest) -> HttpResponse:
    """List bills, newest first; those to pay by due date."""
    form = FindBills(request.GET)
    if not form.is_valid():  # Only a made-up address asks for a line or a state there is not.
        form = FindBills()
    wanted = form.cleaned_data if form.is_bound else {}

    def read(offset: int) -> BillPage:
        return billing.list_bills(
            numbers=request.account.numbers,
            today=request.today,
            line=Line(wanted["line"]) if wanted.get("line") else None,
            state=wanted.get("state") or None,
            limit=SIZE,
            offset=offset,
        )

    found, page = read_page(request, read)
    context = {
        "form": form,
        "columns": _columns(),
        "rows": [_row(bill) for bill in found.bills],
        "found": found,
        "page": page,
        "is_narrowed": any(wanted.values()),
    }
    return show(request, "portal/bills/bills.html", context, part="list")


@require_safe
@for_holder
def bill(request: MemberRequest, reference: str) -> HttpResponse:
    """Show one bill: what it is for, what was paid on it, what to do."""
    try:
        found = billing.get_bill(
            numbers=request.account.numbers, bill_id=bill_id(reference), today=request.today
        )
    except (BadReference, billing.UnknownBill) as unknown:
        raise Http404 from unknown
    letter = letter_of(found, numbers=request.account.numbers)
    values = {
        "bill": found,
        "letter": letter,
        "can_plan": plans.can_plan(found),
        "questions": list_beside_bill(line=found.line),
    }
    return show(request, "portal/bills/bill.html", values)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Bill")),
        Column(_("Due"), kind="date"),
        Column(_("Status")),
        Column(_("Billed"), kind="money"),
        Column(_("Left to pay"), kind="money"),
    )


def _row(bill: Bill) -> tuple[Cell, ...]:
    return (
        Cell(bill.title, url=reverse("portal:bill", args=[bill.reference])),
        Cell(bill.due_on, kind="date"),
        Cell(bill.status.value, kind="status"),
        Cell(bill.amount_cents, kind="money"),
        Cell(bill.open_cents, kind="money"),
    )
