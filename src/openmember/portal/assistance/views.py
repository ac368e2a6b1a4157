"""The way in, and the page of one application: what happens now, what we need, what was decided."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.assistance import queries
from openmember.assistance.forms import DocumentsForm
from openmember.assistance.paper import LANGUAGES, write_form
from openmember.assistance.policy import get_policy
from openmember.assistance.services import applying, deciding
from openmember.assistance.services.steps import ApplicationRefused
from openmember.assistance.types import Application, Status
from openmember.assistance.words import MISSING, REASONS
from openmember.billing.overview import get_overview
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.assistance.documents import application_of
from openmember.portal.assistance.forms import AppealForm
from openmember.portal.assistance.summary import summary_of
from openmember.ui.pages import go_to, show


@require_safe
@for_holder
def overview(request: MemberRequest) -> HttpResponse:
    """Say what help there is, and show the applications of this account."""
    known = queries.list_applications(numbers=request.account.numbers)
    draft = next((one for one in known if one.status is Status.DRAFT), None)
    values = {
        "applications": [one for one in known if one.status is not Status.DRAFT],
        "draft": draft,
        "can_start": not any(one.is_pending for one in known) and draft is None,
    }
    return show(request, "portal/assistance/overview.html", values)


@require_safe
@for_holder
def application(request: MemberRequest, reference: str) -> HttpResponse:
    """Show one application and where it stands."""
    return _show(request, application_of(request, reference))


@require_POST
@for_holder
def appeal(request: MemberRequest, reference: str) -> HttpResponse:
    """Ask for a decision to be looked at again."""
    found = application_of(request, reference)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        deciding.appeal(
            application=found,
            reason=form.cleaned_data["reason"],
            on=request.today,
            actor=request.actor,
        )
        messages.success(request, _("We will look at it again and write to you."))
    except ApplicationRefused:
        messages.error(request, _("This decision cannot be appealed any more. Please call us."))
    return go_to(request, "portal:assistance_application", found.reference)


@require_POST
@for_holder
def withdraw(request: MemberRequest, reference: str) -> HttpResponse:
    """Take an application back."""
    found = application_of(request, reference)
    try:
        applying.withdraw(
            application=found,
            reason="withdrawn by the member",
            on=request.today,
            actor=request.actor,
        )
        messages.success(request, _("Your application is withdrawn. You can start a new one."))
    except ApplicationRefused:
        messages.error(request, _("This application is finished already."))
    return go_to(request, "portal:assistance")


@require_safe
def paper_form(request: HttpRequest, language: str) -> HttpResponse:
    """Send the form to print, in the language asked for. Anybody may have it."""
    known = language if language in LANGUAGES else "en"
    with translation.override(known):
        pdf = write_form()
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="financial-help-{known}.pdf"',
            "Cache-Control": "public, max-age=3600",
        },
    )


def _show(
    request: MemberRequest, found: Application, form: AppealForm | None = None
) -> HttpResponse:
    if found.status is Status.DRAFT:
        return go_to(request, "portal:assistance_household")
    decision = found.decision
    numbers = request.account.numbers
    open_bills = get_overview(number=request.account.number, today=request.today).open_bills
    values = {
        "application": found,
        "status": f"assistance_{found.status.value}",
        "items": summary_of(found, open_bills),
        "missing": [MISSING[one] for one in found.missing],
        "documents_form": DocumentsForm() if found.is_pending else None,
        "decision": decision,
        "reasons": [REASONS[one] for one in decision.reasons] if decision else [],
        "discounts": _discounts(found),
        "effects": queries.list_effects(decision=decision, numbers=numbers) if decision else (),
        "form": form or AppealForm(),
        "may_appeal": bool(
            decision
            and not found.is_pending
            and found.status is not Status.WITHDRAWN
            and decision.appeal_by
            and decision.appeal_by >= request.today
        ),
        "policy": get_policy(),
    }
    return show(request, "portal/assistance/application.html", values)


def _discounts(found: Application) -> dict[str, str]:
    decision = found.decision
    if decision is None:
        return {}
    return {
        "medical": deciding.percent_text(decision.medical_bps),
        "pharmacy": deciding.percent_text(decision.pharmacy_bps),
    }
