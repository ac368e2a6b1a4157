"""A member's questions, and one of them: where it stands, who has it, what we need, what was said."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openmember.cases import dossier, queries
from openmember.cases.callbacks.queries import list_own_callbacks
from openmember.cases.categories import get_category
from openmember.cases.documents.services import list_documents
from openmember.cases.queries import UnknownCase
from openmember.cases.repeats.queries import find_contact_point
from openmember.cases.services.moving import may_reopen
from openmember.cases.types import Case, Status
from openmember.cases.words import status_for_member
from openmember.directory.teams import get_team
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.cases.forms import AddForm, RateForm, ReopenForm
from openmember.portal.cases.timeline import asked_for, timeline_of
from openmember.ui.pages import go_to, show
from openmember.ui.types import Item


@require_safe
@for_member
def cases(request: PersonRequest) -> HttpResponse:
    """List the member's questions, the open ones first."""
    known = [
        one
        for one in queries.list_own_cases(member_ids=(request.member.id,))
        if not get_category(code=one.category).is_filed
    ]
    values = {
        "open": [(one, status_for_member(one)) for one in known if one.is_open],
        "settled": [(one, status_for_member(one)) for one in known if not one.is_open],
        "contact_point": find_contact_point(member_id=request.member.id),
    }
    return show(request, "portal/cases/list.html", values)


@require_safe
@for_member
def case(request: PersonRequest, reference: str) -> HttpResponse:
    """Show one question. A dispute has a page of its own."""
    found = case_of(request, reference)
    if get_category(code=found.category).is_filed:
        return go_to(request, "portal:dispute", found.number)
    return show_case(request, found)


def case_of(request: PersonRequest, reference: str) -> Case:
    """Return a case of this member; any other is not found."""
    try:
        return queries.get_own_case(
            number=reference, member_ids=(request.member.id,), actor=request.actor
        )
    except UnknownCase as unknown:
        raise Http404 from unknown


def show_case(
    request: PersonRequest,
    found: Case,
    *,
    add: AddForm | None = None,
    reopen: ReopenForm | None = None,
    rate: RateForm | None = None,
) -> HttpResponse:
    """Show a question, with a form that was not right where there is one."""
    rated = {one.resolution for one in dossier.list_satisfaction(case=found)}
    settled = found.status in {Status.RESOLVED, Status.CLOSED}
    values = {
        "case": found,
        "status": f"case_{found.status.value}",
        "status_words": status_for_member(found),
        "team": get_team(code=found.team).name,
        "contact_point": find_contact_point(member_id=request.member.id, topic=found.topic),
        "asked_for": asked_for(found),
        "items": _items(found),
        "entries": timeline_of(found),
        "documents": list_documents(case=found, only_visible=True),
        "callbacks": list_own_callbacks(case=found),
        "merged": queries.list_merged_numbers(case=found),
        "add": (add or AddForm()) if found.status is not Status.CLOSED else None,
        "reopen": (reopen or ReopenForm()) if may_reopen(case=found, now=request.now) else None,
        "rate": (rate or RateForm()) if settled and found.resolutions not in rated else None,
        "settled": settled,
    }
    return show(request, "portal/cases/case.html", values)


def _items(found: Case) -> list[Item]:
    category = get_category(code=found.category)
    items = [Item(_("About"), category.title)]
    items += [
        Item(fact.label, found.facts[fact.code])
        for fact in category.facts
        if fact.code in found.facts
    ]
    if found.need:
        items.append(Item(_("In your words"), found.need))
    return items
