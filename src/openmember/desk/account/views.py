"""The account at a glance, and who read or did what to it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from openmember.desk.account.glance import glance_of
from openmember.desk.cashier.working import has_counter
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import PAGE_SIZE, show_account
from openmember.desk.secure.calls import can_send
from openmember.desk.words import audit_detail
from openmember.kernel.audit.queries import list_entries
from openmember.members.types import Scope
from openmember.payments import queries as payments

RECENT_PAYMENTS = 8


@require_safe
@account_page("account")
def account(request: AccountRequest) -> HttpResponse:
    """Show who is on the account and what covers them, what it owes, what is open and what was promised."""
    values = {
        **glance_of(request),
        "has_counter": has_counter(request),
        "is_in_call": can_send(request),
        "recent": payments.list_payments(
            numbers=request.opened.account.numbers, limit=RECENT_PAYMENTS
        ),
    }
    return show_account(request, "desk/account.html", values, place="account")


@require_safe
@account_page("audit", scope=Scope.AUDIT)
def audit_trail(request: AccountRequest) -> HttpResponse:
    """Show who read or did what to this account, the newest first."""
    before = request.GET.get("before", "")
    entries = list_entries(
        numbers=request.opened.account.numbers,
        before_id=int(before) if before.isdecimal() and len(before) <= 18 else None,
        limit=PAGE_SIZE + 1,
    )
    older = entries[PAGE_SIZE - 1].id if len(entries) > PAGE_SIZE else None
    rows = [
        (entry, [audit_detail(name, value) for name, value in entry.detail.items()])
        for entry in entries[:PAGE_SIZE]
    ]
    values = {"rows": rows, "older": older, "is_first": not before}
    return show_account(request, "desk/audit.html", values, place="audit")
