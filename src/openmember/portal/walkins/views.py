"""The pages of the kiosk, of a number, and of the screen. None shows or keeps who somebody is."""

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from openmember.cases.policy import get_policy
from openmember.cases.walkins import kiosk, queries
from openmember.cases.walkins.dangers.services import raise_danger
from openmember.cases.walkins.kiosks.types import Kiosk
from openmember.cases.walkins.offices import gives_numbers
from openmember.cases.walkins.queries import UnknownTicket
from openmember.cases.walkins.services import check_in as give_number
from openmember.cases.walkins.types import NewWalkin, State, Ticket, WalkinRefused
from openmember.cases.words import WALKIN_REFUSALS
from openmember.directory.facilities import Facility, opening_of_facility
from openmember.directory.routing.types import Need as Asked
from openmember.kernel import throttle
from openmember.members.types import system
from openmember.portal.walkins.forms import CheckInForm
from openmember.ui.pages import go_to, show

KIOSK = system("kiosk")
PLACE = "portal/walkins/"
# Nobody reads, chooses and takes a number in less than fifteen seconds, again and again.
NUMBERS_AT_MOST, WINDOW_SECONDS = 20, 5 * 60


@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the language, in all of them; on any other device say where to go."""
    device = kiosk.kiosk_of(request)
    here = kiosk.office_of(device)
    if device is None or here is None:
        values: dict[str, object] = {"offices": [_shown(one) for one in queries.list_offices()]}
        return show(request, PLACE + "elsewhere.html", values)
    now = timezone.now()
    values = {**_shown(here), "gives_numbers": gives_numbers(office=here, now=now)}
    response = show(request, PLACE + "start.html", values)
    kiosk.keep(request, response, device)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check_in(request: HttpRequest) -> HttpResponse:
    """Ask what for, and give a number. Words of danger come before everything, and the desk is told."""
    device = kiosk.kiosk_of(request)
    here = kiosk.office_of(device)
    if device is None or here is None:
        return go_to(request, "portal:walkin")
    form = CheckInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = Asked(
            moment=timezone.now(), text=form.cleaned_data["need"], region=here.region,
            language=form.cleaned_data["language"],
        )  # fmt: skip
        new = form.said(office=here.code, asked=asked)
        try:
            ticket = _take(device, new)
        except WalkinRefused as refused:
            form.add_error(None, str(WALKIN_REFUSALS[refused.name]))
        else:
            return go_to(request, "portal:walkin_ticket", ticket.reference)
    # What the page says of danger is said otherwise here: there are people around.
    values = {
        "form": form, **_shown(here), "alarm": None, **_tell(form, here),
        "head_start": get_policy().head_start_minutes,
        "gives_numbers": gives_numbers(office=here, now=timezone.now()),
    }  # fmt: skip
    return show(request, PLACE + "check_in.html", values)


@require_safe
@never_cache
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a number, how many are before it, and the desk once it is called. It asks again by itself."""
    try:
        found = queries.find_ticket(text=reference)
        office = queries.get_office(code=found.office)
    except (UnknownTicket, WalkinRefused) as unknown:
        raise Http404 from unknown
    if found.on_day != queries.day_of(office=found.office, now=timezone.now()):
        raise Http404
    is_waiting = found.state is State.WAITING
    waited = queries.last_wait_seconds(ticket=found) if is_waiting else None
    values = {
        "ticket": found,
        "state": found.state.value,
        "office": office,
        "before": queries.count_before(ticket=found) if is_waiting else 0,
        "last_wait_minutes": max(1, round(waited / 60)) if waited else None,
        "is_kiosk": kiosk.kiosk_of(request) is not None,
    }
    return show(request, PLACE + "ticket.html", values, part="now")


@require_safe
@never_cache
def screen(request: HttpRequest, office: str) -> HttpResponse:
    """Show which numbers are called to which desk: a screen on a wall, which asks every few seconds."""
    try:
        facility = queries.get_office(code=office)
        found = queries.get_screen(office=office, now=timezone.now())
    except WalkinRefused as unknown:
        raise Http404 from unknown
    seen = sha256(repr(found).encode()).hexdigest()[:16]
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)  # Nothing new, so that nothing is read out again.
    values = {"office": facility, "screen": found, "seen": seen}
    return show(request, PLACE + "screen.html", values, part="calls")


def _tell(form: CheckInForm, here: Facility) -> dict[str, object]:
    """Tell the desk of every danger that was typed; return which, and whether anybody is there."""
    kinds = form.dangers() if form.is_bound else []
    now = timezone.now()
    told = [raise_danger(office=here.code, kind=one, now=now, actor=KIOSK) for one in kinds]
    return {"dangers": kinds, "is_told": all(told)}


def _take(device: Kiosk, new: NewWalkin) -> Ticket:
    """Give a number, no faster than people can ask at one device."""
    if not throttle.is_allowed(
        scope="walkin.kiosk", value=str(device.id), limit=NUMBERS_AT_MOST, window_seconds=WINDOW_SECONDS
    ):  # fmt: skip
        raise WalkinRefused("too_fast")
    return give_number(new=new, now=timezone.now(), actor=KIOSK)


def _shown(office: Facility) -> dict[str, object]:
    return {"office": office, "opening": opening_of_facility(office, moment=timezone.now())}
