"""Everything the person does in the room, each a form with one button."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openmember.cases.types import CaseRefused
from openmember.cases.walkins import kiosk, services
from openmember.cases.walkins.dangers.services import see_danger as see
from openmember.cases.walkins.kiosks.services import end_kiosk as end
from openmember.cases.walkins.kiosks.services import make_kiosk as make
from openmember.cases.walkins.queries import UnknownTicket, find_ticket
from openmember.cases.walkins.types import Ticket, WalkinRefused
from openmember.cases.words import WALKIN_REFUSALS, refusal
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.contacts.current import CONTACT_KEY
from openmember.desk.opened import close_account
from openmember.desk.walkins.working import desk_of, office_of, sit_at
from openmember.directory.facilities import Facility
from openmember.members.types import Scope
from openmember.ui.pages import go_to


@require_POST
@desk_page(Scope.CONTACT)
def choose_desk(request: DeskRequest) -> HttpResponse:
    """Say at which desk the person sits."""
    office = _office(request)
    said = request.POST.get("desk", "")
    if said.isdecimal() and 1 <= int(said) <= office.desks:
        sit_at(request, office, int(said))
    return go_to(request, "desk:walkins")


@require_POST
@desk_page(Scope.CONTACT)
def call_next(request: DeskRequest) -> HttpResponse:
    """Call whose turn it is."""
    office = _office(request)
    desk = desk_of(request, office) or 0

    def do() -> None:
        if not desk:
            raise WalkinRefused("no_desk")
        found = services.call_next(
            office=office.code, desk=desk, now=timezone.now(), actor=request.actor
        )
        if found is None:
            messages.info(request, _("Nobody waits for you: no topic and language of yours."))

    return _answer(request, do)


@require_POST
@desk_page(Scope.CONTACT)
def act(request: DeskRequest, reference: str, act: str) -> HttpResponse:
    """Do one thing with a ticket of the person's office. Who is there is a contact from then on."""
    office = _office(request)
    try:
        found = find_ticket(text=reference)
    except UnknownTicket as unknown:
        raise Http404 from unknown
    if found.office != office.code or act not in {"call", "serve", *_ACTS}:
        raise Http404
    if act == "serve":
        return _serve(request, found)
    if act == "call":
        return _answer(request, lambda: _call(request, office, found))
    do = _ACTS[act]
    return _answer(request, lambda: do(ticket_id=found.id, now=timezone.now(), actor=request.actor))


@require_POST
@desk_page(Scope.CONTACT)
def see_danger(request: DeskRequest, identity: int) -> HttpResponse:
    """Say that the person has gone and looked."""
    try:
        see(danger_id=identity, now=timezone.now(), actor=request.actor)
    except WalkinRefused as refused:
        messages.error(request, str(WALKIN_REFUSALS[refused.name]))
    return go_to(request, "desk:walkins" if office_of(request) else "desk:walkin_dangers")


@require_POST
@desk_page(Scope.CONTACT)
def make_kiosk(request: DeskRequest) -> HttpResponse:
    """Make this device the kiosk of the office, and sign the person out of it."""
    made = make(office=_office(request).code, now=timezone.now(), actor=request.actor)
    logout(request)
    response = go_to(request, "portal:walkin")
    kiosk.mark(response, value=made)
    return response


@require_POST
@desk_page(Scope.CONTACT)
def end_kiosk(request: DeskRequest, identity: int) -> HttpResponse:
    """Take a device its right to give numbers."""
    try:
        end(kiosk_id=identity, now=timezone.now(), actor=request.actor)
    except WalkinRefused as refused:
        messages.error(request, str(WALKIN_REFUSALS[refused.name]))
    else:
        messages.success(request, _("That device gives no numbers any more."))
    return go_to(request, "desk:walkins")


_ACTS: dict[str, Callable[..., Ticket]] = {
    "again": services.call_again,
    "missed": services.miss,
    "back": services.put_back,
    "gone": services.leave,
}


def _call(request: DeskRequest, office: Facility, found: Ticket) -> None:
    services.call(
        ticket_id=found.id, desk=desk_of(request, office) or 0, now=timezone.now(), actor=request.actor
    )  # fmt: skip


def _serve(request: DeskRequest, found: Ticket) -> HttpResponse:
    try:
        services.serve(ticket_id=found.id, now=timezone.now(), actor=request.actor)
    except WalkinRefused as refused:
        messages.error(request, str(WALKIN_REFUSALS[refused.name]))
        return go_to(request, "desk:walkins")
    except CaseRefused as refused:
        messages.error(request, refusal(refused.name, str(refused)))
        return go_to(request, "desk:walkins")
    # What was proven of the one before is not this one's.
    close_account(request)
    request.session[CONTACT_KEY] = found.interaction_id
    return go_to(request, "desk:contact_of", found.interaction_id)


def _answer(request: DeskRequest, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except WalkinRefused as refused:
        messages.error(request, str(WALKIN_REFUSALS[refused.name]))
    except CaseRefused as refused:
        messages.error(request, refusal(refused.name, str(refused)))
    return go_to(request, "desk:walkins")


def _office(request: DeskRequest) -> Facility:
    found = office_of(request)
    if found is None:
        raise Http404
    return found
