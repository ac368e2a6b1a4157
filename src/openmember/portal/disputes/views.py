"""A member's disputes: the list, and one of them on the screen and on paper."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openmember.cases.documents.services import list_documents
from openmember.cases.repeats.queries import find_contact_point
from openmember.cases.types import Case, Status
from openmember.directory.teams import get_team
from openmember.grievances.access import disputing_for
from openmember.grievances.drafts import find_draft
from openmember.grievances.explaining import until_words
from openmember.grievances.handoffs.services.sharing import awaited
from openmember.grievances.queries import UnknownDispute, get_own_dispute, list_own_disputes
from openmember.grievances.types import AskedBy, Care, Dispute, Listed, Matter
from openmember.grievances.words import CARES, MATTERS, SPEEDS
from openmember.members.queries import list_members
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.cases.forms import AddForm
from openmember.portal.cases.timeline import asked_for
from openmember.portal.disputes.copies import copies_of
from openmember.portal.disputes.going_on import regulator_of, rights_of
from openmember.portal.disputes.post import letters_of
from openmember.portal.disputes.saying import coming_of, now_of, status_of
from openmember.portal.disputes.timeline import entries_of
from openmember.rulebook.clocks import get_clock
from openmember.ui import formats
from openmember.ui.pages import show
from openmember.ui.types import Item


@require_safe
@for_member
def disputes(request: PersonRequest) -> HttpResponse:
    """List the disputes of the member and of those they file for, the open ones first."""
    known = [_entry(one) for one in list_own_disputes(member_ids=mine(request))]
    values = {
        "open": [one for one in known if one["dispute"].is_open],
        "settled": [one for one in known if not one["dispute"].is_open],
        "own_id": request.member.id,
        "draft": find_draft(actor=request.actor),
    }
    return show(request, "portal/disputes/list.html", values)


@require_safe
@for_member
def dispute(request: PersonRequest, reference: str) -> HttpResponse:
    """Show one dispute."""
    return show_dispute(request, *dispute_of(request, reference))


@require_safe
@for_member
def paper(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a dispute as it is printed, every date with its reasons."""
    case, found = dispute_of(request, reference)
    return show(request, "portal/disputes/paper.html", _values(request, case, found))


def mine(request: PersonRequest) -> tuple[int, ...]:
    """Return whose disputes the person files and follows: their own, and of those they may for."""
    return disputing_for(actor=request.actor, at=request.now)


def dispute_of(request: PersonRequest, reference: str) -> tuple[Case, Dispute]:
    """Return a dispute of this member, or of somebody they file for; any other is not found."""
    try:
        return get_own_dispute(number=reference, member_ids=mine(request), actor=request.actor)
    except UnknownDispute as unknown:
        raise Http404 from unknown


def show_dispute(
    request: PersonRequest, case: Case, found: Dispute, *, add: AddForm | None = None
) -> HttpResponse:
    """Show a dispute, with a form that was not right where there is one."""
    values = _values(request, case, found)
    values["add"] = (add or AddForm()) if case.status is not Status.CLOSED else None
    values |= copies_of(case, found)
    values["answer_until"] = awaited(found, now=request.now)
    return show(request, "portal/disputes/dispute.html", values)


def _values(request: PersonRequest, case: Case, found: Dispute) -> dict[str, Any]:
    is_own = found.member_id == request.member.id
    point = find_contact_point(member_id=found.member_id, topic=case.topic)
    return {
        "case": case,
        "dispute": found,
        "title": MATTERS[found.standing.track.matter],
        "for_name": "" if is_own else _name_of(found.member_id),
        "standing": now_of(found, promised_by=case.answer_by),
        "coming": coming_of(found, now=request.now),
        "rights": rights_of(found, now=request.now),
        "regulator": regulator_of(found, now=request.now),
        "reason": _reason(found),
        "may_withdraw": may_withdraw(found),
        "asked_for": asked_for(case),
        "items": items_of(case, found),
        "entries": entries_of(case, found, reader=request.actor),
        "letters": letters_of(found),
        "documents": list_documents(case=case, only_visible=True),
        "team": get_team(code=case.team).name,
        "owner_name": point.owner_name if point else case.owner_name,
        "line": _line(request),
        "now": request.now,
    }


def may_withdraw(found: Dispute) -> bool:
    """Return whether the dispute can be taken back now."""
    standing = found.standing
    return standing.decision is None and standing.level.is_plans and found.misfit is None


def _entry(listed: Listed) -> dict[str, Any]:
    status, tone = status_of(listed)
    return {
        "dispute": listed,
        "title": MATTERS[listed.matter],
        "status": status,
        "tone": tone,
        "decide_by": _decide_by(listed),
    }


def _decide_by(listed: Listed) -> str:
    if listed.outcome is not None:
        return ""
    if listed.decide_by is not None:
        return until_words(listed.decide_by, get_clock(listed.decide_clock_id), listed.zone)
    if listed.level.is_plans and listed.promised_by is not None:
        return _last_day(listed.promised_by)
    return ""


def _last_day(moment: datetime) -> str:
    return formats.day(moment, "weekday")


def _reason(found: Dispute) -> str:
    """Return why it was decided so, in the words of who decided."""
    said = [
        one.event.detail.get("reason") for one in found.events if one.event.detail.get("reason")
    ]
    return str(said[-1]) if said and found.standing.decision is not None else ""


def items_of(case: Case, found: Dispute) -> list[Item]:
    """Return what was filed, as a list of facts."""
    track = found.standing.track
    items = [Item(_("About"), MATTERS[track.matter])]
    if track.care is not Care.SERVICE and track.matter is not Matter.BILLING:
        items.append(Item(_("Care"), CARES[track.care]))
    items += [
        Item(label, value)
        for label, value in (
            (_("Which care or medicine"), found.service),
            (_("Doctor or place of care"), found.provider),
            (_("When"), _when(found)),
            (_("Date on the decision letter"), _day(found.notice_on)),
        )
        if value
    ]
    if found.amount_cents:
        items.append(Item(_("Amount"), found.amount_cents, "money"))
    if found.asked_by is not AskedBy.MEMBER:
        items.append(Item(_("Asked by"), found.asked_name))
    items.append(Item(_("Speed"), SPEEDS[found.standing.speed]))
    items.append(Item(_("In your words"), case.need))
    if found.good_cause:
        items.append(Item(_("Why it came late"), found.good_cause))
    return items


def _when(found: Dispute) -> str:
    first, last = _day(found.served_from), _day(found.served_until)
    if first and last and first != last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    return first or last


def _day(value: Any) -> str:
    return formats.day(value) if value else ""


def _line(request: PersonRequest) -> Any:
    lines = request.region.member_services if request.region else ()
    return lines[0] if lines else None


def _name_of(member_id: int) -> str:
    found = list_members(member_ids=[member_id])
    return found[0].name if found else ""
