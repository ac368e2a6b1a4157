"""What the page of one dispute shows, and the forms it holds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from openmember.cases.queries import may_work
from openmember.cases.services import presence
from openmember.cases.types import Case
from openmember.desk.access import DeskRequest
from openmember.desk.disputes.acts import ACTS, At, form_of
from openmember.desk.disputes.doing import rows_of_acts
from openmember.desk.disputes.mail import rows_of
from openmember.desk.disputes.reading import owes_letter
from openmember.desk.disputes.words import left, line_of, rule_of
from openmember.grievances.due import last_day
from openmember.grievances.file import list_exhibits, list_reviewers
from openmember.grievances.handoffs.evidence import list_unshared, must_share
from openmember.grievances.handoffs.services.sharing import awaited
from openmember.grievances.involved import had_a_part
from openmember.grievances.possible import possible
from openmember.grievances.services.evidence import count_pages
from openmember.grievances.types import Deadline, Dispute, Kind, Running, Whose
from openmember.grievances.words import (
    ASKED_BY,
    CARES,
    CONFIDENCES,
    LAPSES,
    LAWS,
    LEVELS,
    MATTERS,
    OUTCOMES,
    SPEEDS,
    STEPS,
    WHY_NOT,
    refusal,
)
from openmember.members.proxies.queries import list_proxies_of
from openmember.members.proxies.types import For
from openmember.members.proxies.words import BASES
from openmember.members.queries import get_member
from openmember.members.skills import list_clinicians_of, list_staff_of
from openmember.members.types import Scope


def at_of(request: DeskRequest, dispute: Dispute, case: Case) -> At:
    """Return a dispute as it stands now before whoever asks."""
    now = timezone.now()
    found = At(dispute, case, possible(dispute=dispute, now=now), request.actor, now)
    if Kind.DECIDED in found.possible.kinds:
        clinicians = list_clinicians_of(team=case.team)
        involved = had_a_part(dispute)
        others = tuple(one for one in clinicians if one.id not in involved)
        asked = list_reviewers(dispute=dispute)
        waits = any(one.user_id == request.actor.id and one.given_at is None for one in asked)
        given = any(one.given_at and one.user_id not in involved for one in asked)
        found = replace(found, clinicians=others, is_asked=waits, has_opinion=given)
    if case.is_open and request.actor.may(Scope.SUPERVISE_CARE):
        found = replace(found, staff=list_staff_of(team=case.team, actor=request.actor))
    return found


def values_of(request: DeskRequest, at: At, bound: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything the page shows; `bound` is a form that was sent and was not right."""
    dispute, case, now = at.dispute, at.case, at.now
    found = dispute.standing
    count_pages(dispute=dispute)
    is_worker = may_work(case=case, actor=request.actor)
    return {
        "case": case,
        "dispute": dispute,
        "standing": found,
        "serial": len(dispute.events),
        "misfit": misfit_of(dispute),
        **_unshared(dispute, now),
        "may_oversee": at.actor.may(Scope.OVERSEE),
        "member": get_member(member_id=dispute.member_id),
        "matter": MATTERS[found.track.matter],
        "law": LAWS[found.track.law],
        "care": CARES[found.track.care],
        "speed": SPEEDS[found.speed],
        "level": LEVELS[found.level],
        "asked_by": ASKED_BY[dispute.asked_by],
        "helpers": _helpers(dispute, now),
        "received": dispute.events[0].event.detail,
        "outcome": OUTCOMES[found.decision.outcome] if found.decision else "",
        "decided": [(one, OUTCOMES[one.outcome], LEVELS[one.level]) for one in found.decisions],
        "clocks": [clock_row(one, found.zone, now) for one in in_order(found.clocks)],
        "lines": [line_of(one) for one in reversed(dispute.events)],
        "letters": rows_of(dispute),
        "exhibits": list_exhibits(case=case),
        "reviewers": list_reviewers(dispute=dispute),
        "possible": at.possible,
        "may_work": is_worker,
        "acts": rows_of_acts(at, bound, acts=ACTS, form_of=form_of, reads=owes_letter)
        if is_worker
        else [],
        "opened": next(iter(bound), ""),
        "no_extension": Kind.DECIDED in at.possible.kinds and not at.possible.most_days,
        "others": presence.be_present(case=case, is_writing=None, now=now, actor=request.actor),
        "zone": ZoneInfo(found.zone),
        "now": now,
    }  # fmt: skip


