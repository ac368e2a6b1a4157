"""Employers billed in one list: which there are, and one with its members, rates, bills and payments."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.accounts.queries import get_account
from openmember.accounts.types import Account
from openmember.billing.overview import get_overview
from openmember.billing.premiums import sponsors
from openmember.billing.premiums.sponsors import Sponsor
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.opened import Reason, open_account
from openmember.desk.pages import PAGE_SIZE, page_asked, page_of, show_desk
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope
from openmember.payments import queries as payments
from openmember.payments.jobs import office_today
from openmember.ui.pages import go_to

PLACE = "billing_runs"
RECENT_PAYMENTS = 12


@require_safe
@desk_page(Scope.RUN_BILLING)
def listed(request: DeskRequest) -> HttpResponse:
    """List employers, by name, with where their list is billed."""
    values = {"sponsors": sponsors.list_sponsors(today=office_today())}
    return show_desk(request, "desk/sponsors/list.html", values, place=PLACE)


@require_safe
@desk_page(Scope.RUN_BILLING)
def sponsor(request: DeskRequest, identity: int) -> HttpResponse:
    """Show one employer: members, rates, bills, payments."""
    today = office_today()
    found = _sponsor(identity)
    account = _account(found)
    number = page_asked(request)
    members, total = sponsors.list_listed(
        sponsor=found, today=today, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    audit.record(
        actor=str(request.actor), action="sponsor.read", account_number=found.account_number or None,
        sponsor_id=found.id, page=number,
    )  # fmt: skip
    values = {
        "sponsor": found,
        "members": members,
        "total": total,
        "page": page_of(total, number),
        "rates": sponsors.list_rates(sponsor=found, today=today),
        "bills": sponsors.list_bills(sponsor=found),
        "payments": (
            payments.list_payments(numbers=account.numbers, limit=RECENT_PAYMENTS).payments
            if account
            else ()
        ),
        "holder": (get_overview(number=account.number, today=today).holder_name if account else ""),
    }
    return show_desk(request, "desk/sponsors/page.html", values, place=PLACE)


@require_POST
@desk_page(Scope.RUN_BILLING)
def open_of(request: DeskRequest, identity: int) -> HttpResponse:
    """Open the account an employer's list is billed to."""
    account = _account(_sponsor(identity))
    if account is None:
        messages.info(request, _("This list is billed nowhere yet."))
        return go_to(request, "desk:sponsor", identity)
    overview = get_overview(number=account.number, today=office_today())
    open_account(request, account=account, region=overview.region, reason=Reason.REVIEW)
    return go_to(request, "desk:account")


def _sponsor(identity: int) -> Sponsor:
    try:
        return sponsors.get_sponsor(sponsor_id=identity, today=office_today())
    except sponsors.UnknownSponsor:
        raise Http404 from None


def _account(found: Sponsor) -> Account | None:
    return get_account(number=found.account_number) if found.account_number else None
