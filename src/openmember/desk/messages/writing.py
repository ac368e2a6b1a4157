"""Answering a member, and writing to one first. What is written is a draft until it is sent."""

from dataclasses import replace
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openmember.accounts.queries import list_people
from openmember.cases.queries import may_work
from openmember.cases.types import Case, CaseRefused, EditedMeanwhile
from openmember.cases.words import refusal
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.cases.views import case_of
from openmember.desk.messages.forms import AnswerForm, FirstForm
from openmember.desk.messages.views import show_thread
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.directory.teams import Team, list_teams
from openmember.documents.types import Refusal
from openmember.documents.words import REFUSALS_OF_ALL
from openmember.kernel.references import BadReference
from openmember.members.queries import get_member, list_members
from openmember.members.skills import skills_of
from openmember.members.types import Scope
from openmember.threads import queries
from openmember.threads.answers import filled, find_answer
from openmember.threads.policy import find_mailbox
from openmember.threads.services import drafts
from openmember.threads.services.sending import send
from openmember.threads.types import Draft, Then, Written, draft_id
from openmember.ui.pages import go_to, show


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Scope.WORK_CASES)
def thread(request: DeskRequest, reference: str) -> HttpResponse:
    """Show a thread, or do with the answer to it what a button of the form asks."""
    found = case_of(request, reference)
    if request.method != "POST":
        draft = queries.find_draft(case=found, key="", actor=request.actor)
        return show_thread(request, found, AnswerForm(initial=_initial(draft)), draft)
    if not may_work(case=found, actor=request.actor) or found.member_id is None:
        raise PermissionDenied
    form = AnswerForm(request.POST, request.FILES)
    is_valid = form.is_valid()
    asked = request.POST.get("act", "")
    try:
        draft = _kept(request, form, found.member_id, found)
        if asked == "insert" and draft:
            _insert(request, found, draft)
            return go_to(request, "desk:thread", found.number)
        if draft and (dropped := request.POST.get("drop", "")):
            _drop(request, draft, dropped)
            return go_to(request, "desk:thread", found.number)
        if asked == "keep":
            messages.success(request, _("The draft is kept."))
            return go_to(request, "desk:messages")
        if is_valid and draft:
            then = Then(form.cleaned_data["then"])
            send(draft=draft, case=found, then=then, now=timezone.now(), actor=request.actor)
            messages.success(request, _("The message is sent."))
            return go_to(request, "desk:thread", found.number)
    except CaseRefused as refused:
        form.add_error(None, refusal(refused.name, str(refused)))
        draft = queries.find_draft(case=found, key="", actor=request.actor)
    return show_thread(request, case_of(request, reference), form, draft)


@require_POST
@desk_page(Scope.WORK_CASES)
def keep(request: DeskRequest, reference: str) -> HttpResponse:
    """Keep what is being written, every second or so; htmx swaps in what became of it."""
    found = case_of(request, reference)
    form = AnswerForm(request.POST)
    version = request.POST.get("version", "0")
    values: dict[str, object] = {}
    try:
        draft = drafts.keep(
            key=form.data.get("key", "")[:64], member_id=found.member_id or 0, written=form.written,
            case=found, expected_version=int(version) if version.isdecimal() else 0,
            now=timezone.now(), actor=request.actor,
        )  # fmt: skip
        values = {"version": draft.version, "saved_at": draft.saved_at}
    except EditedMeanwhile as meanwhile:
        values = {"version": meanwhile.version, "is_other": True}
    except CaseRefused as refused:
        values = {"version": version, "refused": refusal(refused.name, str(refused))}
    return show(request, "desk/messages/kept.html", values)


@require_POST
@desk_page(Scope.WORK_CASES)
def discard(request: DeskRequest, reference: str) -> HttpResponse:
    """Drop a draft."""
    try:
        draft = queries.get_draft(draft_id=draft_id(reference), actor=request.actor)
    except (BadReference, queries.UnknownDraft):
        return go_to(request, "desk:messages")
    drafts.discard(draft=draft, actor=request.actor)
    messages.success(request, _("The draft is gone."))
    return go_to(request, "desk:messages")


