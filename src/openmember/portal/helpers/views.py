"""Who may act for the member, and for whom they may; each can end it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.members.proxies import services
from openmember.members.proxies.queries import list_helped, list_proxies_of
from openmember.members.proxies.words import BASES, may_words
from openmember.members.types import NotAllowed
from openmember.portal.access import PersonRequest, for_member
from openmember.ui.pages import go_to, show


@require_safe
@for_member
def helpers(request: PersonRequest) -> HttpResponse:
    """List both."""
    mine = list_proxies_of(member_ids=[request.member.id], at=request.now)
    theirs = list_helped(proxy_id=request.member.id, at=request.now)
    values = {
        "mine": [(one, one.proxy_name, may_words(one.may), BASES[one.basis]) for one in mine],
        "theirs": [(one, one.member_name, may_words(one.may), BASES[one.basis]) for one in theirs],
    }
    return show(request, "portal/helpers/helpers.html", values)


@require_POST
@for_member
def end(request: PersonRequest) -> HttpResponse:
    """End one of them."""
    asked = request.POST.get("proxy", "")
    try:
        services.end(
            proxy=int(asked) if asked.isdecimal() and len(asked) <= 18 else 0,
            now=request.now,
            actor=request.actor,
        )
    except NotAllowed as refused:
        raise PermissionDenied from refused
    messages.success(request, _("It is ended."))
    return go_to(request, "portal:helpers")
