"""A member's automatic payments: what stands, what comes next, and how to change it."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.payments.autopay import queries, services
from openmember.payments.autopay.types import EndReason
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.autopay.forms import Pause
from openmember.ui.pages import go_to, show


@require_safe
@for_holder
def autopay(request: MemberRequest) -> HttpResponse:
    """Show what stands and what comes next, or what automatic payments are."""
    mandate = queries.find_mandate(numbers=request.account.numbers)
    draws = queries.list_draws(numbers=request.account.numbers)
    ahead = [draw for draw in draws if draw.is_ahead]
    context = {
        "mandate": mandate,
        "ahead": ahead,
        "past": [draw for draw in draws if not draw.is_ahead],
    }
    return show(request, "portal/autopay/autopay.html", context)


@require_POST
@for_holder
def skip(request: MemberRequest) -> HttpResponse:
    """Leave one planned payment out."""
    draw = request.POST.get("draw", "")
    try:
        services.skip(
            account=request.account,
            draw_id=int(draw) if draw.isdecimal() and len(draw) < 19 else 0,
            actor=request.actor,
        )
    except services.NotAllowedNow:
        messages.warning(request, _("This payment is under way already and cannot be skipped."))
    else:
        messages.success(
            request,
            _("We will not take this payment. Its bills stay open: please pay them yourself."),
        )
    return go_to(request, "portal:autopay")


@require_http_methods(["GET", "POST"])
@for_holder
def pause(request: MemberRequest) -> HttpResponse:
    """Ask until when to pause, and pause."""
    given = request.POST if request.method == "POST" else None
    form = Pause(given, today=request.today)
    if request.method == "POST" and form.is_valid():
        try:
            services.pause(
                account=request.account,
                until=form.cleaned_data["until"],
                today=request.today,
                actor=request.actor,
            )
        except (services.NotAllowedNow, queries.UnknownMandate):
            messages.warning(request, _("Automatic payments were paused or stopped already."))
        else:
            messages.success(request, _("Automatic payments are paused."))
        return go_to(request, "portal:autopay")
    return show(request, "portal/autopay/pause.html", {"form": form})


@require_POST
@for_holder
def resume(request: MemberRequest) -> HttpResponse:
    """Take payments again."""
    try:
        services.resume(account=request.account, actor=request.actor)
    except (services.NotAllowedNow, queries.UnknownMandate):
        messages.warning(request, _("Automatic payments are not paused."))
    else:
        messages.success(request, _("Automatic payments are on again."))
    return go_to(request, "portal:autopay")


@require_http_methods(["GET", "POST"])
@for_holder
def end(request: MemberRequest) -> HttpResponse:
    """Ask once, and stop."""
    if request.method == "POST":
        try:
            services.end(
                account=request.account,
                reason=EndReason.MEMBER,
                on=request.today,
                actor=request.actor,
            )
        except queries.UnknownMandate:
            messages.warning(request, _("Automatic payments were stopped already."))
        else:
            messages.success(
                request, _("Automatic payments are stopped. Your bills come as always.")
            )
        return go_to(request, "portal:autopay")
    mandate = queries.find_mandate(numbers=request.account.numbers)
    if mandate is None:
        return go_to(request, "portal:autopay")
    return show(request, "portal/autopay/end.html", {"mandate": mandate})
