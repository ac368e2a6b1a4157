"""The messages of one's teams, and one thread on the screen and on paper."""

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from openmember.cases import queries as cases
from openmember.cases.types import Case
from openmember.cases.words import STATUSES
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.cases.views import case_of
from openmember.desk.find.limit import paused
from openmember.desk.messages.forms import AnswerForm
from openmember.desk.pages import show_desk
from openmember.directory.queries import find_region
from openmember.directory.teams import get_team, list_teams
from openmember.members.queries import list_members
from openmember.members.skills import skills_of
from openmember.members.types import Scope
from openmember.threads import queries
from openmember.threads.answers import list_answers, title_of
from openmember.threads.inbox import Asked, Spot, count_waiting, list_inbox
from openmember.threads.policy import find_mailbox
from openmember.threads.services.seeing import see
from openmember.threads.types import Draft

TYPED_AT_MOST = 120


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Scope.WORK_CASES)
def messages(request: DeskRequest) -> HttpResponse:
    """List the threads of one's teams. Words looked for are posted, so that no address or log holds them."""
    given = request.GET
    asked = Asked(
        only_waiting=given.get("show") != "all",
        only_mine=given.get("whose") == "mine",
        teams=(given["team"],) if given.get("team") else (),
        language=given.get("language", ""),
        text=request.POST.get("q", "").strip()[:TYPED_AT_MOST],
    )
    if asked.text and (wait := paused(request)):
        return wait
    page = list_inbox(asked=asked, actor=request.actor, after=Spot.of_text(given.get("after", "")))
    now = timezone.now()
    values = {
        "rows": [
            (one, get_team(code=one.case.team).name,
             one.reply_due_at is not None and one.reply_due_at <= now)
            for one in page.threads
        ],
        "next": page.next.as_text() if page.next and not asked.text else "",
        "is_first": "after" not in given,
        "asked": asked,
        "chosen": given,
        "waiting": count_waiting(actor=request.actor),
        "drafts": queries.list_drafts(actor=request.actor),
        "teams": [(one.code, one.name) for one in list_teams() if _may_see(request, one.code)],
        "now": now,
    }  # fmt: skip
    return show_desk(request, "desk/messages/list.html", values, place="messages")


@require_safe
@desk_page(Scope.WORK_CASES)
def paper(request: DeskRequest, reference: str) -> HttpResponse:
    """Show a thread as it is printed."""
    found = case_of(request, reference)
    entries = queries.list_messages(case=found, actor=request.actor)
    values = {
        "case": found,
        "team": get_team(code=found.team).name,
        "member_name": _name_of(found),
        "entries": entries,
        "has_answer": any(one.body == found.resolution for one in entries),
        "now": timezone.now(),
    }
    return show_desk(request, "desk/messages/paper.html", values, place="messages")


def show_thread(
    request: DeskRequest, found: Case, form: AnswerForm, draft: Draft | None
) -> HttpResponse:
    """Show a thread with the form for an answer, and note that what is in it was read."""
    entries = queries.list_messages(case=found, actor=request.actor)
    may_work = cases.may_work(case=found, actor=request.actor)
    if may_work:
        see(case=found, now=timezone.now(), actor=request.actor)
    region = find_region(code=found.region)
    values = {
        "case": found,
        "team": get_team(code=found.team).name,
        "takes_messages": find_mailbox(team=found.team) is not None,
        "status": f"case_{found.status.value}",
        "status_words": STATUSES[found.status],
        "member_name": _name_of(found),
        "language": dict(settings.LANGUAGES).get(found.language, found.language),
        "region_name": region.name if region else "–",
        "entries": entries,
        "due_at": queries.find_thread_due(case=found),
        "now": timezone.now(),
        "answers": [(one.code, title_of(one)) for one in list_answers(team=found.team)],
        "form": form,
        "draft": draft,
        "may_work": may_work,
    }
    return show_desk(request, "desk/messages/thread.html", values, place="messages")


def _may_see(request: DeskRequest, team: str) -> bool:
    supervises = request.actor.may(Scope.SUPERVISE_CARE)
    return supervises or team in skills_of(actor=request.actor).teams


def _name_of(case: Case) -> str:
    found = list_members(member_ids=[case.member_id] if case.member_id else [])
    return found[0].name if found else ""
