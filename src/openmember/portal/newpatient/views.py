"""The pages of somebody who wants to be a patient. Nobody is a member by them, and none says whether one is."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from openmember.directory.facilities import list_facilities
from openmember.directory.facts import find_registration
from openmember.directory.lines import find_line
from openmember.directory.opening import opening_of
from openmember.directory.queries import get_organisation
from openmember.directory.types import Line, PhoneLine, Region
from openmember.kernel import throttle
from openmember.kernel.visitors import address_of
from openmember.members.types import GUEST
from openmember.registrations.forms import RegistrationForm
from openmember.registrations.services.intake import receive, was_received
from openmember.registrations.types import Channel, NewRegistration, RegistrationRefused
from openmember.registrations.words import REFUSALS
from openmember.ui import formats
from openmember.ui.pages import go_to, show

SESSION_KEY = "new_patient"
PLACE = "portal/newpatient/"
# In an hour, from one address (a library's visitors, a carrier's customers) and from all.
APPLICATIONS, OF_ALL, WINDOW_SECONDS = 20, 1000, 60 * 60


@dataclass(frozen=True, slots=True)
class WayIn:
    """How one registers in a region: the line to call and when, or the offices that take the form."""

    region: Region
    line: PhoneLine
    hours: str
    is_own_line: bool
    takes_form: bool
    offices: tuple[str, ...]


@require_safe
def ways(request: HttpRequest) -> HttpResponse:
    """Show how one registers in each region: by phone and when, at which offices, and here."""
    found = [_way(region) for region in get_organisation().regions]
    return show(request, PLACE + "ways.html", {"ways": found})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def apply(request: HttpRequest) -> HttpResponse:
    """Take an application. Whether somebody like them is a member is told to nobody here."""
    form = RegistrationForm(request.POST or None)
    status = None
    if request.method == "POST" and form.is_valid():
        new = NewRegistration(form.facts(), Channel.WEB, form.cleaned_data["key"])
        try:
            # What came already is not counted again.
            if was_received(new=new) or _is_let_in(request):
                found = receive(new=new, now=timezone.now(), actor=GUEST)
                request.session[SESSION_KEY] = found.reference
                return go_to(request, "portal:new_patient_received")
        except RegistrationRefused as refused:
            form.add_error("birth_on", str(REFUSALS[refused.name]))
        else:
            status = 429
            form.add_error(None, _turned_away(form.cleaned_data["region"]))
    response = show(request, PLACE + "apply.html", {"form": form}, status=status)
    if status:
        response["Retry-After"] = str(WINDOW_SECONDS)
    return response


@require_safe
@never_cache
def received(request: HttpRequest) -> HttpResponse:
    """Say that the application came, and its number."""
    reference = request.session.get(SESSION_KEY)
    if not reference:
        return go_to(request, "portal:new_patient")
    return show(request, PLACE + "received.html", {"reference": reference})


def _is_let_in(request: HttpRequest) -> bool:
    one, every = (
        throttle.is_allowed(scope=scope, value=value, limit=limit, window_seconds=WINDOW_SECONDS)
        for scope, value, limit in (
            ("registration.web", address_of(request), APPLICATIONS),
            ("registration.web_all", "", OF_ALL),
        )
    )
    return one and every


def _turned_away(code: str) -> str:
    region = next(one for one in get_organisation().regions if one.code == code)
    said = _(
        "Many applications have come from here in the last hour, and yours is not sent yet."
        " Nothing you wrote is lost: send it again later, or call %(phone)s and we take it by phone."
    )
    return said % {"phone": _way(region).line.display}


def _way(region: Region) -> WayIn:
    said = find_registration(region=region.code)
    line = find_line(code=said.line) if said and said.line else None
    offices = tuple(
        one.name for one in list_facilities() if one.region == region.code and one.member_services_desk
    )  # fmt: skip
    return WayIn(
        region=region,
        line=replace(line.numbers[0] if line else region.member_services[0], label=""),
        hours=_hours(line, region) if line else "",
        is_own_line=line is not None,
        takes_form=bool(said and said.office),
        offices=offices,
    )


def _hours(line: Line, region: Region) -> str:
    """Return when a line is answered, and whether it is now."""
    opening = opening_of(line, moment=timezone.now(), zone=region.zone, states=region.states)
    if opening.is_open and opening.until:
        _day, clock = formats.moment(opening.until, line.zone or region.zone)
        return _("Open now, until %(time)s") % {"time": clock}
    if opening.opens_at:
        day, clock = formats.moment(opening.opens_at, line.zone or region.zone, "weekday")
        return _("Closed now, opens %(day)s at %(time)s") % {"day": day, "time": clock}
    return ""