@require_http_methods(["GET", "HEAD", "POST"])
@account_page("new_message", scope=Scope.WORK_CASES)
def new(request: AccountRequest) -> HttpResponse:
    """Write first, to one of the people on the account that is open."""
    people, teams = _people(request), _teams(request)
    form = FirstForm(
        request.POST or None, request.FILES or None, people=people, teams=teams,
        initial={"key": uuid4().hex},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            draft = _kept(request, form, form.cleaned_data["who"], None)
            if draft is not None:
                found = send(draft=draft, now=timezone.now(), actor=request.actor)
                messages.success(request, _("The message is sent."))
                return go_to(request, "desk:thread", found.number)
        except CaseRefused as refused:
            form.add_error(None, refusal(refused.name, str(refused)))
    values = {"form": form, "teams": teams}
    return show_account(request, "desk/messages/new.html", values, place="new_message")


def _kept(
    request: DeskRequest, form: AnswerForm, member_id: int, case: Case | None
) -> Draft | None:
    written, key = form.written, form.data.get("key", "")[:64]
    known = queries.find_draft(case=case, key=key, actor=request.actor)
    asked = request.POST.get("act", "")
    if known is None and not (written.body.strip() or form.chosen_files or asked == "insert"):
        return None
    try:
        draft = drafts.keep(
            key=key or uuid4().hex, member_id=member_id, written=written, case=case,
            now=timezone.now(), actor=request.actor,
        )  # fmt: skip
    except EditedMeanwhile as over:
        raise CaseRefused("sent_already") from over
    for name, why in drafts.add_files(draft=draft, uploads=form.chosen_files, actor=request.actor):
        _say_refused(request, name, why)
    whole = queries.get_draft(draft_id=draft.id, actor=request.actor)
    return replace(whole, version=draft.version)


def _insert(request: DeskRequest, case: Case, draft: Draft) -> None:
    """Put a canned answer, in the member's language, after what is written."""
    answer = find_answer(code=request.POST.get("answer", ""), team=case.team)
    if answer is None or case.member_id is None:
        return
    person = get_member(member_id=case.member_id).person
    language = case.language or person.language
    text = filled(answer, language=language, name=person.name.first, number=case.number)
    body = f"{draft.body.rstrip()}\n\n{text}" if draft.body.strip() else text
    drafts.keep(
        key=draft.key, member_id=draft.member_id, written=Written(body), case=case,
        now=timezone.now(), actor=request.actor,
    )  # fmt: skip


def _drop(request: DeskRequest, draft: Draft, dropped: str) -> None:
    file_id = int(dropped) if dropped.isdecimal() else 0
    drafts.remove_file(draft=draft, file_id=file_id, actor=request.actor)


def _say_refused(request: DeskRequest, name: str, why: Refusal) -> None:
    said = _("%(name)s was not taken: %(reason)s.")
    messages.error(request, said % {"name": name, "reason": REFUSALS_OF_ALL[why]})


def _initial(draft: Draft | None) -> dict[str, str]:
    return {"key": draft.key, "body": draft.body} if draft else {"key": uuid4().hex}


def _people(request: AccountRequest) -> list[tuple[int, str]]:
    ids = [member_id for member_id, _how in list_people(number=request.opened.account.number)]
    return [(one.id, one.name) for one in list_members(member_ids=ids)]


def _teams(request: AccountRequest) -> list[Team]:
    """Return the teams one can write for: one's own that take messages."""
    own = skills_of(actor=request.actor).teams
    every = request.actor.may(Scope.SUPERVISE_CARE)
    return [
        team for team in list_teams()
        if find_mailbox(team=team.code) and (every or team.code in own)
    ]  # fmt: skip
