"""The page of a dispute's file: what is in it, what was made and who has it, and what can be done."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from openmember.cases.queries import may_work
from openmember.cases.types import Case
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.disputes.doing import do_asked, rows_of_acts
from openmember.desk.disputes.file.acts import ACTS, At, form_of
from openmember.desk.disputes.file.forms import reviewer_words
from openmember.desk.disputes.showing import clock_row
from openmember.desk.disputes.views import dispute_of
from openmember.desk.pages import show_desk
from openmember.documents.sending import stream_file
from openmember.documents.services import open_file
from openmember.grievances.file import list_exhibits
from openmember.grievances.handoffs.evidence import list_sharings, list_unshared
from openmember.grievances.handoffs.queries import (
    UnknownPackage,
    get_package,
    list_handoffs,
    list_orders,
    withheld_of,
)
from openmember.grievances.handoffs.reviewers import reviewers_at
from openmember.grievances.handoffs.services.sending import file_is_old, find_to_send
from openmember.grievances.handoffs.types import package_id
from openmember.grievances.handoffs.words import PURPOSES, WAYS, reason_words
from openmember.grievances.services.evidence import count_pages
from openmember.grievances.types import Dispute
from openmember.grievances.words import CONFIDENCES, MATTERS, REFUSALS, STEPS
from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference
from openmember.members.types import Scope


@require_http_methods(["GET", "POST"])
@desk_page(Scope.WORK_CASES)
def file(request: DeskRequest, reference: str) -> HttpResponse:
    """Show the file of a dispute, or do with it what a form of its page asks."""
    case, found = dispute_of(request, reference)
    at = at_of(request, case, found)
    return do_asked(
        request, at, acts=ACTS, form_of=form_of, show=lambda bound: _show(request, at, bound),
        page="desk:dispute_file",
    )  # fmt: skip


@require_safe
@desk_page(Scope.WORK_CASES)
def package(request: DeskRequest, reference: str, package: str, kind: str) -> HttpResponse:
    """Hand out a file that was made, as the PDF or as the ZIP; that it was taken is recorded."""
    case, found = dispute_of(request, reference)
    try:
        made = get_package(dispute=found, package_id=package_id(package))
    except (BadReference, UnknownPackage) as unknown:
        raise Http404 from unknown
    audit.record(
        actor=str(request.actor), action="dispute.file_read", account_number=case.account_number,
        member_id=case.member_id, case_id=case.id, package_id=made.id, kind=kind,
    )  # fmt: skip
    is_zip = kind == "zip"
    return stream_file(
        name=f"{case.number}.{kind}", media_type="application/zip" if is_zip else "application/pdf",
        source=open_file(stored_as=made.bundled_as if is_zip else made.stored_as),
    )  # fmt: skip


def at_of(request: DeskRequest, case: Case, found: Dispute) -> At:
    """Return the file as it is now before whoever asks."""
    count_pages(dispute=found)
    exhibits = list_exhibits(case=case)
    now = timezone.now()
    wanted = find_to_send(found)
    return At(
        dispute=found, case=case, exhibits=exhibits,
        withheld=withheld_of(document_ids=[one.document.id for one in exhibits]),
        orders=list_orders(dispute=found), actor=request.actor, now=now, to_send=wanted,
        handoffs=list_handoffs(dispute=found), unshared=list_unshared(dispute=found),
        sharings=list_sharings(dispute=found),
        reviewers=reviewers_at(found, wanted, now=now) if wanted else (),
    )  # fmt: skip


def _show(request: DeskRequest, at: At, bound: Mapping[str, Any]) -> HttpResponse:
    is_worker = may_work(case=at.case, actor=request.actor)
    values = {
        "case": at.case,
        "matter": MATTERS[at.dispute.standing.track.matter],
        "serial": len(at.dispute.events),
        "exhibits": [
            (
                one,
                reason_words(at.withheld[one.document.id])
                if one.document.id in at.withheld
                else "",
            )
            for one in at.exhibits
        ],
        "pages": at.exhibits[-1].last if at.exhibits else 0,
        "orders": [(one, PURPOSES[one.purpose]) for one in at.orders],
        "acts": rows_of_acts(at, bound, acts=ACTS, form_of=form_of, reads=lambda _name: False)
        if is_worker
        else [],
        "may_work": is_worker,
        "opened": next(iter(bound), ""),
        "to_send": (to_send := _to_send(at)),
        "is_old": REFUSALS["file_is_old"] if to_send and file_is_old(at.dispute) else "",
        "handoffs": [(one, WAYS[one.way], STEPS[one.step]) for one in at.handoffs],
        "zone": at.zone,
        "unshared": at.unshared,
        "sharings": at.sharings,
    }
    return show_desk(request, "desk/disputes/file.html", values, place="disputes")


def _to_send(at: At) -> dict[str, Any] | None:
    """Return what has to be sent and by when; None once it went, or where nobody outside reviews it."""
    if at.to_send is None or at.is_again:
        return None
    clock = next(
        (
            clock_row(one, at.dispute.standing.zone, at.now)
            for one in at.dispute.standing.clocks
            if one.step is at.to_send.step and one.visit == at.to_send.visit
        ),
        None,
    )
    reviewer = at.reviewers[0] if at.reviewers else None
    return {
        "step": STEPS[at.to_send.step],
        "clock": clock,
        "reviewer": reviewer,
        "name": reviewer_words(reviewer) if reviewer else "",
        "confidence": CONFIDENCES[reviewer.confidence] if reviewer else "",
    }
