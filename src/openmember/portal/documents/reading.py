"""Reading documents on screen: what that means, agreeing to it, and going back to paper."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.letters import consent, queries
from openmember.letters.composing import service_line
from openmember.letters.layouts import Layout
from openmember.letters.sample import write_sample
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.documents.forms import AgreeToScreen
from openmember.ui.pages import go_to, show


@require_http_methods(["GET", "POST"])
@for_holder
def reading(request: MemberRequest) -> HttpResponse:
    """Tell what reading on screen means, and take the member's consent."""
    told = _told(request)
    form = AgreeToScreen(request.POST or None, initial={"version": told.id})
    if request.method == "POST" and form.is_valid():
        try:
            consent.give(
                account=request.account, told=told, shown_id=form.cleaned_data["version"],
                actor=request.actor, on=request.today,
            )  # fmt: skip
        except consent.TextChanged:
            messages.warning(request, _("These words changed. Please read them once more."))
            return go_to(request, "portal:reading")
        messages.success(request, _("From now on you read your documents online."))
        return go_to(request, "portal:documents")
    context = {
        "form": form,
        "terms": told.words["terms"],
        "consent": queries.get_consent(account_number=request.account.number),
    }
    return show(request, "portal/documents/reading.html", context)


@require_POST
@for_holder
def paper(request: MemberRequest) -> HttpResponse:
    """Go back to paper."""
    consent.withdraw(
        account=request.account, told=_told(request), actor=request.actor, on=request.today
    )
    messages.success(request, _("From now on your documents come in the mail."))
    return go_to(request, "portal:documents")


@require_safe
@for_holder
def sample(request: MemberRequest) -> HttpResponse:
    """Send a document that holds nothing, to try whether one can be opened."""
    content = write_sample(region=request.member.person.region, language=_language())
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="sample.pdf"'},
    )


def _told(request: MemberRequest) -> Layout:
    line = service_line(request.member.person.region)
    return consent.text_of(consent.terms(line), _language())


def _language() -> str:
    return get_language() or "en"
