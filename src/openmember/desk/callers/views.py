"""Callers the phone line handed over: the list, and one of them with everything it knows."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.accounts.queries import get_account, list_members_on
from openmember.billing.overview import get_overview
from openmember.cases.interactions.types import Relay
from openmember.cases.types import Channel
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.callers.words import LANGUAGES, PLACES, note
from openmember.desk.contacts.current import enter, leave
from openmember.desk.opened import Reason, close_account, open_account
from openmember.desk.pages import show_desk
from openmember.desk.secure.calls import note_taken
from openmember.kernel.audit import services as audit
from openmember.members.needs.queries import map_needs
from openmember.members.needs.words import needs_words
from openmember.members.types import Scope
from openmember.phone import queries
from openmember.phone.services import take_handover
from openmember.phone.team import PAGES
from openmember.ui.pages import go_to
from openmember.ui.types import Item


@require_safe
@desk_page(Scope.FIND)
def callers(request: DeskRequest) -> HttpResponse:
    """List who waits."""
    waiting = [
        (one, PLACES.get(one.asked_from, one.asked_from), LANGUAGES.get(one.language, one.language))
        for one in queries.list_handovers()
    ]
    values = {"waiting": waiting, "as_of": timezone.now()}
    return show_desk(request, "desk/callers.html", values, place="callers")


@require_POST
@desk_page(Scope.FIND)
def take(request: DeskRequest, identity: int) -> HttpResponse:
    """Take a caller, and open the account they called about."""
    try:
        is_mine = take_handover(handover_id=identity, actor=request.actor)
        one = queries.get_handover(handover_id=identity)
    except queries.UnknownHandover as unknown:
        raise Http404 from unknown
    if not is_mine and one.taken_by != str(request.actor):
        messages.info(request, _("Somebody else took this caller."))
        return go_to(request, "desk:callers")
    # Pressed again, a caller nobody knows is not a second contact.
    if is_mine or one.account_number:
        receive(request, one)
    return go_to(request, "desk:caller", identity)


def receive(request: DeskRequest, one: queries.Waiting) -> None:
    """Be in the contact with a caller of one's own, and open the account they called about."""
    note_taken(request)
    account = get_account(number=one.account_number) if one.account_number else None
    if account:
        overview = get_overview(number=account.number, today=timezone.localdate())
        open_account(
            request, account=account, region=overview.region, reason=Reason.CALLER, gave_number=True
        )
    else:
        close_account(request)
        leave(request)
    if request.actor.may(Scope.CONTACT):
        enter(
            request, channel=Channel.PHONE, account=account,
            member_id=account.holder_id if account else None, language=PAGES[one.language],
            arrived_at=one.asked_at, relay=Relay.RELAY if one.is_relay else None,
        )  # fmt: skip


@require_safe
@desk_page(Scope.FIND)
def caller(request: DeskRequest, identity: int) -> HttpResponse:
    """Show what a caller had done before they asked for a person."""
    try:
        one = queries.get_handover(handover_id=identity)
    except queries.UnknownHandover as unknown:
        raise Http404 from unknown
    if one.taken_by != str(request.actor):
        return go_to(request, "desk:callers")
    audit.record(
        actor=str(request.actor),
        action="call.read",
        account_number=one.account_number or None,
        handover_id=identity,
    )
    values = {"one": one, "items": _facts(one), "notes": [note(text) for text in one.entered]}
    return show_desk(request, "desk/caller.html", values, place="callers")


def _facts(one: queries.Waiting) -> list[Item]:
    answered = _("Gave one right birth date or ZIP code: ask the questions before you say more")
    verified = answered if one.is_verified else _("Not verified")
    facts = [
        Item(_("Asked"), one.asked_at, kind="moment"),
        Item(_("Where they were"), str(PLACES.get(one.asked_from, one.asked_from))),
        Item(_("Who it is"), verified if one.account_number else _("Not known")),
        Item(_("Language"), str(LANGUAGES.get(one.language, one.language))),
    ]
    if one.is_relay:
        facts.append(Item(_("Relay"), _("Calls by TTY or a relay service: take time")))
    if one.amount_cents:
        facts.append(Item(_("Amount"), one.amount_cents, kind="money"))
    return [*facts, *_needs(one.account_number)]


def _needs(number: str) -> list[Item]:
    """Return what the people on the account need: nobody says it again to the person they are handed to."""
    people = [one for one, _how in list_members_on(number=number)] if number else []
    known = map_needs(member_ids=[one.id for one in people])
    return [
        Item(_("What %(name)s needs") % {"name": one.name}, "; ".join(needs_words(known[one.id])))
        for one in people
        if one.id in known and not known[one.id].is_empty
    ]
