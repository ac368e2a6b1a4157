"""Reading the account's bills."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from openmember.billing import queries
from openmember.billing.types import Bill, bill_id
from openmember.desk.debts.facts import debt_of
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import PAGE_SIZE, page_asked, page_of, show_account
from openmember.kernel.references import BadReference

STATES = ("open", "overdue", "closed")


@require_safe
@account_page("bills")
def bills(request: AccountRequest) -> HttpResponse:
    """Show the bills, all of them or those in one state."""
    state = request.GET.get("state")
    number = page_asked(request)
    listed = queries.list_bills(
        numbers=request.opened.account.numbers,
        today=request.opened.today,
        state=state if state in STATES else None,
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
    )
    values = {
        "listed": listed,
        "state": state if state in STATES else "all",
        "page": page_of(listed.total, number),
    }
    return show_account(request, "desk/bills.html", values, place="bills")


@require_safe
@account_page("bill")
def bill(request: AccountRequest, reference: str) -> HttpResponse:
    """Show one bill, its lines, and what was taken off or added since."""
    found = bill_of(request, reference)
    values = {
        "bill": found,
        "lines": queries.list_lines(bill=found),
        "adjustments": queries.list_adjustments(bill=found),
        **debt_of(request, found),
    }
    return show_account(request, "desk/bill.html", values, place="bills")


def bill_of(request: AccountRequest, reference: str) -> Bill:
    """Return a bill of the account that is open; any other is not found."""
    try:
        return queries.get_bill(
            numbers=request.opened.account.numbers,
            bill_id=bill_id(reference),
            today=request.opened.today,
        )
    except (BadReference, queries.UnknownBill) as unknown:
        raise Http404 from unknown
