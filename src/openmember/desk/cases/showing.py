"""What the page of one case shows, and the forms it holds."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from openmember.cases import dossier, queries
from openmember.cases.callbacks.queries import list_callbacks
from openmember.cases.categories import get_category
from openmember.cases.documents.services import list_documents
from openmember.cases.interactions.queries import list_interactions_of_case
from openmember.cases.repeats.queries import find_contact_point
from openmember.cases.transfers.queries import find_offer, list_transfers
from openmember.cases.types import Case
from openmember.cases.words import ALARMS, CALLBACKS, CHANNELS, LINKS, PRIORITIES, REACHED, STATUSES
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
    category = get_category(code=case.category)
    draft = dossier.find_draft(case=case, actor=request.actor)
    forms = {name: bound.get(name) or form_of(name, case, request, is_bound=False) for name in ACTS}
    if draft and "note" not in bound:
        forms["note"].initial["body"] = draft.body
    ticks = {one.item: one for one in dossier.list_ticks(case=case)}
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
        "member": next(iter(list_members(member_ids=[case.member_id] if case.member_id else [])), None),
        "contact_point": find_contact_point(member_id=case.member_id) if case.member_id else None,
        "clock": queries.get_clock(case=case),
        "now": timezone.now(),
        "facts": [(one.label, case.facts[one.code]) for one in category.facts if one.code in case.facts],
        "checklist": [(one, ticks.get(one.code)) for one in category.steps],
        "notes": dossier.list_notes(case=case),
        "lines": lines_of(dossier.list_events(case=case)),
        "documents": [(one, SCANS[one.scan]) for one in list_documents(case=case)],
        "links": [(one, LINKS[one.kind], references.shown(one)) for one in dossier.list_links(case=case)],
        "contacts": [(one, CHANNELS[one.channel]) for one in list_interactions_of_case(case=case)],
        "merged": queries.list_merged_numbers(case=case),
        "alarms": [(one, ALARMS[one.kind]) for one in dossier.list_alarms(case=case)],
        "offer": find_offer(case=case),
        "transfers": list_transfers(case=case),
        "callbacks": [
            (one, CALLBACKS[one.state], words_of(case, one.window),
             [(tried, REACHED[tried.outcome]) for tried in one.attempts])
            for one in list_callbacks(case=case)
        ],
        "expedites": dossier.list_expedites(case=case),
        "others": dossier.list_present(case=case, now=timezone.now(), actor=request.actor),
        "draft": draft,
        "forms": forms,
        "has_moves": bool(moves_of(case)),
        "may_work": queries.may_work(case=case, actor=request.actor),
        "may_decide": request.actor.may(Scope.DECIDE_URGENCY),
        "is_mine": case.owner_id == request.actor.id,
        "opened": next(iter(bound), ""),
    }  # fmt: skip
