"""Reading the account's payments."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from openmember.desk.cashier.working import has_counter
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import PAGE_SIZE, page_asked, page_of, show_account
from openmember.desk.payments.chosen import (
    came_from_joined_account,
    is_credit_again,
    is_movable,
    payment_of,
)
from openmember.payments import queries
from openmember.payments.assisted.queries import find_representative
from openmember.payments.disputes.queries import list_disputes


@require_safe
@account_page("payments")
def payments(request: AccountRequest) -> HttpResponse:
    """Show the payments, the newest first."""
    number = page_asked(request)
    listed = queries.list_payments(
        numbers=request.opened.account.numbers, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    values = {
        "listed": listed,
        "page": page_of(listed.total, number),
        "has_counter": has_counter(request),
    }
    return show_account(request, "desk/payments.html", values, place="payments")


@require_safe
@account_page("payment")
def payment(request: AccountRequest, reference: str) -> HttpResponse:
    """Show one payment: what it settles, what went back, and each step of its life."""
    found = payment_of(request, reference)
    values = {
        "payment": found,
        "settled_cents": sum(one.amount_cents for one in found.allocations),
        "moves": queries.list_moves(payment=found),
        "refunds": queries.list_refunds(payment=found),
        "disputes": list_disputes(payment=found) if found.gateway else (),
        "is_movable": is_movable(request, found),
        "is_given_back": not came_from_joined_account(found),
        "is_credit_again": is_credit_again(found),
        "representative": find_representative(payment=found),
    }
    return show_account(request, "desk/payment.html", values, place="payments")
