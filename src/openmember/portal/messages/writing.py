"""Writing: a new thread, the next message of one, and the drafts of both.

Whatever a person sent us is kept as a draft before it is looked at, its files too, so that a text that is
stopped, or a form that is wrong, loses nothing.
"""

from dataclasses import replace
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openmember.cases.types import Case, CaseRefused, EditedMeanwhile
from openmember.cases.words import refusal
from openmember.directory.lines import list_lines_of
from openmember.kernel.references import BadReference
from openmember.members.proxies.types import For
from openmember.members.queries import list_members
from openmember.members.types import NotAllowed
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.cases.asking import say_refused
from openmember.portal.messages.forms import MessageForm, ReplyForm
from openmember.portal.messages.views import case_of, show_thread
from openmember.safety.detection import detect
from openmember.safety.types import Kind
from openmember.threads import queries
from openmember.threads.access import members_of
from openmember.threads.services import drafts
from openmember.threads.services.sending import send
from openmember.threads.types import Draft, draft_id
from openmember.ui.pages import go_to, show


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def new(request: PersonRequest, reference: str = "") -> HttpResponse:
    """Write the first message of a thread, or go on with a draft of one."""
    if request.method == "POST":
        return _posted(
            request, MessageForm(request.POST, request.FILES, people=_people(request)), None
        )
    draft = _draft(request, reference) if reference else None
    form = MessageForm(initial=_initial(draft), people=_people(request))
    return _show_new(request, form, draft)


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def thread(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a thread, or take its next message."""
    found = case_of(request, reference)
    if request.method == "POST":
        return _posted(request, ReplyForm(request.POST, request.FILES), found)
    draft = queries.find_draft(case=found, key="", actor=request.actor)
    return show_thread(request, found, ReplyForm(initial=_initial(draft)), draft)


@require_POST
@for_member
def keep(request: PersonRequest, reference: str = "") -> HttpResponse:
    """Keep what is being written, every second or so; htmx swaps in what became of it."""
    found = case_of(request, reference) if reference else None
    form = ReplyForm(request.POST) if found else MessageForm(request.POST, people=_people(request))
    version = request.POST.get("version", "0")
    values: dict[str, object] = {}
    try:
        draft = drafts.keep(
            key=form.data.get("key", "")[:64], member_id=_for_whom(request, form, found),
            written=form.written,
            case=found, expected_version=int(version) if version.isdecimal() else 0,
            now=request.now, actor=request.actor,
        )  # fmt: skip
        values = {"version": draft.version, "saved_at": draft.saved_at}
    except EditedMeanwhile as meanwhile:
        values = {"version": meanwhile.version, "is_other": True}
    except NotAllowed as refused:
        raise PermissionDenied from refused
    except CaseRefused as refused:
        values = {"version": version, "refused": refusal(refused.name, str(refused))}
    return show(request, "portal/messages/kept.html", values)


@require_POST
@for_member
def discard(request: PersonRequest, reference: str) -> HttpResponse:
    """Drop a draft."""
    try:
        draft = queries.get_draft(draft_id=draft_id(reference), actor=request.actor)
    except (BadReference, queries.UnknownDraft):
        return go_to(request, "portal:messages")
    drafts.discard(draft=draft, actor=request.actor)
    messages.success(request, _("The draft is gone."))
    return go_to(request, "portal:messages")


def _posted(request: PersonRequest, form: ReplyForm, case: Case | None) -> HttpResponse:
    try:
        return _take(request, form, case)
    except NotAllowed as refused:
        # A proxy who may only read, or may no more.
        raise PermissionDenied from refused


def _take(request: PersonRequest, form: ReplyForm, case: Case | None) -> HttpResponse:
    is_valid = form.is_valid()
    try:
        draft = _kept(request, form, case)
        if draft and (dropped := request.POST.get("drop", "")):
            drafts.remove_file(
                draft=draft, file_id=int(dropped) if dropped.isdecimal() else 0, actor=request.actor
            )
            return _back_to(request, draft, case)
        if draft and request.POST.get("act") == "keep":
            messages.success(request, _("Your draft is kept. Nobody reads it until you send it."))
            return go_to(request, "portal:messages")
        if is_valid and draft:
            found = send(
                draft=draft, case=case, flags=form.flags, now=request.now, actor=request.actor,
                language=get_language() or "",
            )  # fmt: skip
            _say_sent(request, found, draft)
            return go_to(request, "portal:thread", found.number)
    except CaseRefused as refused:
        if refused.name == "sent_already":
            messages.info(request, _("This message was sent already."))
            return go_to(request, "portal:messages")
        form.add_error(None, refusal(refused.name, str(refused)))
        draft = queries.find_draft(case=case, key=form.data.get("key", ""), actor=request.actor)
    if case:
        return show_thread(request, case, form, draft)
    return _show_new(request, form, draft)


def _kept(request: PersonRequest, form: ReplyForm, case: Case | None) -> Draft | None:
    """Keep what came, with its files; nothing of an empty form."""
    written, key = form.written, form.data.get("key", "")[:64]
    known = queries.find_draft(case=case, key=key, actor=request.actor)
    if known is None and not (written.body.strip() or written.subject or form.chosen_files):
        return None
    try:
        draft = drafts.keep(
            key=key or uuid4().hex, member_id=_for_whom(request, form, case), written=written,
            case=case, now=request.now, actor=request.actor,
        )  # fmt: skip
    except EditedMeanwhile as over:
        # The key was used up by a message that went.
        raise CaseRefused("sent_already") from over
    refused = drafts.add_files(draft=draft, uploads=form.chosen_files, actor=request.actor)
    say_refused(request, refused)
    whole = queries.get_draft(draft_id=draft.id, actor=request.actor)
    return replace(whole, version=draft.version)


def _back_to(request: PersonRequest, draft: Draft, case: Case | None) -> HttpResponse:
    if case:
        return go_to(request, "portal:thread", case.number)
    return go_to(request, "portal:new_message_draft", draft.reference)


def _say_sent(request: PersonRequest, found: Case, draft: Draft) -> None:
    said = _("Your message is sent. Its number is %(number)s.") % {"number": found.number}
    messages.success(request, said)
    finding = detect(f"{draft.subject}\n{draft.body}")
    nurses = list_lines_of(region=request.member.person.region, kind="nurse")
    if finding and finding.kind is Kind.URGENT and nurses:
        words = _(
            "This may be something a nurse should hear now. Call %(phone)s, day and night (TTY 711)."
        )
        messages.warning(request, words % {"phone": nurses[0].numbers[0].display})


def _draft(request: PersonRequest, reference: str) -> Draft:
    try:
        return queries.get_draft(draft_id=draft_id(reference), actor=request.actor)
    except (BadReference, queries.UnknownDraft) as unknown:
        raise Http404 from unknown


def _people(request: PersonRequest) -> list[tuple[int, str]]:
    """Return for whom the person writes, themselves first."""
    ids = members_of(actor=request.actor, at=request.now, to=For.WRITE_MESSAGES)
    return [(one.id, one.name) for one in list_members(member_ids=list(ids))]


def _for_whom(request: PersonRequest, form: ReplyForm, case: Case | None) -> int:
    if case is not None:
        return case.member_id or 0
    return form.for_whom or request.member.id


def _initial(draft: Draft | None) -> dict[str, str]:
    if draft is None:
        return {"key": uuid4().hex}
    return {
        "key": draft.key, "team": draft.team, "subject": draft.subject, "body": draft.body,
        "who": str(draft.member_id),
    }  # fmt: skip


def _show_new(request: PersonRequest, form: ReplyForm, draft: Draft | None) -> HttpResponse:
    return show(request, "portal/messages/new.html", {"form": form, "draft": draft})
