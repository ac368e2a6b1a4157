"""How dates were kept, one line a dispute, and every decision; each also as a file."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from openmember.cases.types import Channel
from openmember.cases.words import CHANNELS
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.board.tables import Table
from openmember.desk.oversight import tables
from openmember.desk.oversight.asking import (
    asked_of,
    file_of,
    frame_of,
    place_of,
    text_of,
    yes_no,
)
from openmember.desk.pages import show_desk
from openmember.grievances.oversight.decisions import list_all_decisions, list_decisions
from openmember.grievances.oversight.queries import get_timeliness
from openmember.grievances.oversight.types import Asked, Audited, Line, Timeliness
from openmember.grievances.oversight.universe import list_all, list_page
from openmember.grievances.reasons import list_reasons
from openmember.grievances.types import Level, Outcome, Step
from openmember.grievances.words import EVENTS, LAWS, LEVELS, MATTERS, OUTCOMES
from openmember.members.types import Role, Scope

TIMED = (Step.ACKNOWLEDGE, Step.DECIDE, Step.EFFECTUATE, Step.FORWARD)
IN_TIME = {
    Step.ACKNOWLEDGE: gettext_lazy("Confirmed in time"),
    Step.DECIDE: gettext_lazy("Decided in time"),
    Step.EFFECTUATE: gettext_lazy("Carried out in time"),
    Step.FORWARD: gettext_lazy("Sent on in time"),
}
ROLES = {
    Role.REPRESENTATIVE: pgettext_lazy("role", "Representative"),
    Role.CASHIER: pgettext_lazy("role", "Cashier"),
    Role.BILLING: pgettext_lazy("role", "Billing"),
    Role.FINANCE: pgettext_lazy("role", "Finance"),
    Role.NURSE: pgettext_lazy("role", "Nurse"),
    Role.PHARMACIST: pgettext_lazy("role", "Pharmacist"),
    Role.APPEALS: pgettext_lazy("role", "Appeals"),
    Role.SUPERVISOR: pgettext_lazy("role", "Supervisor"),
}
UNIVERSE = (
    "case", "law", "state", "kind", "level", "speed", "received", "how", "asked_by", "expedited_asked",
    "expedited_granted", "extended_days", "acknowledged", "acknowledged_in_time", "decided", "outcome",
    "decided_in_time", "days_taken", "notice", "delivered", "effectuated", "effectuated_in_time",
    "forwarded", "forwarded_in_time", "last_outcome", "open",
)  # fmt: skip
DECISIONS = (
    "case", "law", "state", "kind", "what", "level", "outcome", "reason", "criteria", "decided", "by",
    "roles", "specialties_of_reviewers", "letter", "taken_back",
)  # fmt: skip


@require_safe
@desk_page(Scope.OVERSEE)
def timeliness(request: DeskRequest) -> HttpResponse:
    """Show how the plan kept its dates over a period of receipts."""
    asked = asked_of(request)
    found = get_timeliness(asked=asked, now=timezone.now(), actor=request.actor)
    values = {
        **frame_of(asked, "timeliness"),
        "found": found,
        "tables": _tables(found, asked),
        "chart": tables.months_chart(found),
        "shares": tables.shares_chart(found),
    }
    return show_desk(request, "desk/oversight/timeliness.html", values, place="oversight")


@require_safe
@desk_page(Scope.OVERSEE)
def figure_file(request: DeskRequest, figure: str) -> HttpResponse:
    """Hand out one table of the timeliness report."""
    asked = asked_of(request)
    found = get_timeliness(asked=asked, now=timezone.now(), actor=request.actor)
    table = _tables(found, asked).get(figure)
    if table is None:
        raise Http404
    return file_of(f"oversight-{figure}", [[str(one) for one in table.columns], *table.lines])


@require_safe
@desk_page(Scope.OVERSEE)
def universe(request: DeskRequest) -> HttpResponse:
    """Show a page of the universe."""
    asked, now = asked_of(request), timezone.now()
    lines, after = list_page(
        asked=asked, actor=request.actor, after=place_of(request.GET.get("after", ""))
    )
    values = {
        **frame_of(asked, "universe"),
        "rows": [_shown(one, now) for one in lines],
        "timed": IN_TIME.values(),
        "next": text_of(after),
        "is_first": "after" not in request.GET,
    }
    return show_desk(request, "desk/oversight/universe.html", values, place="oversight")


@require_safe
@desk_page(Scope.OVERSEE)
def universe_file(request: DeskRequest) -> HttpResponse:
    """Hand out the whole universe; that it was taken is recorded."""
    asked, now = asked_of(request), timezone.now()
    lines = list_all(asked=asked, actor=request.actor)
    return file_of("universe", _with_head(UNIVERSE, (universe_row(one, now) for one in lines)))


@require_safe
@desk_page(Scope.OVERSEE)
def decisions(request: DeskRequest) -> HttpResponse:
    """Show a page of every decision there was."""
    asked = asked_of(request)
    found, before = list_decisions(
        asked=asked, actor=request.actor, before=place_of(request.GET.get("before", ""))
    )
    values = {
        **frame_of(asked, "decisions"),
        "rows": [_decision(one) for one in found],
        "next": text_of(before),
        "is_first": "before" not in request.GET,
    }
    return show_desk(request, "desk/oversight/decisions.html", values, place="oversight")


@require_safe
@desk_page(Scope.OVERSEE)
def decisions_file(request: DeskRequest) -> HttpResponse:
    """Hand out every decision of a period; that they were taken is recorded."""
    found = list_all_decisions(asked=asked_of(request), actor=request.actor)
    return file_of("decisions", _with_head(DECISIONS, (_decision_row(one) for one in found)))


def universe_row(one: Line, now: datetime) -> Sequence[object]:
    """Return a dispute as a line of the file: codes, and moments by the clock where it is counted."""
    zone = ZoneInfo(one.zone)
    met = {step: duty.met_at if (duty := one.duty(step)) else None for step in TIMED}
    timely = {step: yes_no(one.is_timely(step, now)) for step in TIMED}
    decide = one.duty(Step.DECIDE)
    return (
        one.case_number, one.law, one.place, one.matter, one.level, one.speed,
        _at(one.received_at, zone), one.channel, one.asked_by, _at(one.expedite_asked_at, zone),
        yes_no(one.expedite_granted), one.extended_days or "",
        _at(met[Step.ACKNOWLEDGE], zone), timely[Step.ACKNOWLEDGE],
        _at(one.decided_at, zone), one.outcome or "", timely[Step.DECIDE],
        decide.days if decide else None, one.notice_on, one.delivered_on,
        _at(met[Step.EFFECTUATE], zone), timely[Step.EFFECTUATE],
        _at(met[Step.FORWARD], zone), timely[Step.FORWARD],
        one.last_outcome or "", yes_no(one.is_open),
    )  # fmt: skip


def _tables(found: Timeliness, asked: Asked) -> dict[str, Table]:
    made = [
        tables.steps(found, asked), tables.months(found), tables.causes(found, asked),
        *(tables.by(found, what, asked) for what in ("law", "place", "matter", "level")),
        tables.overturned(found), tables.reasons(found),
    ]  # fmt: skip
    return {one.code: one for one in made}


def _shown(one: Line, now: datetime) -> dict[str, object]:
    decide = one.duty(Step.DECIDE)
    return {
        "line": one,
        "zone": ZoneInfo(one.zone),
        "law": LAWS[one.law],
        "matter": MATTERS[one.matter],
        "how": CHANNELS.get(Channel(one.channel), one.channel),
        "outcome": OUTCOMES[one.outcome] if one.outcome else "",
        "days": decide.days if decide else None,
        "timely": [(IN_TIME[step], one.is_timely(step, now)) for step in TIMED],
    }


def _decision(one: Audited) -> dict[str, object]:
    titles = {reason.code: reason.title for reason in list_reasons()}
    return {
        "decision": one,
        "what": EVENTS[one.kind],
        "level": LEVELS[Level(one.level)],
        "outcome": OUTCOMES[Outcome(one.outcome)] if one.outcome else "",
        "reason": titles.get(one.code, one.code),
        "law": LAWS[one.law],
        "matter": MATTERS[one.matter],
        "zone": ZoneInfo(one.zone),
        "letter": date.fromisoformat(one.notice_on) if one.notice_on else None,
        "roles": [str(ROLES.get(Role(role), role)) for role in one.roles],
        "who": one.actor_name or (_("By itself") if one.actor.startswith("system") else one.actor),
    }


def _decision_row(one: Audited) -> Sequence[object]:
    return (
        one.case_number, one.law, one.place, one.matter, one.kind, one.level, one.outcome, one.code,
        one.criteria, _at(one.at, ZoneInfo(one.zone)), f"{one.actor_name} ({one.actor})".strip(),
        " ".join(one.roles), ", ".join(one.specialties), one.notice_on, yes_no(one.taken_back),
    )  # fmt: skip


def _with_head(head: Sequence[str], rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield head
    yield from rows


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
