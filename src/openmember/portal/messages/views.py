"""A member's messages: the list of threads with its search, one thread, on the screen and on paper."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from openmember.cases.documents.services import UnknownDocument, read_document
from openmember.cases.documents.types import document_id
from openmember.cases.queries import UnknownCase, get_own_case
from openmember.cases.types import Case
from openmember.directory.teams import get_team
from openmember.documents.sending import send_file
from openmember.documents.types import NotReadable
from openmember.kernel.references import BadReference
from openmember.members.proxies.types import For
from openmember.members.queries import list_members
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.messages.forms import ReplyForm
from openmember.threads import queries
from openmember.threads.access import members_of
from openmember.threads.rules import DRAFT_DAYS
from openmember.threads.services.seeing import see
from openmember.threads.types import Draft
from openmember.ui.pages import show

TYPED_AT_MOST = 120


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def messages(request: PersonRequest) -> HttpResponse:
    """List the threads, or those with the words looked for.

    Words are posted, so that no address or log holds them.
    """
    mine = members_of(actor=request.actor, at=request.now)
    typed = request.POST.get("q", "").strip()[:TYPED_AT_MOST]
    threads = queries.list_threads(member_ids=mine, actor=request.actor, text=typed)
    values = {
        "threads": [(one, get_team(code=one.case.team).name) for one in threads],
        "own_id": request.member.id,
        "drafts": queries.list_drafts(actor=request.actor, member_ids=mine),
        "draft_days": DRAFT_DAYS,
        "unread": sum(one.unread > 0 for one in threads),
        "typed": typed,
    }
    return show(request, "portal/messages/list.html", values, part="found")


@require_safe
@for_member
def paper(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a thread as it is printed."""
    found = case_of(request, reference)
    entries = queries.list_messages(case=found, actor=request.actor)
    values = {
        "case": found,
        "team": get_team(code=found.team).name,
        "member_name": name_of(found),
        "entries": entries,
        "has_answer": any(one.body == found.resolution for one in entries),
        "now": request.now,
    }
    return show(request, "portal/messages/paper.html", values)


def case_of(request: PersonRequest, reference: str) -> Case:
    """Return a case of this member, or a thread of somebody they act for; any other is not found."""
    try:
        found = get_own_case(
            number=reference,
            member_ids=members_of(actor=request.actor, at=request.now),
            actor=request.actor,
        )
    except UnknownCase as unknown:
        raise Http404 from unknown
    if found.member_id != request.member.id and not queries.has_thread(case=found):
        raise Http404
    return found


def name_of(case: Case) -> str:
    """Return whose case it is."""
    found = list_members(member_ids=[case.member_id] if case.member_id else [])
    return found[0].name if found else ""


@require_safe
@for_member
def document(request: PersonRequest, reference: str, document: str) -> HttpResponse:
    """Send a file of a thread."""
    found = case_of(request, reference)
    try:
        with read_document(case=found, document_id=document_id(document), actor=request.actor) as (
            known,
            source,
        ):
            return send_file(name=known.name, media_type=known.media_type, source=source)
    except (BadReference, UnknownDocument, NotReadable) as unknown:
        raise Http404 from unknown


def show_thread(
    request: PersonRequest, found: Case, form: ReplyForm, draft: Draft | None
) -> HttpResponse:
    """Show a thread with the form for the next message, and note that what is in it was read."""
    entries = queries.list_messages(case=found, actor=request.actor)
    see(case=found, now=request.now, actor=request.actor)
    is_own = found.member_id == request.member.id
    writers = members_of(actor=request.actor, at=request.now, to=For.WRITE_MESSAGES)
    values = {
        "case": found,
        "team": get_team(code=found.team).name,
        "user_id": request.actor.id,
        "is_own": is_own,
        "member_name": "" if is_own else name_of(found),
        "may_write": found.member_id in writers,
        "entries": entries,
        "due_at": queries.find_thread_due(case=found),
        "is_answered": bool(entries) and not entries[-1].is_members,
        "has_answer": any(one.body == found.resolution for one in entries),
        "form": form,
        "draft": draft,
    }
    return show(request, "portal/messages/thread.html", values)
