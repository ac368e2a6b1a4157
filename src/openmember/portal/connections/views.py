"""The apps that can get at a member's account, and ending one."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.members.connections import queries, services
from openmember.members.connections.words import GRANTS
from openmember.portal.access import MemberRequest, for_holder
from openmember.ui.pages import go_to, show


@require_safe
@for_holder
def connections(request: MemberRequest) -> HttpResponse:
    """List the apps this member let in, and what each may do."""
    assert request.actor.id is not None
    found = queries.list_connections(user_id=request.actor.id)
    listed = [(one, [GRANTS[grant] for grant in one.grants]) for one in found]
    return show(request, "portal/connections/connections.html", {"connections": listed})


@require_POST
@for_holder
def end(request: MemberRequest) -> HttpResponse:
    """Let one app in no more."""
    assert request.actor.id is not None
    try:
        services.end_connection(
            user_id=request.actor.id, client_id=request.POST.get("client", ""), at=request.now,
            actor=request.actor,
        )  # fmt: skip
    except queries.UnknownApp:
        messages.warning(request, _("This app was disconnected already."))
    else:
        messages.success(request, _("The app is disconnected. It cannot see or do anything here."))
    return go_to(request, "portal:connections")
