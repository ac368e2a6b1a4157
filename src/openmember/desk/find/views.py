"""Finding an account and opening it. What is typed is posted, so no address or log ever holds it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from openmember.cases.types import Channel
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.contacts.current import enter
from openmember.desk.find.limit import paused
from openmember.desk.find.results import UnclearPick, look_up, picked
from openmember.desk.opened import LAST_REASON_KEY, Reason, close_account, open_account
from openmember.desk.pages import KEYS_COOKIE, show_desk
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope
from openmember.ui.pages import go_to

YEAR_SECONDS = 31_536_000
TYPED_AT_MOST = 120
# The number the last search was made with: who came with it may hear it.
TYPED_KEY = "desk_typed_number"
CHANNELS = {Reason.CALLER: Channel.PHONE, Reason.IN_PERSON: Channel.IN_PERSON}


class OpenForm(forms.Form):
    """Which account to open, and why. Shown as a table, whose buttons are the picks."""

    pick = forms.CharField(max_length=40)
    reason = forms.ChoiceField(
        label=gettext_lazy("Why you look"),
        choices=[("", gettext_lazy("Choose a reason")), *Reason.choices],
    )


@require_http_methods(["GET", "POST"])
@desk_page(Scope.FIND)
def find(request: DeskRequest) -> HttpResponse:
    """Show the box, and what was found."""
    typed = request.POST.get("text", "").strip()[:TYPED_AT_MOST]
    results = None
    if request.method == "POST":
        if wait := paused(request):
            return wait
        results = look_up(typed, actor=request.actor)
        request.session[TYPED_KEY] = results.typed_number
        audit.record(actor=str(request.actor), action="member.find", member_ids=results.member_ids)
    values = {
        "typed": typed,
        "results": results,
        "form": OpenForm(initial={"reason": request.session.get(LAST_REASON_KEY, "")}),
    }
    return show_desk(request, "desk/find.html", values, place="find")


@require_POST
@desk_page(Scope.FIND)
def open_found(request: DeskRequest) -> HttpResponse:
    """Open the account that was picked, for the reason given."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose why you look at the account, then open it."))
        return go_to(request, "desk:find")
    try:
        account, holder = picked(form.cleaned_data["pick"])
    except UnclearPick:
        messages.error(request, _("That account could not be told apart. Find it by its number."))
        return go_to(request, "desk:find")
    reason = Reason(form.cleaned_data["reason"])
    open_account(
        request, account=account, region=holder.person.region, reason=reason,
        gave_number=request.session.get(TYPED_KEY) == account.number,
    )  # fmt: skip
    if not (reason.is_contact and request.actor.may(Scope.CONTACT)):
        return go_to(request, "desk:account")
    begun = enter(
        request, channel=CHANNELS[reason], account=account,
        member_id=int(form.cleaned_data["pick"].partition(":")[0]),
    )  # fmt: skip
    return go_to(request, "desk:contact_of", begun.id)


@require_POST
@desk_page(Scope.FIND)
def close(request: DeskRequest) -> HttpResponse:
    """Put the account away and look for the next."""
    close_account(request)
    return go_to(request, "desk:find")


@require_http_methods(["GET", "POST"])
@desk_page(Scope.FIND)
def keys(request: DeskRequest) -> HttpResponse:
    """Say what the keys do, and let single keys be turned off, as speech input needs (WCAG 2.1.4)."""
    if request.method == "POST":
        response = go_to(request, "desk:keys")
        wanted = "off" if request.POST.get("keys") == "off" else "on"
        response.set_cookie(
            KEYS_COOKIE, wanted, max_age=YEAR_SECONDS, httponly=True, samesite="Lax"
        )
        return response
    return show_desk(request, "desk/keys.html", {})
