"""The scan box: what a scanner types, or a person keys, becomes the account to take money for."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.billing.statements.rules import BadScanLine, read_scan_line
from openmember.desk.cashier.forms import OpenDrawerForm
from openmember.desk.cashier.working import CounterRequest, counter_page
from openmember.desk.find.limit import paused
from openmember.desk.find.results import UnclearPick, look_up, picked
from openmember.desk.opened import Reason, close_account, open_account
from openmember.desk.pages import show_desk
from openmember.desk.verification.proof import SESSION_KEY
from openmember.kernel.audit import services as audit
from openmember.payments.drawers import queries
from openmember.ui.pages import go_to

TYPED_AT_MOST = 120
LAST_TAKEN = 8


@require_safe
@counter_page()
def counter(request: CounterRequest) -> HttpResponse:
    """Show the scan box and the last receipts; before that, the drawer to open."""
    here = request.counter
    if here.drawer is None:
        taken = {
            one.name
            for one in queries.list_open_drawers(facility=here.facility.code, actor=request.actor)
        }
        form = OpenDrawerForm(
            free=[name for name in here.facility.drawers if name not in taken],
            float_cents=here.facility.float_cents,
        )
        return show_desk(
            request, "desk/counter/open.html", {"form": form, "counter": here}, place="counter"
        )
    if SESSION_KEY in request.session:
        return go_to(request, "desk:counter_pay")
    values = {
        "counter": here,
        "taken": queries.list_taken(
            drawer_id=here.drawer.id, actor=request.actor, limit=LAST_TAKEN
        ),
    }
    return show_desk(request, "desk/counter/scan.html", values, place="counter")


@require_POST
@counter_page()
def scan(request: CounterRequest) -> HttpResponse:
    """Open the account that was scanned: its number, the line of a statement, or an MRN."""
    typed = request.POST.get("text", "").strip()[:TYPED_AT_MOST]
    close_account(request)
    if wait := paused(request):
        return wait
    # Anything but the line of a statement is a number, an MRN, or a name.
    with suppress(BadScanLine):
        typed = read_scan_line(typed).number
    found = look_up(typed, actor=request.actor)
    audit.record(actor=str(request.actor), action="member.find", member_ids=found.member_ids)
    picks = [row.pick for row in found.rows if row.pick]
    if len(picks) != 1 or not found.is_sure:
        several = _("This leads to several accounts. Scan the number on the card or the bill.")
        unsure = _(
            "This is like a name on file and not the same. Find the member, then open the account."
        )
        messages.error(request, str(found.note or (several if len(picks) != 1 else unsure)))
        return go_to(request, "desk:counter")
    try:
        account, holder = picked(picks[0])
    except UnclearPick:
        messages.error(request, _("That account could not be told apart. Find it by its number."))
        return go_to(request, "desk:counter")
    open_account(
        request, account=account, region=holder.person.region, reason=Reason.IN_PERSON,
        gave_number=found.typed_number == account.number,
    )  # fmt: skip
    return go_to(request, "desk:counter_pay")


@require_POST
@counter_page()
def next_person(request: CounterRequest) -> HttpResponse:
    """Put the account away and scan the next."""
    close_account(request)
    return go_to(request, "desk:counter")


@require_POST
@counter_page()
def open_taken(request: CounterRequest, reference: str) -> HttpResponse:
    """Open the account of something just taken at this drawer, and show its receipt."""
    drawer = request.counter.drawer
    taken = queries.list_taken(drawer_id=drawer.id, actor=request.actor) if drawer else ()
    for one in taken:
        if one.reference == reference:
            open_account_of(request, one.account_number)
            return go_to(request, "desk:counter_receipt", reference)
    messages.error(request, _("Nothing of this number was taken at this drawer."))
    return go_to(request, "desk:counter")


def open_account_of(request: CounterRequest, number: str) -> None:
    """Open an account by its number, for somebody who is here in person."""
    account, holder = picked(look_up(number, actor=request.actor).rows[0].pick)
    open_account(request, account=account, region=holder.person.region, reason=Reason.IN_PERSON)
