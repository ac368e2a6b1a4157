"""Asking for interpreters and working the requests."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.accounts.queries import list_members_on
from openmember.cases.interactions.queries import UnknownInteraction, get_interaction
from openmember.cases.interpreters import queries, services
from openmember.cases.interpreters.types import NewRequest, Request, UnknownRequest
from openmember.cases.types import CaseRefused
from openmember.cases.words import refusal
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.interpreters.forms import AskForm, OutcomeForm, VisitForm
from openmember.desk.interpreters.showing import rows_of
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account, show_desk
from openmember.directory.queries import zone_of
from openmember.members.needs.queries import NOTHING, map_needs
from openmember.members.types import Member, Scope
from openmember.ui.pages import go_to


@require_safe
@desk_page(Scope.WORK_CASES)
def waiting(request: DeskRequest) -> HttpResponse:
    """List what is asked for and assigned, contacts first, then visits by when."""
    rows = rows_of(queries.list_waiting(actor=request.actor))
    values = {"rows": rows, "now": timezone.now()}
    return show_desk(request, "desk/interpreters/waiting.html", values, place="interpreters")


@require_POST
@desk_page(Scope.CONTACT)
def ask(request: DeskRequest, identity: int) -> HttpResponse:
    """Ask for an interpreter in a contact."""
    try:
        contact = get_interaction(interaction_id=identity, actor=request.actor)
    except UnknownInteraction as unknown:
        raise Http404 from unknown
    form = AskForm(request.POST, needs=NOTHING)
    if not form.is_valid():
        messages.error(request, _("Choose the language."))
        return go_to(request, "desk:contact_of", contact.id)
    language, mode, relay = form.asked()
    new = NewRequest(language, mode, relay, interaction_id=contact.id)
    try:
        services.ask(new=new, now=timezone.now(), actor=request.actor)
    except CaseRefused as refused:
        messages.error(request, refusal(refused.name, str(refused)))
    else:
        messages.success(request, _("The interpreter is asked for."))
    return go_to(request, "desk:contact_of", contact.id)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page("interpreters", scope=Scope.CONTACT)
def visits(request: AccountRequest) -> HttpResponse:
    """Show the requests of the people on the account, and ask for one at a visit."""
    people = [one for one, _how in list_members_on(number=request.opened.account.number)]
    ids = [one.id for one in people]
    form = (
        VisitForm(request.POST or None, people=people, needs_of=map_needs(member_ids=ids)) if people else None
    )  # fmt: skip
    if (
        request.method == "POST"
        and form
        and form.is_valid()
        and _ask_for_visit(request, form, people)
    ):
        messages.success(request, _("The interpreter is asked for."))
        return go_to(request, "desk:interpreter_visits")
    found = queries.list_of_members(member_ids=ids, actor=request.actor)
    values = {"rows": rows_of(found), "form": form}
    return show_account(
        request, "desk/interpreters/visits.html", values, place="interpreter_visits"
    )


@require_POST
@desk_page(Scope.CONTACT)
def act(request: DeskRequest, identity: int, act: str) -> HttpResponse:
    """Say who interprets, that they did, or that none was to be had and why; then back to where one was."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        values = {"form": form}
        return show_desk(request, "desk/interpreters/refused.html", values, place="interpreters")
    if act not in _ACTS:
        raise Http404
    common = {"request_id": identity, "now": timezone.now(), "actor": request.actor}
    do, names = _ACTS[act]
    try:
        do(**common, **{name: form.cleaned_data[name] for name in names})
    except UnknownRequest as unknown:
        raise Http404 from unknown
    except CaseRefused as refused:
        messages.error(request, refusal(refused.name, str(refused)))
    else:
        messages.success(request, _("It is noted."))
    return _back(request)


# What each act is, and what of the form it takes.
_ACTS: dict[str, tuple[Callable[..., Request], tuple[str, ...]]] = {
    "assign": (services.assign, ("agency", "interpreter")),
    "done": (services.finish, ()),
    "unavailable": (services.report_unavailable, ("reason",)),
    "cancel": (services.cancel, ("reason",)),
}


def _ask_for_visit(request: AccountRequest, form: VisitForm, people: Sequence[Member]) -> bool:
    language, mode, relay = form.asked()
    seen = next(one for one in people if one.id == int(form.cleaned_data["person"]))
    new = NewRequest(
        language, mode, relay, member_id=seen.id, sent_as=form.cleaned_data["key"],
        # Theirs, not the account's: who is on it may live elsewhere.
        appointment=form.appointment(zone_of(region=seen.person.region)),
    )  # fmt: skip
    try:
        services.ask(new=new, now=timezone.now(), actor=request.actor)
    except CaseRefused as refused:
        form.add_error(None, refusal(refused.name, str(refused)))
        return False
    return True


def _back(request: DeskRequest) -> HttpResponse:
    came = request.POST.get("back", "")
    if came.isdecimal():
        return go_to(request, "desk:contact_of", int(came))
    if came == "account":
        return go_to(request, "desk:interpreter_visits")
    return go_to(
        request, "desk:interpreters" if request.actor.may(Scope.WORK_CASES) else "desk:find"
    )
