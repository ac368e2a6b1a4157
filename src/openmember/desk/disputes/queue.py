"""The coordinators' queue of disputes."""

from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.disputes.words import left
from openmember.desk.pages import show_desk
from openmember.grievances import queue
from openmember.grievances.queue import Asked, Place, Queued, Where
from openmember.grievances.types import Law, Level, Matter, Speed
from openmember.grievances.words import LAWS, LEVELS, MATTERS, SPEEDS, STEPS
from openmember.members.types import Scope

Word = TypeVar("Word", bound=StrEnum)


@require_safe
@desk_page(Scope.WORK_CASES)
def disputes(request: DeskRequest) -> HttpResponse:
    """Show a page of the queue, what is late on top. The next page begins after the last of this one."""
    now, asked = timezone.now(), asked_of(request)
    page = queue.list_queue(
        asked=asked, actor=request.actor, after=Place.of_text(request.GET.get("after", ""))
    )
    values = {
        "rows": [row_of(one, now) for one in page.rows],
        "next": page.next.as_text() if page.next else "",
        "is_first": "after" not in request.GET,
        "counts": queue.count_queue(actor=request.actor, now=now),
        "most": queue.COUNT_AT_MOST,
        "where": asked.where.value,
        "chosen": request.GET,
        "filters": _filters(),
        "now": now,
    }
    return show_desk(request, "desk/disputes/queue.html", values, place="disputes")


def asked_of(request: HttpRequest) -> Asked:
    """Return what the address asks to see; what makes no sense asks for everything."""
    given = request.GET
    return Asked(
        where=_word(given.get("where", ""), Where) or Where.DUE,
        matter=_word(given.get("matter", ""), Matter),
        level=_word(given.get("level", ""), Level),
        law=_word(given.get("law", ""), Law),
        speed=_word(given.get("speed", ""), Speed),
        only_mine=given.get("whose") == "mine",
        only_unowned=given.get("whose") == "nobody",
    )


def row_of(one: Queued, now: datetime) -> dict[str, object]:
    """Return what the queue shows of a dispute."""
    return {
        "dispute": one,
        "matter": MATTERS[one.matter],
        "level": LEVELS[one.level],
        "law": LAWS[one.law],
        "speed": SPEEDS[one.speed],
        "is_fast": one.speed is Speed.EXPEDITED,
        "zone": ZoneInfo(one.zone),
        "step": STEPS[one.due_step] if one.due_step else "",
        "left": left(one.due_at, now) if one.due_at else None,
    }


def _filters() -> dict[str, list[tuple[str, object]]]:
    return {
        "matters": [(one.value, words) for one, words in MATTERS.items()],
        "levels": [(one.value, words) for one, words in LEVELS.items()],
        "laws": [(one.value, words) for one, words in LAWS.items()],
        "speeds": [(one.value, words) for one, words in SPEEDS.items()],
    }


def _word(text: str, kind: type[Word]) -> Word | None:
    return kind(text) if text in set(kind) else None
