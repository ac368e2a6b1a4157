"""The account at a glance."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from openmember.billing.overview import get_overview
from openmember.billing.plans import queries as plans
from openmember.billing.plans.types import Plan
from openmember.payments.queries import find_waiting
from openmember.portal.access import MemberRequest, for_holder
from openmember.threads.queries import count_unread
from openmember.ui.pages import show


@require_safe
@for_holder
def account(request: MemberRequest) -> HttpResponse:
    """Show whose account it is, its number, what is due and the way to pay it."""
    overview = get_overview(number=request.account.number, today=request.today)
    due_bills = overview.due_bills
    context = {
        "overview": overview,
        "next_bill": due_bills[0] if due_bills else None,
        "overdue_cents": sum(bill.open_cents for bill in due_bills if bill.due_on < request.today),
        "waiting": find_waiting(numbers=request.account.numbers),
        "unread": count_unread(member_ids=(request.account.holder_id,), actor=request.actor),
        "plans": _plans(request) if len(due_bills) < len(overview.open_bills) else (),
    }
    return show(request, "portal/account/account.html", context)


def _plans(request: MemberRequest) -> list[Plan]:
    listed = plans.list_plans(numbers=request.account.numbers, today=request.today)
    return [plan for plan in listed if plan.is_active]
