"""The queue of applications, a new one, one of them, and the letters that wait for the mail."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.pages import PAGE_SIZE, page_asked, page_of, show_desk
from openmember.desk.registrations.forms import (
    AcceptForm,
    CorrectionForm,
    DeskRegistrationForm,
    IdentityForm,
    OtherForm,
    ReturnForm,
    WithdrawForm,
)
from openmember.directory.facilities import find_facility
from openmember.directory.queries import find_region, zone_of
from openmember.letters.rendering.braille import BrailleUnavailable
from openmember.letters.types import Form
from openmember.members.types import Scope
from openmember.registrations import queries, rules
from openmember.registrations.forms import initial_of
from openmember.registrations.queries import UnknownRegistration
from openmember.registrations.services import intake
from openmember.registrations.types import (
    AllLikely,
    Channel,
    NewRegistration,
    Registration,
    RegistrationRefused,
    Status,
)
from openmember.registrations.words import (
    CHANNELS,
    COVERAGES,
    LETTER_FORMS,
    MISSING,
    READING_FORMATS,
    REASONS,
    REFUSALS,
    STATUSES,
    WAYS,
    WHAT,
)
from openmember.ui.pages import go_to
from openmember.ui.spoken import name_of
from openmember.ui.types import Item

PLACE = "registrations"
TABS = {
    "open": (Status.RECEIVED,),
    "returned": (Status.RETURNED,),
    "decided": (Status.ACCEPTED, Status.KNOWN, Status.WITHDRAWN),
}
# The forms of a letter that are files.
FILES = frozenset({Form.PDF, Form.LARGE_PRINT, Form.TEXT, Form.BRAILLE})
TAGS = {
    Status.RECEIVED: "waiting", Status.RETURNED: "waiting", Status.ACCEPTED: "done",
    Status.KNOWN: "done", Status.WITHDRAWN: "done",
}  # fmt: skip


@require_safe
@desk_page(Scope.REGISTER)
def queue(request: DeskRequest) -> HttpResponse:
    """List the applications to decide, those returned, or those decided; and the letters to mail."""
    tab = request.GET.get("tab", "open")
    statuses = TABS.get(tab, TABS["open"])
    counts = queries.count_registrations(actor=request.actor)
    page = page_of(sum(counts.get(one, 0) for one in statuses), page_asked(request))
    found = queries.list_registrations(
        statuses=statuses, actor=request.actor, limit=PAGE_SIZE, offset=max(page.start_index() - 1, 0)
    )  # fmt: skip
    values = {
        "tab": tab if tab in TABS else "open",
        "counts": {name: sum(counts.get(one, 0) for one in those) for name, those in TABS.items()},
        "rows": [_row(one) for one in found],
        "letters": [
            {
                "one": one,
                "reference": reference,
                "name": name,
                "form": LETTER_FORMS.get(reading, ""),
            }
            for one, reference, name, reading in queries.list_letters_to_mail(actor=request.actor)
        ],
        "page": page,
    }
    return show_desk(request, "desk/registrations/queue.html", values, place=PLACE)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Scope.CONTACT)
def new(request: DeskRequest) -> HttpResponse:
    """Take an application by telephone, or key one that was filled in at an office."""
    form = DeskRegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        office = find_facility(location=getattr(request.user, "location", ""))
        taken = NewRegistration(
            facts=form.facts(), channel=Channel(form.cleaned_data["channel"]),
            sent_as=form.cleaned_data["key"], office=office.code if office else "",
        )  # fmt: skip
        try:
            found = intake.receive(new=taken, now=timezone.now(), actor=request.actor)
        except RegistrationRefused as refused:
            form.add_error("birth_on", str(REFUSALS[refused.name]))
        else:
            said = _("Application %(reference)s is kept. Tell them this number.")
            messages.success(request, said % {"reference": found.reference})
            if request.actor.may(Scope.REGISTER):
                return go_to(request, "desk:registration", found.reference)
            return go_to(request, "desk:find")
    return show_desk(request, "desk/registrations/new.html", {"form": form}, place=PLACE)


@require_safe
@desk_page(Scope.REGISTER)
def registration(request: DeskRequest, reference: str) -> HttpResponse:
    """Show one application, who may be the same person, and what can be decided."""
    return show_one(request, registration_of(request, reference))


@require_safe
@desk_page(Scope.REGISTER)
def letter(request: DeskRequest, reference: str, identity: int) -> HttpResponse:
    """Give a letter to an applicant in the form they read, or in the one asked for."""
    found = registration_of(request, reference)
    asked = request.GET.get("form", "")
    form = (
        Form(asked)
        if asked in FILES
        else queries.form_of(reading_format=found.person.reading_format)
    )
    try:
        content = queries.write_letter_file(found=found, letter_id=identity, form=form)
    except UnknownRegistration as unknown:
        raise Http404 from unknown
    except BrailleUnavailable:
        messages.error(
            request, _("No Braille file can be made here now. Have it made from the text.")
        )
        return go_to(request, "desk:registration", found.reference)
    headers = {"Content-Disposition": f'inline; filename="{found.reference}.{form.ending}"'}
    return HttpResponse(content, content_type=form.media_type, headers=headers)


def registration_of(request: DeskRequest, reference: str) -> Registration:
    """Return the application an address names, or answer 404."""
    try:
        return queries.get_registration(text=reference, actor=request.actor)
    except UnknownRegistration as unknown:
        raise Http404 from unknown


def show_one(request: DeskRequest, found: Registration, **bound: Any) -> HttpResponse:
    """Show an application, with the form that was refused where one was."""
    is_open = bool(rules.MOVES[found.status])
    likely = queries.list_likely(found=found, actor=request.actor) if is_open else AllLikely(())
    today = timezone.localdate(timezone=zone_of(region=found.person.region))
    lacking = rules.lacking(found.facts, today)
    looked_at = {"version": found.version}
    values: dict[str, Any] = {
        "found": found,
        "row": _row(found),
        "items": _items(found),
        "is_open": is_open,
        "is_received": found.status is Status.RECEIVED,
        "lacking": [MISSING[one] for one in lacking],
        "missing": [MISSING[one] for one in found.missing],
        "likely": [
            {"one": one, "why": [REASONS[reason] for reason in one.reasons]}
            for one in likely.people
        ],
        "too_many": REFUSALS["too_many"] if likely.has_more else "",
        "unseen": any(not one.other_because for one in likely.people),
        "twins": queries.list_twins(found=found, actor=request.actor) if is_open else (),
        "seen": [WHAT[one] for one in found.identity_what],
        "way": WAYS[found.identity_way] if found.identity_way else "",
        "letters": queries.list_letters(found=found),
        "letter_form": LETTER_FORMS.get(found.person.reading_format, ""),
        "member": queries.member_of(found),
        "identity_form": IdentityForm(initial=looked_at),
        "other_form": OtherForm(initial=looked_at),
        "accept_form": AcceptForm(initial=looked_at),
        "return_form": ReturnForm(initial={**looked_at, "missing": [one.value for one in lacking]}),
        "withdraw_form": WithdrawForm(initial=looked_at),
        "correction_form": CorrectionForm(
            initial={**initial_of(found), "version": found.version}, auto_id="correct_%s"
        ),
        **bound,
    }
    return show_desk(request, "desk/registrations/one.html", values, place=PLACE)


def _row(found: Registration) -> dict[str, Any]:
    region = find_region(code=found.person.region)
    return {
        "found": found,
        "channel": CHANNELS[found.channel],
        "status": STATUSES[found.status],
        "tag": TAGS[found.status],
        "region": region.name if region else found.person.region,
        "days": (timezone.now() - found.received_at).days,
    }


def _items(found: Registration) -> list[Item]:
    person, facts = found.person, found.facts
    address = ", ".join(filter(None, (
        person.address.street, person.address.street2, person.address.city,
        f"{person.address.state} {person.address.postal_code}".strip(),
    )))  # fmt: skip
    coverage = str(COVERAGES[facts.coverage])
    spoken = name_of(facts.interpreter_language) if facts.interpreter_language else _("None needed")
    return [
        Item(_("Born"), person.birth_on, kind="date"),
        Item(_("Filled in by"), facts.filled_by or _("Themselves")),
        Item(_("Address"), address),
        Item(_("Phone"), person.phone or "–"),
        Item(_("Email"), person.email or "–"),
        Item(_("Letters in"), f"{name_of(person.language)}, {READING_FORMATS[person.reading_format]}"),
        Item(_("Interpreter"), spoken),
        Item(_("Coverage"), f"{coverage}: {facts.coverage_note}" if facts.coverage_note else coverage),
    ]  # fmt: skip
