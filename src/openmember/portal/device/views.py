"""The page of this device, and what its script asks for."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.coverage.cards.showing import shown
from openmember.devices import queries, services
from openmember.devices.encryption import ServerKey
from openmember.devices.types import Device
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.card.views import cards_of
from openmember.portal.device import cookie
from openmember.portal.device.forms import NewsForm
from openmember.ui.context import organisation
from openmember.ui.pages import go_to, show


@require_safe
@for_member
def device(request: PersonRequest) -> HttpResponse:
    """Show what this device keeps and is told of, and the member's other devices."""
    this = cookie.own_device(request)
    context = {
        "this": this,
        "form": NewsForm(initial={"wants": sorted(this.wants) if this and this.wants else []}),
        "devices": queries.list_devices(user_id=request.user.pk or 0),
        "push_key": ServerKey.read(settings.PUSH_KEY).public if settings.PUSH_KEY else "",
        "has_card": any(one.coverages or one.coming for one in cards_of(request)),
    }
    return show(request, "portal/device/device.html", context)


@require_http_methods(["GET", "POST"])
@for_member
def kept_card(request: PersonRequest) -> HttpResponse:
    """Give the card to the device that keeps it; POST begins to keep it."""
    this = cookie.own_device(request)
    if request.method == "GET":
        if this is None or not this.keeps_card:
            return HttpResponse(status=204)
        return JsonResponse(_card(request))
    token = ""
    if this is None:
        this, token = _trust(request)
    services.keep_card(device=this, keeps=True, actor=request.actor)
    response = JsonResponse(_card(request))
    if token:
        cookie.give(response, token)
    return response


@require_POST
@for_member
def forget_card(request: PersonRequest) -> HttpResponse:
    """Keep the card no more; the page's script has emptied the browser."""
    if this := cookie.own_device(request):
        services.keep_card(device=this, keeps=False, actor=request.actor)
    messages.success(request, _("This device does not keep your ID card any more."))
    return go_to(request, "portal:device")


@require_POST
@for_member
def tell(request: PersonRequest) -> HttpResponse:
    """Tell this device of news from now on."""
    form = NewsForm(request.POST)
    if not settings.PUSH_KEY:
        raise Http404
    if not form.is_valid():
        said = " ".join(str(one) for errors in form.errors.values() for one in errors)
        return JsonResponse({"error": said}, status=422)
    this, token = cookie.own_device(request), ""
    if this is None:
        this, token = _trust(request)
    try:
        services.tell(
            device=this, subscription=form.subscription(), wants=form.kinds(),
            language=get_language() or "en", actor=request.actor,
        )  # fmt: skip
    except services.CannotTell:
        said = _("We cannot send to this browser’s message service.")
        response = JsonResponse({"error": said}, status=422)
    else:
        messages.success(request, _("From now on this device tells you of news."))
        response = JsonResponse({})
    if token:
        cookie.give(response, token)
    return response


@require_POST
@for_member
def tell_no_more(request: PersonRequest) -> HttpResponse:
    """Tell this device of nothing any more."""
    if this := cookie.own_device(request):
        services.tell_no_more(device=this, actor=request.actor)
    messages.success(request, _("This device tells you of nothing any more."))
    return go_to(request, "portal:device")


@require_POST
@for_member
def remove(request: PersonRequest) -> HttpResponse:
    """End the trust in one of the member's devices. It empties itself when it is next online."""
    asked = request.POST.get("device", "")
    for one in queries.list_devices(user_id=request.user.pk or 0):
        if str(one.id) == asked:
            services.revoke(device=one, actor=request.actor, reason="removed by the member")
            messages.success(
                request, _("The device is removed. It forgets your card when it is next online.")
            )
    return go_to(request, "portal:device")


@never_cache
@require_safe
def state(request: HttpRequest) -> JsonResponse:
    """Say whether this device may go on keeping the card. Anyone may ask; it says nothing of whose it is."""
    this = cookie.device_of(request)
    is_others = (
        this is not None and request.user.is_authenticated and request.user.pk != this.user_id
    )
    if this is None or is_others:
        return JsonResponse({"keeps": False})
    own = request.user.is_authenticated
    services.see(device=this, stamp=cookie.own_stamp(request) if own else None, now=timezone.now())
    return JsonResponse({"keeps": this.keeps_card})


def _trust(request: PersonRequest) -> tuple[Device, str]:
    name = cookie.name_of(request.headers.get("User-Agent", ""))
    return services.trust(actor=request.actor, stamp=cookie.own_stamp(request), name=name)


def _card(request: PersonRequest) -> dict[str, str]:
    """Return the cards as the device shows them, and a name that changes when they do."""
    cards = [shown(one) for one in cards_of(request) if one.coverages or one.coming]
    values = {"cards": cards, "organisation": organisation(), "language": get_language()}
    html = render_to_string("portal/device/kept.html", values)
    return {"html": html, "version": hashlib.sha256(html.encode()).hexdigest()[:16]}
