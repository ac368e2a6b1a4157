"""How a member is told that a message waits."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.portal.access import PersonRequest, for_member
from openmember.portal.messages.forms import WishesForm
from openmember.texting.services import reachable
from openmember.threads.queries import find_wishes
from openmember.threads.services.telling import wish
from openmember.threads.types import Wishes
from openmember.ui.pages import go_to, show


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def telling(request: PersonRequest) -> HttpResponse:
    """Show and change how the member is told."""
    known = find_wishes(user_id=request.actor.id or 0)
    phone = reachable(request.member.person.phone)
    form = WishesForm(
        request.POST or None, initial={"by_email": known.by_email, "by_text": known.by_text}
    )
    if not phone:
        form.fields.pop("by_text")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wish(
            wishes=Wishes(said["by_email"], said.get("by_text", False)), now=request.now,
            actor=request.actor,
        )  # fmt: skip
        messages.success(request, _("We will tell you this way."))
        return go_to(request, "portal:messages")
    values = {"form": form, "email": request.user.email, "last_four": phone[-4:]}  # type: ignore[union-attr]  # signed in
    return show(request, "portal/messages/telling.html", values)
