"""Contact us. Open to everybody; who is signed in finds their own region chosen."""

from datetime import datetime
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from openmember.directory.routing.routing import route
from openmember.directory.routing.types import Need, Waits
from openmember.members import queries as members
from openmember.phone.queries import measured_waits
from openmember.portal.contact.forms import ContactForm
from openmember.portal.contact.showing import shown
from openmember.ui.pages import show


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Show whom to contact. What was typed is posted, so that no address or log holds it."""
    home = home_region(request)
    spoken = translation.get_language() or "en"
    form = ContactForm(request.POST or None, initial={"region": home, "language": spoken})
    values: dict[str, object] = {"form": form}
    if request.method == "POST":
        if form.is_valid():
            values["found"] = shown(route(_need(form, home)))
    elif home:
        values["found"] = shown(route(_bare(home, spoken)))
    return show(request, "portal/contact/contact.html", values)


def _need(form: ContactForm, home: str) -> Need:
    said = form.cleaned_data
    region = said["region"] or home
    return Need(
        moment=timezone.now(),
        text=said["need"],
        topic=said["topic"],
        region=region,
        area=said["area"],
        home_region=home,
        is_region_verified=bool(home),
        language=said["language"],
        is_relay=said["relay"],
        waits=_waits(home or region),
    )


def _bare(region: str, language: str) -> Need:
    return Need(
        moment=timezone.now(), region=region, home_region=region, is_region_verified=True,
        language=language, waits=_waits(region),
    )  # fmt: skip


def _waits(region: str) -> Waits | None:
    return _measured(region, timezone.now().replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=64)
def _measured(region: str, hour: datetime) -> Waits | None:
    """Return what was measured up to an hour: it changes little, and anybody may ask as often as they like."""
    measured = measured_waits(region=region, now=hour)
    return Waits(measured) if measured else None


def home_region(request: HttpRequest) -> str:
    """Return the region of the member who is signed in, or nothing."""
    if not request.user.is_authenticated:
        return ""
    actor = members.actor_of(request.user)
    if actor.member_id is None:
        return ""
    return members.get_member(member_id=actor.member_id).person.region
