"""One contact on one screen, and what is written of it while it runs."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.cases.interactions import queries
from openmember.cases.interactions.queries import UnknownInteraction
from openmember.cases.interactions.services import contacts, presence
from openmember.cases.interactions.services.notes import save_notes
from openmember.cases.interactions.services.summary import send_summary
from openmember.cases.interactions.types import Interaction, Outcome
from openmember.cases.interpreters.queries import list_for_contact
from openmember.cases.types import CaseRefused, Channel
from openmember.cases.walkins.queries import find_ticket_of
from openmember.cases.words import CHANNELS, OUTCOMES, refusal
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.account.glance import glance_of
from openmember.desk.contacts.current import CONTACT_KEY, current_id, enter, leave
from openmember.desk.contacts.forms import DescribeForm, EndForm, NotesForm
from openmember.desk.interpreters.forms import AskForm
from openmember.desk.interpreters.showing import rows_of
from openmember.desk.opened import AccountRequest, close_account, find_opened
from openmember.desk.pages import show_desk
from openmember.directory.queries import find_region
from openmember.members.needs.queries import NOTHING
from openmember.members.needs.types import Needs
from openmember.members.queries import list_members
from openmember.members.types import Scope
from openmember.ui.pages import go_to, show

TEMPLATE = "desk/contacts/contact.html"


@require_safe
@desk_page(Scope.CONTACT)
def current(request: DeskRequest) -> HttpResponse:
    """Go to the contact the person is in; else list those of theirs that still run."""
    known = current_id(request.session)
    if known is not None:
        return go_to(request, "desk:contact_of", known)
    running = [
        (one, CHANNELS[one.channel]) for one in queries.list_open_interactions(actor=request.actor)
    ]
    return show_desk(request, "desk/contacts/running.html", {"running": running}, place="contact")


@require_POST
@desk_page(Scope.CONTACT)
def begin(request: DeskRequest) -> HttpResponse:
    """Begin a contact with somebody nobody has found yet."""
    came = request.POST.get("channel", "")
    channel = Channel(came) if came in {Channel.PHONE, Channel.IN_PERSON} else Channel.PHONE
    leave(request)
    # What was proven of the caller before is not this one's.
    close_account(request)
    return go_to(request, "desk:contact_of", enter(request, channel=channel).id)


@require_safe
@desk_page(Scope.CONTACT)
def contact(request: DeskRequest, identity: int) -> HttpResponse:
    """Show a contact: one's own that runs, or what was written of another."""
    found = contact_of(request, identity)
    if found.user_id == request.actor.id and found.ended_at is None:
        request.session[CONTACT_KEY] = found.id
    return _show(request, found)


@require_POST
@desk_page(Scope.CONTACT)
def notes(request: DeskRequest, identity: int) -> HttpResponse:
    """Keep the notes as they are written. Where somebody else saved since, both texts are shown."""
    found = contact_of(request, identity)
    form = NotesForm(request.POST)
    if not form.is_valid():
        return _show(request, found, notes_form=form)
    given, now = form.cleaned_data, timezone.now()
    try:
        saved, is_clash = _save(request, found, given["body"], given["version"]), False
    except CaseRefused:
        saved, is_clash = contact_of(request, identity), True
    presence.be_present(
        interaction_id=found.id, is_writing=bool(given["body"]), now=now, actor=request.actor
    )
    values = {
        "contact": saved, "saved_at": None if is_clash else now, "form": form, "is_clash": is_clash,
    }  # fmt: skip
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx sets it
        return show(request, "desk/contacts/saved.html", values)
    if is_clash:
        return _show_both(request, saved, given["body"])
    messages.success(request, _("The notes are kept."))
    return go_to(request, "desk:contact_of", found.id)


@require_safe
@desk_page(Scope.CONTACT)
def merge(request: DeskRequest, identity: int) -> HttpResponse:
    """Show the notes as they are beside the text that lost to them, to be brought together."""
    found = contact_of(request, identity)
    lost = [one for one in queries.list_saved_notes(interaction=found) if not one.is_kept]
    return _show_both(request, found, lost[0].body if lost else "")


@require_safe
@desk_page(Scope.CONTACT)
def present(request: DeskRequest, identity: int) -> HttpResponse:
    """Say who else has the contact open, and whether its notes changed since the page was shown."""
    found = contact_of(request, identity)
    others = presence.be_present(
        interaction_id=found.id, is_writing=None, now=timezone.now(), actor=request.actor
    )
    return show(request, "desk/contacts/present.html", {"contact": found, "others": others})


