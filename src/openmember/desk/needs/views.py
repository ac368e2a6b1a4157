"""The needs of the people on the account that is open."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.accounts.queries import list_members_on
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.members.needs.forms import NeedsForm
from openmember.members.needs.queries import NOTHING, map_needs
from openmember.members.needs.services import set_needs
from openmember.members.needs.types import NeedsRefused
from openmember.members.needs.words import REFUSALS
from openmember.members.types import Member, Scope
from openmember.ui.pages import go_to


@require_http_methods(["GET", "HEAD", "POST"])
@account_page("needs", scope=Scope.CONTACT)
def needs(request: AccountRequest) -> HttpResponse:
    """Show what each person on the account needs, and keep what is said of one of them."""
    people = [one for one, _how in list_members_on(number=request.opened.account.number)]
    known = map_needs(member_ids=[one.id for one in people])
    asked = request.POST.get("person", "")
    forms = {
        one.id: NeedsForm(
            request.POST if asked == str(one.id) else None, needs=known.get(one.id, NOTHING),
            auto_id=f"id_{one.id}_%s",
        )
        for one in people
    }  # fmt: skip
    if request.method == "POST":
        meant = next((one for one in people if str(one.id) == asked), None)
        if meant is None:
            raise Http404
        if _keep(request, meant, forms[meant.id]):
            return go_to(request, "desk:needs")
    rows = [(one, forms[one.id]) for one in people]
    refused = next((form for form in forms.values() if form.is_bound), None)
    values = {"rows": rows, "form": refused} if refused else {"rows": rows}
    return show_account(request, "desk/needs/needs.html", values, place="needs")


def _keep(request: AccountRequest, meant: Member, form: NeedsForm) -> bool:
    if not form.is_valid():
        return False
    try:
        set_needs(member_id=meant.id, needs=form.said(), now=timezone.now(), actor=request.actor)
    except NeedsRefused as refused:
        form.add_error(None, str(REFUSALS[refused.name]))
        return False
    messages.success(request, _("It is kept, and shown to everybody who meets them."))
    return True
