"""The frame around every page of the desk: where one can go, and what one may do."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openmember.desk.access import DeskRequest
from openmember.desk.opened import AccountRequest
from openmember.desk.verification.proof import SESSION_KEY
from openmember.directory.queries import find_region
from openmember.members.types import Scope
from openmember.ui.pages import show

PAGE_SIZE = 50
KEYS_COOKIE = "desk_keys"


@dataclass(frozen=True, slots=True)
class Place:
    """A page one can go to from everywhere, and the letter or digit after `g` that goes there."""

    name: str
    label: Promise
    letter: str
    scope: Scope = Scope.FIND
    needs_account: bool = True

    @property
    def url(self) -> str:
        return reverse(f"desk:{self.name}")


PLACES = (
    Place("find", _("Find"), "f", needs_account=False),
    Place("cases", _("Cases"), "s", scope=Scope.WORK_CASES, needs_account=False),
    Place("disputes", _("Disputes"), "D", scope=Scope.WORK_CASES, needs_account=False),
    Place("oversight", _("Oversight"), "4", scope=Scope.OVERSEE, needs_account=False),
    Place("board", _("Board"), "z", scope=Scope.SUPERVISE_CARE, needs_account=False),
    Place("messages", _("Messages"), "m", scope=Scope.WORK_CASES, needs_account=False),
    Place("contact", _("Contact"), "q", scope=Scope.CONTACT, needs_account=False),
    Place("callers", _("Callers"), "o", needs_account=False),
    Place("walkins", _("Walk-ins"), "g", scope=Scope.CONTACT, needs_account=False),
    Place("duty", _("Presence"), "P", scope=Scope.CONTACT, needs_account=False),
    Place("interpreters", _("Interpreters"), "I", scope=Scope.WORK_CASES, needs_account=False),
    Place("registrations", _("New patients"), "N", scope=Scope.REGISTER, needs_account=False),
    Place("account", _("Account"), "a"),
    Place("cases_of_account", _("Member’s cases"), "w", scope=Scope.CONTACT),
    Place("new_message", _("Write to the member"), "v", scope=Scope.WORK_CASES),
    Place("interpreter_visits", _("Interpreters"), "3", scope=Scope.CONTACT),
    Place("needs", _("Needs"), "2", scope=Scope.CONTACT),
    Place("proxies", _("Proxies"), "y", scope=Scope.CONTACT),
    Place("bills", _("Bills"), "b"),
    Place("payments", _("Payments"), "p"),
    Place("timeline", _("Timeline"), "j"),
    Place("counter", _("Counter"), "k", scope=Scope.TAKE_PAYMENT, needs_account=False),
    Place("cards", _("ID cards"), "e", needs_account=False),
    Place("grace", _("Unpaid premium"), "u"),
    Place("terms", _("Coverage terms"), "1"),
    Place("ledger", _("Ledger"), "l"),
    Place("credits", _("Credit"), "c", scope=Scope.REFUND, needs_account=False),
    Place("assistance", _("Financial help"), "h", scope=Scope.ASSIST, needs_account=False),
    Place("exceptions", _("Exceptions"), "x", scope=Scope.WORK_EXCEPTIONS, needs_account=False),
    Place("receipts", _("Receipts"), "i", scope=Scope.WORK_EXCEPTIONS, needs_account=False),
    Place("billing_runs", _("Premium runs"), "r", scope=Scope.RUN_BILLING, needs_account=False),
    Place("ach", _("Bank debits"), "d", scope=Scope.RUN_BILLING, needs_account=False),
    Place("finance", _("Finance"), "n", scope=Scope.RECONCILE, needs_account=False),
    Place("audit", _("Audit trail"), "t", scope=Scope.AUDIT),
)


def show_desk(
    request: DeskRequest,
    template: str,
    values: Mapping[str, object],
    *,
    place: str = "",
    part: str | None = None,
) -> HttpResponse:
    """Render a page of the desk; `place` is the one of `PLACES` it belongs to."""
    has_account = SESSION_KEY in request.session
    frame = {
        "places": [
            known
            for known in PLACES
            if request.actor.may(known.scope) and (has_account or not known.needs_account)
        ],
        "place": place,
        "has_account": has_account,
        "may": {scope.value for scope in Scope if request.actor.may(scope)},
        "has_keys": request.COOKIES.get(KEYS_COOKIE) != "off",
    }
    return show(request, template, {**frame, **values}, part=part)


def show_account(
    request: AccountRequest,
    template: str,
    values: Mapping[str, object],
    *,
    place: str,
    part: str | None = None,
) -> HttpResponse:
    """Render a page about the account that is open."""
    overview = request.opened.overview
    region = find_region(code=overview.region)
    known = {
        "opened": request.opened,
        "overview": overview,
        "region_name": region.name if region else overview.region,
    }
    return show_desk(request, template, {**known, **values}, place=place, part=part)


def page_asked(request: HttpRequest) -> int:
    """Return the number of the page asked for, 1 when there is none that makes sense."""
    asked = request.GET.get("page", "")
    return max(int(asked), 1) if asked.isdecimal() and len(asked) <= 6 else 1


def page_of(total: int, number: int) -> Page[int]:
    """Return where page `number` stands among the pages of `total` rows, for the page links."""
    return Paginator(range(total), PAGE_SIZE).get_page(number)
