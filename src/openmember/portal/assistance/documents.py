"""Sending documents with an application, and reading one's own again."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.assistance import queries
from openmember.assistance.forms import DocumentsForm
from openmember.assistance.policy import get_policy
from openmember.assistance.review import missing_of
from openmember.assistance.services import documents
from openmember.assistance.services.steps import ApplicationRefused
from openmember.assistance.types import Application, Missing, application_id, document_id
from openmember.assistance.words import MISSING
from openmember.documents.sending import send_file
from openmember.documents.types import NotReadable, Refusal
from openmember.documents.words import REFUSALS
from openmember.kernel.references import BadReference
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.assistance.apply import context_of, find_draft
from openmember.ui.pages import go_to, show


@require_http_methods(["GET", "POST"])
@for_holder
def step(request: MemberRequest) -> HttpResponse:
    """Ask for what proves the answers: the fourth step."""
    draft = find_draft(request)
    if draft is None:
        return go_to(request, "portal:assistance")
    if "remove" in request.POST:
        return _remove(request, draft)
    form = DocumentsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        add(request, draft, form)
        return go_to(request, "portal:assistance_documents")
    needed = [MISSING[one] for one in missing_of(draft, get_policy()) if one in _PROOFS]
    values = {"application": draft, "form": form, "needed": needed, **context_of("documents")}
    return show(request, "portal/assistance/documents.html", values)


_PROOFS = (Missing.PROOF_OF_INCOME, Missing.PROOF_OF_PROGRAM)


@require_POST
@for_holder
def add_more(request: MemberRequest, reference: str) -> HttpResponse:
    """Take what was missing, after the application was sent."""
    application = application_of(request, reference)
    form = DocumentsForm(request.POST, request.FILES)
    if form.is_valid():
        add(request, application, form)
    else:
        messages.error(request, _("Choose at least one file."))
    return go_to(request, "portal:assistance_application", application.reference)


@require_safe
@for_holder
def document(request: MemberRequest, reference: str, document: str) -> HttpResponse:
    """Send a document back to who sent it."""
    application = application_of(request, reference)
    try:
        with documents.read_document(
            application=application, document_id=document_id(document), actor=request.actor
        ) as (found, source):
            return send_file(name=found.name, media_type=found.media_type, source=source)
    except NotReadable:
        messages.error(request, _("This file is still being checked for viruses. Try again later."))
        return go_to(request, "portal:assistance_application", application.reference)
    except (BadReference, queries.UnknownDocument) as unknown:
        raise Http404 from unknown


def application_of(request: MemberRequest, reference: str) -> Application:
    """Return an application of this member's account; any other is not found."""
    try:
        return queries.get_application(
            numbers=request.account.numbers, application_id=application_id(reference)
        )
    except (BadReference, queries.UnknownApplication) as unknown:
        raise Http404 from unknown


def add(request: MemberRequest, application: Application, form: DocumentsForm) -> None:
    """Keep the files and say of each that was refused why."""
    try:
        added = documents.add_documents(
            application=application,
            uploads=form.chosen_files,
            proof=form.proof_chosen,
            on=request.today,
            actor=request.actor,
        )
    except ApplicationRefused:
        messages.error(request, _("This application is finished, so nothing can be added to it."))
        return
    say_refused(request, added.refused)
    if added.kept:
        count = len(added.kept)
        said = ngettext("We have your document.", "We have your %(count)s documents.", count)
        messages.success(request, said % {"count": count})


def say_refused(request: HttpRequest, refused: Sequence[tuple[str, Refusal]]) -> None:
    """Say why files were not taken."""
    for name, refusal in refused:
        messages.error(
            request,
            _("%(name)s was not taken: %(reason)s.") % {"name": name, "reason": REFUSALS[refusal]},
        )


def _remove(request: MemberRequest, draft: Application) -> HttpResponse:
    try:
        found = queries.get_document(
            application=draft, document_id=document_id(request.POST["remove"])
        )
    except (BadReference, queries.UnknownDocument) as unknown:
        raise Http404 from unknown
    documents.remove_document(application=draft, document=found, actor=request.actor)
    messages.success(request, _("%(name)s was removed.") % {"name": found.name})
    return go_to(request, "portal:assistance_documents")
