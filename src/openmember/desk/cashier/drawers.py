"""A drawer opened and counted, and the facility's money on its way to the bank."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.desk.acts import Act, words_for
from openmember.desk.cashier.acting import perform
from openmember.desk.cashier.forms import CountForm, OpenDrawerForm, PaperForm, SpoilForm
from openmember.desk.cashier.working import CounterRequest, counter_page
from openmember.desk.pages import show_desk
from openmember.kernel.references import BadReference, identity, reference
from openmember.members.types import Scope
from openmember.payments.drawers import queries
from openmember.payments.drawers.services.deposits import make_deposit
from openmember.payments.drawers.services.opening import count_drawer, open_drawer
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.payments.drawers.services.voids import decide_void
from openmember.ui.formats import dollars
from openmember.ui.pages import go_to
from openmember.ui.types import Item


@require_POST
@counter_page()
def open_one(request: CounterRequest) -> HttpResponse:
    """Open a drawer with its float."""
    here = request.counter
    form = OpenDrawerForm(
        request.POST, free=list(here.facility.drawers), float_cents=here.facility.float_cents
    )
    if form.is_valid():
        try:
            open_drawer(
                facility=here.facility, name=form.cleaned_data["drawer"],
                float_cents=form.cleaned_data["float"], on=here.today, actor=request.actor,
            )  # fmt: skip
        except CounterRefused as refused:
            form.add_error(None, words_for(refused))
        else:
            return go_to(request, "desk:counter")
    values = {"form": form, "counter": here}
    return show_desk(request, "desk/counter/open.html", values, place="counter")


@require_http_methods(["GET", "POST"])
@counter_page()
def count(request: CounterRequest) -> HttpResponse:
    """Count the drawer, blind: what it should hold is shown when it is counted."""
    here = request.counter
    if here.drawer is None:
        return go_to(request, "desk:counter")
    drawer = here.drawer
    form = CountForm(request.POST or None)

    def consequences() -> list[Item]:
        return [
            Item(_("Cash counted"), form.cash_cents(), kind="money"),
            Item(_("Checks counted"), form.cleaned_data["checks"] or 0, kind="money"),
        ]

    def do() -> tuple[object, ...]:
        counted = count_drawer(
            drawer=drawer, pieces=form.pieces(), checks_cents=form.cleaned_data["checks"] or 0,
            on=here.today, actor=request.actor,
        )  # fmt: skip
        return ("desk:counter_counted", reference("D", counted.id))

    act = Act(
        title=_("Count %(drawer)s") % {"drawer": drawer.name},
        submit=_("Close the drawer with this count"),
        back=("desk:counter",),
        place="counter",
        lead=_("How many of each. Leave a field empty for none; the float is counted too."),
        template="desk/counter/count.html",
    )
    return perform(request, form, act, consequences=consequences, do=do)


@require_safe
@counter_page()
def counted(request: CounterRequest, name: str) -> HttpResponse:
    """Show a count against what there should have been."""
    try:
        found = queries.get_counted(
            drawer_id=identity("D", name), facility=request.counter.facility.code
        )
    except (BadReference, queries.UnknownDrawer) as unknown:
        raise Http404 from unknown
    values = {"counted": found, "counter": request.counter}
    return show_desk(request, "desk/counter/counted.html", values, place="counter")


@require_safe
@counter_page()
def drawers(request: CounterRequest) -> HttpResponse:
    """Show the facility's drawers, its money for the bank, and what waits for a supervisor."""
    return show_drawers(request, SpoilForm())


def show_drawers(request: CounterRequest, spoil: SpoilForm) -> HttpResponse:
    """Answer with the page of the drawers, and what was typed of a spoiled receipt."""
    here = request.counter
    code = here.facility.code
    waiting = queries.list_counted(facility=code, only_undeposited=True, limit=500)
    values = {
        "counter": here,
        "open": queries.list_open_drawers(facility=code, actor=request.actor),
        "waiting": waiting,
        "counted": queries.list_counted(facility=code, limit=10),
        "deposits": queries.list_deposits(facility=code, limit=10),
        "voids": queries.list_voids_waiting(facility=code, actor=request.actor),
        "me": str(request.actor),
        "ranges": queries.list_paper_ranges(facility=code),
        "paper": PaperForm(),
        "spoil": spoil,
    }
    return show_desk(request, "desk/counter/drawers.html", values, place="counter")


@require_POST
@counter_page()
def deposit_now(request: CounterRequest) -> HttpResponse:
    """Make the deposit of everything that was counted."""
    here = request.counter
    try:
        made = make_deposit(facility=here.facility, on=here.today, actor=request.actor)
    except CounterRefused as refused:
        messages.error(request, words_for(refused))
        return go_to(request, "desk:counter_drawers")
    return go_to(request, "desk:counter_deposit", made.slip)


@require_safe
@counter_page()
def deposit(request: CounterRequest, slip: str) -> HttpResponse:
    """Show the slip that goes to the bank with the money."""
    made = next(
        (
            one
            for one in queries.list_deposits(facility=request.counter.facility.code, limit=500)
            if one.slip == slip
        ),
        None,
    )
    if made is None:
        raise Http404
    values = {"deposit": made, "counter": request.counter}
    return show_desk(request, "desk/counter/deposit.html", values, place="counter")


@require_POST
@counter_page(Scope.SUPERVISE_DRAWERS)
def decide(request: CounterRequest, identity: int) -> HttpResponse:
    """Agree to a void, or reject it."""
    here = request.counter
    asked = queries.list_voids_waiting(facility=here.facility.code, actor=request.actor)
    found = next((one for one in asked if one.id == identity), None)
    is_agreed = request.POST.get("answer") == "agree"
    if found is None:
        messages.info(request, _("This was decided already."))
        return go_to(request, "desk:counter_drawers")
    try:
        decide_void(request=found, is_agreed=is_agreed, on=here.today, actor=request.actor)
    except CounterRefused as refused:
        messages.error(request, words_for(refused))
    else:
        said = _("%(receipt)s is voided: %(amount)s leaves the drawer.")
        if not is_agreed:
            said = _("%(receipt)s stands: %(amount)s stays in the drawer.")
        messages.success(
            request, said % {"receipt": found.reference, "amount": dollars(found.amount_cents)}
        )
    return go_to(request, "desk:counter_drawers")
