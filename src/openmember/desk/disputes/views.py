"""One dispute at the desk: its facts, clocks, log and file, and every act its log allows."""

import csv
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openmember.cases.types import Case
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.cases.views import case_of
from openmember.desk.disputes.acts import ACTS, At, form_of
from openmember.desk.disputes.doing import Forms, do_asked, words_of
from openmember.desk.disputes.reading import Read, letters_of, owes_letter
from openmember.desk.disputes.showing import at_of, explained, misfit_of, values_of
from openmember.desk.pages import show_desk
from openmember.grievances.file import list_exhibits
from openmember.grievances.queries import find_dispute
from openmember.grievances.services.evidence import count_pages
from openmember.grievances.types import BadCourse, Dispute
from openmember.grievances.words import LAWS, MATTERS
from openmember.kernel.audit import services as audit
from openmember.kernel.spreadsheets import harmless
from openmember.letters.rules import BadLetter
from openmember.members.types import Scope


@require_http_methods(["GET", "POST"])
@desk_page(Scope.WORK_CASES)
def dispute(request: DeskRequest, reference: str) -> HttpResponse:
    """Show a dispute, or do with it what a form of its page asks."""
    case, found = dispute_of(request, reference)
    at = at_of(request, found, case)

    def read(name: str, form: Any) -> HttpResponse | None:
        return (
            _read(request, at, name, form) if owes_letter(name) and "read" in request.POST else None
        )

    return do_asked(
        request, at, acts=ACTS, form_of=form_of, show=lambda bound: _show(request, at, bound),
        page="desk:dispute", read=read,
    )  # fmt: skip


@require_safe
@desk_page(Scope.WORK_CASES)
def dates(request: DeskRequest, reference: str) -> HttpResponse:
    """Explain every date of a dispute: from when, by which rule, what stopped it, which law lost and why."""
    case, found = dispute_of(request, reference)
    values = {
        "case": case,
        "dispute": found,
        "matter": MATTERS[found.standing.track.matter],
        "law": LAWS[found.standing.track.law],
        "dates": explained(found, timezone.now()),
        "misfit": misfit_of(found),
        "may_oversee": request.actor.may(Scope.OVERSEE),
    }
    return show_desk(request, "desk/disputes/dates.html", values, place="disputes")


@require_safe
@desk_page(Scope.WORK_CASES)
def index(request: DeskRequest, reference: str) -> HttpResponse:
    """Hand out the index of the evidence file; that it was taken is recorded."""
    case, found = dispute_of(request, reference)
    count_pages(dispute=found)
    audit.record(
        actor=str(request.actor), action="dispute.index", account_number=case.account_number,
        member_id=case.member_id, case_id=case.id,
    )  # fmt: skip
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.csv"'
    rows = csv.writer(response)
    rows.writerow([_("No."), _("Document"), _("From page"), _("To page"), _("Kind"), _("Added on")])
    for one in list_exhibits(case=case):
        rows.writerow([
            one.number, harmless(one.document.name), one.first, one.last,
            one.document.media_type, one.document.added_at.date().isoformat(),
        ])  # fmt: skip
    return response


def dispute_of(request: DeskRequest, reference: str) -> tuple[Case, Dispute]:
    """Return the dispute of a case one may see in full; another is not found."""
    case = case_of(request, reference)
    found = find_dispute(case=case)
    if found is None:
        raise Http404
    return case, found


def _read(request: DeskRequest, at: At, name: str, form: Any) -> HttpResponse:
    """Show the letter an act would write, beside its form; nothing is done."""
    try:
        read = letters_of(name, at, form.cleaned_data)
    except (BadCourse, BadLetter) as wrong:
        words = words_of(wrong if isinstance(wrong, BadCourse) else BadCourse("letter_broken"))
        form.add_error(None, words)
        return _show(request, at, {name: form})
    audit.record(
        actor=str(request.actor), action="dispute.letter_read_first", account_number=at.case.account_number,
        member_id=at.case.member_id, case_id=at.case.id, act=name,
    )  # fmt: skip
    return _show(request, at, {name: form}, read=read)


def _show(request: DeskRequest, at: At, bound: Forms, *, read: Sequence[Read] = ()) -> HttpResponse:
    values = values_of(request, at, bound)
    # What is only read is not wrong.
    wrong = None if read else next(iter(bound.values()), None)
    values |= {"wrong": wrong, "read": read}
    return show_desk(request, "desk/disputes/dispute.html", values, place="disputes")