@require_POST
@desk_page(Scope.CONTACT)
def describe(request: DeskRequest, identity: int) -> HttpResponse:
    """Write down what it is about and how we talk."""
    found = contact_of(request, identity)
    form = DescribeForm(request.POST, contact=found)
    if not form.is_valid():
        return _show(request, found, describe_form=form)
    contacts.describe(
        interaction_id=found.id, said=form.said(), now=timezone.now(), actor=request.actor
    )
    messages.success(request, _("It is written down."))
    return go_to(request, "desk:contact_of", found.id)


@require_POST
@desk_page(Scope.CONTACT)
def end(request: DeskRequest, identity: int) -> HttpResponse:
    """End the contact; send the member what was said, where that is wanted."""
    found = contact_of(request, identity)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _show(request, found, end_form=form)
    given, now = form.cleaned_data, timezone.now()
    try:
        if given["sends"]:
            send_summary(interaction_id=found.id, said=given["said"], now=now, actor=request.actor)
        contacts.end(
            interaction_id=found.id, outcome=Outcome(given["outcome"]), now=now, actor=request.actor
        )
    except CaseRefused as refused:
        form.add_error(None, refusal(refused.name, str(refused)))
        return _show(request, found, end_form=form)
    leave(request)
    said = _("The contact has ended. The summary is on its way.")
    messages.success(request, said if given["sends"] else _("The contact has ended."))
    return go_to(request, "desk:contact_of", found.id)


def contact_of(request: DeskRequest, identity: int) -> Interaction:
    """Return a contact, for whoever answers members; the reading of it is recorded."""
    try:
        return queries.get_interaction(interaction_id=identity, actor=request.actor)
    except UnknownInteraction as unknown:
        raise Http404 from unknown


def _show_both(request: DeskRequest, found: Interaction, mine: str) -> HttpResponse:
    both = f"{found.notes}\n\n{mine}" if mine and mine != found.notes else found.notes
    form = NotesForm(initial={"body": both, "version": found.notes_version})
    values = {"contact": found, "mine": mine, "form": form}
    return show_desk(request, "desk/contacts/merge.html", values, place="contact")


def _save(request: DeskRequest, found: Interaction, body: str, version: int) -> Interaction:
    return save_notes(
        interaction_id=found.id, body=body, expected_version=version, now=timezone.now(),
        actor=request.actor,
    )  # fmt: skip


def _show(request: DeskRequest, found: Interaction, **bound: Any) -> HttpResponse:
    opened = find_opened(request, "contact")
    is_opened = opened is not None and found.account_number in opened.account.numbers
    region = find_region(code=found.region)
    numbers = queries.list_case_numbers(interaction=found)
    ending = Outcome.CASE if numbers else Outcome.ANSWERED
    known = glance_of(cast(AccountRequest, request)) if is_opened else {}
    values: dict[str, Any] = {
        **known,
        "contact": found,
        "channel": CHANNELS[found.channel],
        "outcome": OUTCOMES[found.outcome] if found.outcome else "",
        "member": next(iter(list_members(member_ids=[found.member_id] if found.member_id else [])), None),
        "case_numbers": numbers,
        "ticket": find_ticket_of(interaction_id=found.id) if found.channel is Channel.IN_PERSON else None,
        "others": presence.be_present(
            interaction_id=found.id, is_writing=None, now=timezone.now(), actor=request.actor
        ),
        "is_mine": found.user_id == request.actor.id,
        "is_opened": is_opened,
        "opened": opened if is_opened else None,
        "overview": opened.overview if opened and is_opened else None,
        "region_name": region.name if region else "",
        "interpreters": rows_of(list_for_contact(interaction_id=found.id, actor=request.actor)),
        "interpreter_form": AskForm(
            needs=_needs_of(found, known), language=found.interpreter_language, auto_id="id_ask_%s"
        ),
        "notes_form": NotesForm(initial={"body": found.notes, "version": found.notes_version}),
        "describe_form": DescribeForm(contact=found),
        "end_form": EndForm(initial={"outcome": ending.value}),
        **bound,
    }  # fmt: skip
    return show_desk(request, TEMPLATE, values, place="contact")


def _needs_of(found: Interaction, known: dict[str, Any]) -> Needs:
    """Return what stands of the needs of whose contact it is, where their account is open."""
    people = known.get("people", ())
    return next((one.needs for one in people if one.member.id == found.member_id), NOTHING)
