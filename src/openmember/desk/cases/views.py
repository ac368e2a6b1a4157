"""One case at the desk: everything about it, and every act one may do."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.accounts.queries import get_account
from openmember.billing.overview import get_overview
from openmember.cases import queries
from openmember.cases.categories import get_category
from openmember.cases.documents.services import UnknownDocument, read_document
from openmember.cases.documents.types import document_id
from openmember.cases.dossier import find_draft
from openmember.cases.queries import UnknownCase
from openmember.cases.services import notes, presence
from openmember.cases.types import Case, CaseRefused, Draft, EditedMeanwhile
from openmember.cases.words import refusal
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.cases.acts import ACTS, form_of
from openmember.desk.cases.showing import values_of
from openmember.desk.opened import Reason, open_account
from openmember.desk.pages import show_desk
from openmember.documents.sending import send_file
from openmember.documents.types import NotReadable
from openmember.kernel.references import BadReference
from openmember.members.types import Scope
from openmember.ui.pages import go_to, show

# What a dispute's log decides, and nobody sets by hand.
NOT_OF_DISPUTES = {"move", "reopen", "extend", "category", "expedite", "decide"}


@require_http_methods(["GET", "POST"])
@desk_page(Scope.WORK_CASES)
def case(request: DeskRequest, reference: str) -> HttpResponse:
    """Show a case, or do with it what a form of its page asks."""
    found = case_of(request, reference)
    asked = request.POST.get("act", "")
    if asked in NOT_OF_DISPUTES and get_category(code=found.category).is_filed:
        messages.error(
            request, _("The law’s clocks govern this case. Do it on the page of the dispute.")
        )
        return go_to(request, "desk:dispute", found.number)
    if request.method == "GET" or asked not in ACTS:
        presence.be_present(case=found, is_writing=False, now=timezone.now(), actor=request.actor)
        return _show(request, found, {})
    form = form_of(asked, found, request)
    if form is not None and not form.is_valid():
        return _show(request, found, {asked: form})
    try:
        said = ACTS[asked].do(request, found, form)
    except CaseRefused as refused:
        if form is None:
            messages.error(request, refusal(refused.name, str(refused)))
            return go_to(request, "desk:case", found.number)
        form.add_error(None, refusal(refused.name, str(refused)))
        return _show(request, case_of(request, reference), {asked: form})
    messages.success(request, said)
    return go_to(request, "desk:case", found.number)


@require_POST
@desk_page(Scope.WORK_CASES)
def draft(request: DeskRequest, reference: str) -> HttpResponse:
    """Keep what the person is writing, every second or so; htmx swaps in what became of it."""
    found, now = case_of(request, reference), timezone.now()
    body = request.POST.get("body", "")[: notes.LENGTH_AT_MOST]
    version = request.POST.get("draft_version", "0")
    values: dict[str, object] = {}
    try:
        saved = notes.save_draft(
            case=found, body=body, expected_version=int(version) if version.isdecimal() else 0,
            now=now, actor=request.actor,
        )  # fmt: skip
        values = {"draft": saved, "saved": True}
    except EditedMeanwhile as meanwhile:
        values = {"draft": Draft(body, meanwhile.version, now), "other": _other(found, request)}
    presence.be_present(case=found, is_writing=bool(body), now=now, actor=request.actor)
    return show(request, "desk/cases/draft.html", values)


@require_safe
@desk_page(Scope.WORK_CASES)
def present(request: DeskRequest, reference: str) -> HttpResponse:
    """Say who else has the case open, and whether it changed since the page was shown."""
    found = case_of(request, reference)
    others = presence.be_present(
        case=found, is_writing=None, now=timezone.now(), actor=request.actor
    )
    shown = request.GET.get("version", "")
    values = {
        "others": others,
        "case": found,
        "version": shown,
        "is_changed": shown.isdecimal() and int(shown) != found.version,
    }
    return show(request, "desk/cases/present.html", values)


@require_POST
@desk_page(Scope.WORK_CASES)
def account(request: DeskRequest, reference: str) -> HttpResponse:
    """Open the account a case is about, for whoever may look accounts up."""
    request.actor.require(Scope.FIND)
    found = case_of(request, reference)
    if found.account_number is None:
        raise Http404
    known = get_account(number=found.account_number)
    overview = get_overview(number=known.number, today=timezone.localdate())
    open_account(request, account=known, region=overview.region, reason=Reason.REVIEW)
    return go_to(request, "desk:account")


@require_safe
@desk_page(Scope.WORK_CASES)
def document(request: DeskRequest, reference: str, document: str) -> HttpResponse:
    """Send a file of a case; the reading of it is recorded."""
    found = case_of(request, reference)
    try:
        with read_document(case=found, document_id=document_id(document), actor=request.actor) as (
            known,
            source,
        ):
            return send_file(name=known.name, media_type=known.media_type, source=source)
    except NotReadable:
        messages.error(
            request, _("This file cannot be read: the virus scanner has not let it through.")
        )
        return go_to(request, "desk:case", found.number)
    except (BadReference, UnknownDocument) as unknown:
        raise Http404 from unknown


def case_of(request: DeskRequest, reference: str) -> Case:
    """Return the case a number leads to; one the person may not see is not found."""
    try:
        return queries.get_case(number=reference, actor=request.actor)
    except UnknownCase as unknown:
        raise Http404 from unknown


def _other(found: Case, request: DeskRequest) -> str:
    known = find_draft(case=found, actor=request.actor)
    return known.body if known else ""


def _show(request: DeskRequest, found: Case, bound: Mapping[str, Any]) -> HttpResponse:
    values = values_of(request, found, bound)
    wrong = next(iter(bound.values()), None)
    return show_desk(request, "desk/cases/case.html", {**values, "wrong": wrong}, place="cases")