def _unshared(dispute: Dispute, now: datetime) -> dict[str, Any]:
    """Return what stands in the way of a decision against the member: what they have not seen or may answer."""
    if not must_share(dispute):
        return {}
    return {"unshared": list_unshared(dispute=dispute), "answer_until": awaited(dispute, now=now)}


def misfit_of(dispute: Dispute) -> dict[str, Any] | None:
    """Return which entry of the log does not fit the corrected rules, in words; None where all fit."""
    found = dispute.misfit
    if found is None:
        return None
    line = line_of(dispute.events[found.serial - 1])
    return {"serial": found.serial, "line": line, "why": refusal(found.refused)}


def _helpers(dispute: Dispute, now: datetime) -> list[dict[str, Any]]:
    """Return who may act in the member's disputes, on which ground and until when."""
    known = list_proxies_of(member_ids=[dispute.member_id], at=now)
    return [
        {"name": one.proxy_name, "basis": BASES[one.basis], "signed_on": one.signed_on, "ends_at": one.ends_at}
        for one in known
        if For.DISPUTES in one.may
    ]  # fmt: skip


def clock_row(one: Running, zone: str, now: datetime) -> dict[str, Any]:
    """Return a duty or a right as a row of the page."""
    return {
        "clock": one,
        "anchor": f"clock-{one.visit}-{one.level}-{one.step}",
        "step": STEPS[one.step],
        "level": LEVELS[one.level],
        "whose": one.whose.value,
        "is_right": one.whose is Whose.MEMBER,
        "last_day": last_day(one.due_at, zone) if one.due_at else None,
        "left": left(one.due_at, now) if one.due_at and one.met_at is None else None,
        "is_late": one.is_missed(now),
        "lapse": LAPSES.get(one.lapse, "") if one.met_at is None else "",
        "zone": ZoneInfo(zone),
        "rule": rule_of(one.governs.clock),
        "from_statement": one.from_statement,
    }


def in_order(clocks: tuple[Running, ...]) -> list[Running]:
    """Return what is owed first, by date, then what may be done, then what is done."""
    return sorted(
        clocks,
        key=lambda one: (
            one.met_at is not None, one.whose is not Whose.PLAN, one.due_at is None,
            one.due_at or one.started_at,
        ),
    )  # fmt: skip


def explained(dispute: Dispute, now: datetime) -> list[dict[str, Any]]:
    """Return every date of a dispute with what it comes from."""
    found = dispute.standing
    pauses = [
        line_of(one)
        for one in dispute.events
        if one.event.kind in {Kind.TOLLED, Kind.RESUMED, Kind.EXTENDED, Kind.EXPEDITED}
    ]
    return [
        {
            **clock_row(one, found.zone, now),
            "governs": _law(one.governs, found.zone),
            "lost": [{**_law(lost, found.zone), "why": WHY_NOT.get(lost.why_not, "")} for lost in one.lost],
            "pauses": pauses if one.governs.added or one.paused_at or _may_pause(one) else [],
        }
        for one in in_order(found.clocks)
    ]  # fmt: skip


def _may_pause(one: Running) -> bool:
    return one.step == "decide" and one.whose is Whose.PLAN


def _law(one: Deadline, zone: str) -> dict[str, Any]:
    return {
        "deadline": one,
        "rule": rule_of(one.clock),
        "last_day": last_day(one.due_at, zone) if one.due_at else None,
        "confidence": CONFIDENCES[one.clock.confidence],
    }
