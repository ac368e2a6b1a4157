"""A member's own needs."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.members.needs.forms import NeedsForm
from openmember.members.needs.queries import get_needs
from openmember.members.needs.services import set_needs
from openmember.members.needs.types import NeedsRefused
from openmember.members.needs.words import REFUSALS
from openmember.portal.access import PersonRequest, for_member
from openmember.ui.pages import go_to, show


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def needs(request: PersonRequest) -> HttpResponse:
    """Show and keep what the member needs when they call, write or come."""
    form = NeedsForm(request.POST or None, needs=get_needs(member_id=request.member.id))
    if request.method == "POST" and form.is_valid():
        try:
            set_needs(
                member_id=request.member.id, needs=form.said(), now=request.now, actor=request.actor
            )
        except NeedsRefused as refused:
            form.add_error(None, str(REFUSALS[refused.name]))
        else:
            messages.success(request, _("It is kept. You need not say it again."))
            return go_to(request, "portal:needs")
    return show(request, "portal/needs/needs.html", {"form": form})
