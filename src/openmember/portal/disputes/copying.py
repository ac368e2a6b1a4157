"""The member's copy of the file: asked for with one button, taken as a PDF."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.documents.sending import stream_file
from openmember.documents.services import open_file
from openmember.grievances.handoffs.queries import UnknownPackage, get_package
from openmember.grievances.handoffs.services import ordering
from openmember.grievances.handoffs.types import Purpose, package_id
from openmember.grievances.types import BadCourse
from openmember.grievances.words import refusal
from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.disputes.views import dispute_of
from openmember.ui.pages import go_to


@require_POST
@for_member
def ask(request: PersonRequest, reference: str) -> HttpResponse:
    """Have a copy made."""
    case, found = dispute_of(request, reference)
    try:
        ordering.order_copy(
            dispute=found, on_paper="on_paper" in request.POST, now=request.now, actor=request.actor
        )
        messages.success(
            request, _("We are putting your copy together. It is here in a few minutes.")
        )
    except BadCourse as refused:
        messages.error(request, refusal(refused))
    return go_to(request, "portal:dispute", case.number)


@require_safe
@for_member
def copy(request: PersonRequest, reference: str, package: str, kind: str) -> HttpResponse:
    """Send a copy that was made."""
    case, found = dispute_of(request, reference)
    try:
        made = get_package(dispute=found, package_id=package_id(package), purpose=Purpose.COPY)
    except (BadReference, UnknownPackage) as unknown:
        raise Http404 from unknown
    audit.record(
        actor=str(request.actor), action="dispute.copy_read", account_number=case.account_number,
        member_id=case.member_id, case_id=case.id, package_id=made.id,
    )  # fmt: skip
    is_zip = kind == "zip"
    return stream_file(
        name=f"{case.number}.{kind}", media_type="application/zip" if is_zip else "application/pdf",
        source=open_file(stored_as=made.bundled_as if is_zip else made.stored_as),
    )  # fmt: skip
