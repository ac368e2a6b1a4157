"""What a member does with a question: writes, sends files, reopens it, says how the answer was."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.cases.documents.services import UnknownDocument, add_documents, read_document
from openmember.cases.documents.types import document_id
from openmember.cases.services import moving, satisfaction
from openmember.cases.types import CaseRefused
from openmember.cases.words import refusal
from openmember.documents.sending import send_file
from openmember.documents.types import NotReadable
from openmember.kernel.references import BadReference
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.cases.asking import say_refused
from openmember.portal.cases.forms import AddForm, RateForm, ReopenForm
from openmember.portal.cases.views import case_of, show_case
from openmember.safety.forms import stopping
from openmember.threads.services.sending import write
from openmember.ui.pages import go_to


@require_POST
@for_member
def add(request: PersonRequest, reference: str) -> HttpResponse:
    """Take words and files about a question."""
    found = case_of(request, reference)
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_case(request, found, add=form)
    try:
        if form.cleaned_data["note"].strip():
            write(
                case=found, body=form.cleaned_data["note"], now=request.now, actor=request.actor,
                flags=[one.code for one in stopping(form.cleaned_data["note"])],
                sent_as=form.cleaned_data["key"],
            )  # fmt: skip
        added = add_documents(
            case=found,
            uploads=form.chosen_files,
            is_visible=True,
            now=request.now,
            actor=request.actor,
        )
        say_refused(request, added.refused)
        if form.cleaned_data["note"].strip() or added.kept:
            messages.success(request, _("We have it. Thank you."))
    except CaseRefused as refused:
        messages.error(request, refusal(refused.name, str(refused)))
    return go_to(request, "portal:case", found.number)


@require_POST
@for_member
def reopen(request: PersonRequest, reference: str) -> HttpResponse:
    """Let the member say that an answer does not settle it."""
    found = case_of(request, reference)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return show_case(request, found, reopen=form)
    try:
        moving.reopen(
            case=found, why=form.cleaned_data["why"], now=request.now, actor=request.actor
        )
        messages.success(request, _("We will look at it again."))
    except CaseRefused as refused:
        messages.error(request, refusal(refused.name, str(refused)))
    return go_to(request, "portal:case", found.number)


@require_POST
@for_member
def rate(request: PersonRequest, reference: str) -> HttpResponse:
    """Keep how the answer was."""
    found = case_of(request, reference)
    form = RateForm(request.POST)
    if not form.is_valid():
        return show_case(request, found, rate=form)
    try:
        satisfaction.rate(
            case=found, score=form.cleaned_data["score"], words=form.cleaned_data["words"],
            now=request.now, actor=request.actor,
        )  # fmt: skip
        messages.success(request, _("Thank you for telling us."))
    except CaseRefused as refused:
        messages.error(request, refusal(refused.name, str(refused)))
    return go_to(request, "portal:case", found.number)


@require_safe
@for_member
def document(request: PersonRequest, reference: str, document: str) -> HttpResponse:
    """Send a file of a question."""
    found = case_of(request, reference)
    try:
        with read_document(case=found, document_id=document_id(document), actor=request.actor) as (
            known,
            source,
        ):
            return send_file(name=known.name, media_type=known.media_type, source=source)
    except NotReadable:
        messages.error(request, _("This file is still being checked for viruses. Try again later."))
        return go_to(request, "portal:case", found.number)
    except (BadReference, UnknownDocument) as unknown:
        raise Http404 from unknown
