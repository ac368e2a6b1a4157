"""What the page of one case shows, and the forms it holds."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from openmember.cases import queries
from openmember.cases.categories import get_category
from openmember.cases.clocks.types import ClockState
from openmember.cases.repeats.queries import find_contact_point
from openmember.cases.types import Case
from openmember.cases.whole import Whole, get_whole
from openmember.cases.words import (
    ALARMS,
    CALLBACKS,
    CHANNELS,
    LINKS,
    PRIORITIES,
    REACHED,
    STATUSES,
    UNITS,
)
from openmember.desk.access import DeskRequest
from openmember.desk.cases import references
from openmember.desk.cases.acts import ACTS, form_of, moves_of
from openmember.desk.cases.log import lines_of
from openmember.desk.cases.windows import words_of
from openmember.directory.queries import find_region
from openmember.directory.teams import get_team
from openmember.documents.words import SCANS
from openmember.members.queries import list_members
from openmember.members.types import Scope


def values_of(request: DeskRequest, case: Case, bound: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything the page shows; `bound` are forms that were sent and were not right."""
    category, now = get_category(code=case.category), timezone.now()
    whole = get_whole(case=case, actor=request.actor, now=now)
    member = next(iter(list_members(member_ids=[case.member_id] if case.member_id else [])), None)
    forms = {name: bound.get(name) or form_of(name, case, request, is_bound=False) for name in ACTS}
    if member and "callback" not in bound:
        forms["callback"].initial["phone"] = member.person.phone
    if whole.draft and "note" not in bound:
        forms["note"].initial["body"] = whole.draft.body
    ticks = {one.item: one for one in whole.ticks}
    region = find_region(code=case.region)
    return {
        "case": case,
        "category": category,
        "team": get_team(code=case.team).name,
        "region_name": region.name if region else "–",
        "status": f"case_{case.status.value}",
        "status_words": STATUSES[case.status],
        "priority": PRIORITIES[case.priority],
        "channel": CHANNELS[case.channel],
        "member": member,
        "contact_point": find_contact_point(member_id=case.member_id) if case.member_id else None,
        "clock": whole.clock,
        "more_time": _more_time(whole.clock),
        "now": now,
        "facts": [(one.label, case.facts[one.code]) for one in category.facts if one.code in case.facts],
        "checklist": [(one, ticks.get(one.code)) for one in category.steps],
        "forms": forms,
        "draft": whole.draft,
        "has_moves": bool(moves_of(case)),
        "may_work": queries.may_work(case=case, actor=request.actor),
        "may_decide": request.actor.may(Scope.DECIDE_URGENCY),
        "may_assign": request.actor.may(Scope.SUPERVISE_CARE),
        "is_mine": case.owner_id == request.actor.id,
        "opened": next(iter(bound), ""),
        **_hanging(case, whole),
    }  # fmt: skip


def _more_time(clock: ClockState | None) -> str:
    """Return what is asked when a clock is extended: its own unit says how much one more is."""
    unit = clock.rule.unit if clock else None
    counted = str(UNITS[unit]) if unit else _("the unit of its rule")
    return _("Give it more time, in %(unit)s") % {"unit": counted}


def _hanging(case: Case, whole: Whole) -> dict[str, Any]:
    return {
        "notes": whole.notes,
        "lines": lines_of(whole.events),
        "documents": [(one, SCANS[one.scan]) for one in whole.documents],
        "links": [(one, LINKS[one.kind], references.shown(one)) for one in whole.links],
        "contacts": [(one, CHANNELS[one.channel]) for one in whole.contacts],
        "merged": whole.merged,
        "alarms": [(one, ALARMS[one.kind]) for one in whole.alarms],
        "offer": whole.offer,
        "transfers": whole.transfers,
        "callbacks": [
            (one, CALLBACKS[one.state], words_of(case, one.window),
             [(tried, REACHED[tried.outcome]) for tried in one.attempts])
            for one in whole.calls
        ],
        "expedites": whole.expedites,
        "others": whole.present,
    }  # fmt: skip
