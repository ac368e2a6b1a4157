"""Taking an application for a caller or from paper, correcting it, and keeping its documents."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.assistance import queries
from openmember.assistance.forms import BillsForm, DocumentsForm, HouseholdForm, IncomeForm
from openmember.assistance.policy import get_policy
from openmember.assistance.services import applying, documents
from openmember.assistance.services.steps import ApplicationRefused
from openmember.assistance.types import (
    LINES,
    Application,
    Channel,
    Facts,
    Proof,
    document_id,
)
from openmember.assistance.words import PROOFS
from openmember.desk.assistance.views import application_of, say_refused
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.documents.sending import send_file
from openmember.documents.types import NotReadable
from openmember.documents.words import REFUSALS
from openmember.kernel.references import BadReference
from openmember.members.types import Scope
from openmember.ui.pages import go_to


@require_POST
@account_page("take_application", scope=Scope.ASSIST)
def take(request: AccountRequest) -> HttpResponse:
    """Start an application for a caller, somebody at the counter, or one that came on paper."""
    channel = request.POST.get("channel", "")
    known = {one.value: one for one in Channel if one is not Channel.WEB}
    if channel not in known:
        return go_to(request, "desk:applications")
    started = applying.start(
        account=request.opened.account,
        channel=known[channel],
        language=request.opened.overview.language or "en",
        actor=request.actor,
    )
    return go_to(request, "desk:application_facts", started.reference)


@require_http_methods(["GET", "POST"])
@account_page("application_facts", scope=Scope.ASSIST)
def facts(request: AccountRequest, reference: str) -> HttpResponse:
    """Write down what the member says, or correct it by what the documents show."""
    found = application_of(request, reference)
    forms = _forms(request, found)
    is_more = "more" in request.POST
    if request.method == "POST" and not is_more and all(form.is_valid() for form in forms.values()):
        answered: Facts = found.facts
        for form in forms.values():
            answered = form.facts(answered)
        try:
            applying.save_facts(
                application=found, facts=answered, on=request.opened.today, actor=request.actor
            )
        except ApplicationRefused as refused:
            say_refused(request, str(refused))
        return go_to(request, "desk:application", found.reference)
    values = {"application": found, **forms}
    return show_account(request, "desk/assistance/facts.html", values, place="assistance")


@require_http_methods(["GET", "POST"])
@account_page("application_documents", scope=Scope.ASSIST)
def add_documents(request: AccountRequest, reference: str) -> HttpResponse:
    """Keep what was handed in or scanned."""
    found = application_of(request, reference)
    form = DocumentsForm(request.POST or None, request.FILES or None)
    form.fields["proof"].choices = [  # type: ignore[attr-defined]  # a choice field
        (one.value, PROOFS[one]) for one in Proof
    ]
    if request.method == "POST" and form.is_valid():
        _add(request, found, form)
        return go_to(request, "desk:application", found.reference)
    values = {"application": found, "form": form}
    return show_account(request, "desk/assistance/documents.html", values, place="assistance")


@require_safe
@account_page("application_document", scope=Scope.ASSIST)
def document(request: AccountRequest, reference: str, document: str) -> HttpResponse:
    """Send a document to whom may decide; the reading of it is recorded."""
    found = application_of(request, reference)
    try:
        with documents.read_document(
            application=found, document_id=document_id(document), actor=request.actor
        ) as (known, source):
            return send_file(name=known.name, media_type=known.media_type, source=source)
    except NotReadable:
        messages.error(
            request, _("This file cannot be read: the virus scanner has not let it through.")
        )
        return go_to(request, "desk:application", found.reference)
    except (BadReference, queries.UnknownDocument) as unknown:
        raise Http404 from unknown


def _forms(request: AccountRequest, found: Application) -> dict[str, Any]:
    given = request.POST or None
    open_bills = [one for one in request.opened.overview.open_bills if one.line in LINES]
    return {
        "household_form": HouseholdForm(
            given,
            programs=[one.program for one in get_policy().presumptions],
            initial=HouseholdForm.initial_of(found.facts),
        ),
        "income_form": IncomeForm(given, initial=IncomeForm.initial_of(found.facts)),
        "bills_form": BillsForm(
            given, bills=open_bills, initial=BillsForm.initial_of(found.facts, open_bills)
        ),
    }


def _add(request: AccountRequest, found: Application, form: DocumentsForm) -> None:
    try:
        added = documents.add_documents(
            application=found,
            uploads=form.chosen_files,
            proof=form.proof_chosen,
            on=request.opened.today,
            actor=request.actor,
        )
    except ApplicationRefused as refused:
        say_refused(request, str(refused))
        return
    for name, refusal in added.refused:
        messages.error(
            request,
            _("%(name)s was not taken: %(reason)s.") % {"name": name, "reason": REFUSALS[refusal]},
        )
    if added.kept:
        messages.success(request, _("Kept: %(names)s") % {"names": ", ".join(added.kept)})
