"""The queue: what waits, in which order; and what one must look at now."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.cases.callbacks.queries import list_promised
from openmember.cases.categories import list_categories
from openmember.cases.repeats.queries import list_proposed
from openmember.cases.repeats.types import Repeat
from openmember.cases.transfers.queries import list_offered
from openmember.cases.types import Case, Priority, Status
from openmember.cases.words import ALARMS, PRIORITIES, STATUSES
from openmember.cases.work.queries import count_open, list_alarms_for, list_queue
from openmember.cases.work.services.taking import clear_alarm, take_next
from openmember.cases.work.types import Filter, Place
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.cases.repeats import title_of
from openmember.desk.duty.views import what_waits
from openmember.desk.pages import show_desk
from openmember.directory.queries import get_organisation
from openmember.directory.teams import list_teams
from openmember.members.queries import list_members
from openmember.members.types import Scope
from openmember.ui.pages import go_to


@require_safe
@desk_page(Scope.WORK_CASES)
def cases(request: DeskRequest) -> HttpResponse:
    """Show a page of the queue. The next page begins after the last case of this one."""
    asked = filter_of(request)
    page = list_queue(
        asked=asked, actor=request.actor, after=Place.of_text(request.GET.get("after", ""))
    )
    counts = count_open(actor=request.actor)
    values = {
        "rows": [row_of(one) for one in page.cases],
        "next": page.next.as_text() if page.next else "",
        "is_first": "after" not in request.GET,
        "total": sum(counts.values()),
        "now": timezone.now(),
        "chosen": request.GET,
        "teams": [(one.code, one.name, counts.get(one.code, 0)) for one in list_teams()
                  if one.code in counts],
        "regions": [(one.code, one.name) for one in get_organisation().regions],
        "statuses": [(one.value, words) for one, words in STATUSES.items() if one.is_open],
        "priorities": [(one.value, words) for one, words in PRIORITIES.items()],
        "categories": [(one.code, one.title) for one in list_categories()],
        "waiting": _waiting(request),
        "tab": "queue",
    }  # fmt: skip
    return show_desk(request, "desk/cases/queue.html", values, place="cases")


@require_safe
@desk_page(Scope.WORK_CASES)
def today(request: DeskRequest) -> HttpResponse:
    """Show what one must look at now: alarms, offers and promised calls."""
    values = {
        "alarms": [(one, ALARMS[one.kind]) for one in list_alarms_for(actor=request.actor)],
        "offers": list_offered(actor=request.actor),
        "callbacks": list_promised(actor=request.actor),
        "repeats": _repeats(request),
        "waiting": _waiting(request),
        **what_waits(request),
        "now": timezone.now(),
        "tab": "today",
    }
    return show_desk(request, "desk/cases/today.html", values, place="cases")


@require_POST
@desk_page(Scope.WORK_CASES)
def take(request: DeskRequest) -> HttpResponse:
    """Give the person the case that comes first."""
    found = take_next(now=timezone.now(), actor=request.actor)
    if found is None:
        messages.info(request, _("Nothing waits for you: no case in your teams and languages."))
        return go_to(request, "desk:cases")
    return go_to(request, "desk:case", found.number)


@require_POST
@desk_page(Scope.WORK_CASES)
def clear(request: DeskRequest) -> HttpResponse:
    """Take an alarm away that the person has seen to."""
    asked = request.POST.get("alarm", "")
    if asked.isdecimal():
        clear_alarm(alarm_id=int(asked), now=timezone.now(), actor=request.actor)
    return go_to(request, "desk:cases_today")


def filter_of(request: HttpRequest) -> Filter:
    """Return what the address asks to see; what makes no sense asks for everything."""
    given = request.GET
    status = given.get("status", "")
    priority = given.get("priority", "")
    return Filter(
        teams=_one(given, "team"),
        regions=_one(given, "region"),
        status=Status(status) if status in set(Status) else None,
        category=given.get("category", ""),
        language=given.get("language", ""),
        priority=Priority(int(priority)) if priority in {"1", "2", "3", "4"} else None,
        only_mine=given.get("whose") == "mine",
        only_unowned=given.get("whose") == "nobody",
    )


def row_of(case: Case) -> dict[str, object]:
    """Return what the queue shows of a case."""
    return {
        "case": case,
        "status": f"case_{case.status.value}",
        "words": STATUSES[case.status],
        "priority": PRIORITIES[case.priority],
        "is_late": case.due_at is not None and case.due_at <= timezone.now(),
    }


def _repeats(request: DeskRequest) -> list[tuple[Repeat, str, str]]:
    """Return what is proposed: it, whose it is, and about what."""
    found = list_proposed(actor=request.actor)
    names = {one.id: one.name for one in list_members(member_ids=[one.member_id for one in found])}
    return [(one, names.get(one.member_id, ""), title_of(one)) for one in found]


def _one(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return (given[name],) if given.get(name) else ()


def _waiting(request: DeskRequest) -> dict[str, int]:
    return {"alarms": len(list_alarms_for(actor=request.actor))}
