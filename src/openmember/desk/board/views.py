"""The board's three pages: now, the last weeks, and the days to come."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openmember.cases.board import figures as measured
from openmember.cases.board.behind import list_calls_due, list_clocks
from openmember.cases.board.planning import plan_of
from openmember.cases.board.reach import MINE, days_back, reach_of
from openmember.cases.board.types import HalfHour, Plan, Service, Work
from openmember.cases.policy import get_policy
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.board import charts, figures
from openmember.desk.board.asking import TODAY, WEEKS, Asked, asked_of
from openmember.desk.board.behind import call_rows, work_rows
from openmember.desk.board.tables import lasting, team_name
from openmember.desk.pages import show_desk
from openmember.directory.queries import get_organisation
from openmember.directory.teams import list_teams
from openmember.members.types import Scope
from openmember.phone.queries import list_handovers
from openmember.ui import formats

CLOCKS_SHOWN = 8
DAYS_AHEAD = 7
REFRESH_SECONDS = 30


@require_safe
@desk_page(Scope.SUPERVISE_CARE)
def now(request: DeskRequest) -> HttpResponse:
    """Show what waits, what is about to break, and how today goes."""
    asked = asked_of(request)
    service = measured.list_service(reach=asked.reach, stretch=asked.today, now=asked.now)
    callers = list_handovers()
    values = {
        **_frame(request, asked, "now"),
        "calls": call_rows(list_calls_due(reach=asked.reach, now=asked.now), asked.now),
        "queues": figures.queues(asked),
        "presence": figures.presence(asked),
        "people": figures.people(asked),
        "callers": len(callers),
        "callers_since": callers[0].asked_at if callers else None,
        "service": figures.service(asked, service, TODAY),
        "levels": _levels(service),
        "kept": figures.kept(
            asked, measured.list_kept(reach=asked.reach, stretch=asked.today), TODAY
        ),
        "late": work_rows(_clocks(asked, is_late=True)),
        "soon": work_rows(_clocks(asked, is_late=False)),
        "all_late": asked.behind("late"),
        "all_soon": asked.behind("soon"),
        "hours": get_policy().board.soon_hours,
        "refreshes": request.GET.get("refresh") != "off",
        "seconds": REFRESH_SECONDS,
    }  # fmt: skip
    return show_desk(request, "desk/board/now.html", values, place="board")


@require_safe
@desk_page(Scope.SUPERVISE_CARE)
def weeks(request: DeskRequest) -> HttpResponse:
    """Show how the last weeks went: waits as a heat map, service, resolution, promises, cases by day."""
    asked = asked_of(request)
    stretch = asked.weeks
    half_hours = measured.list_half_hours(reach=asked.reach, stretch=stretch, now=asked.now)
    service = measured.list_service(reach=asked.reach, stretch=stretch, now=asked.now)
    by_day = measured.list_days(reach=asked.reach, stretch=stretch)
    values = {
        **_frame(request, asked, "weeks"),
        "waits": figures.waits(asked, measured.waits_of(half_hours)),
        "service": figures.service(asked, service, WEEKS),
        "levels": _levels(service),
        "resolution": figures.resolution(asked),
        "kept": figures.kept(asked, measured.list_kept(reach=asked.reach, stretch=stretch), WEEKS),
        "days": figures.days(asked, by_day),
        "days_chart": charts.columns(
            _("Cases opened and settled by day"),
            [(f"{one.day:%d}", (one.opened, one.settled)) for one in by_day],
            every=2,
        ),
        "weeks": get_policy().board.weeks,
    }  # fmt: skip
    return show_desk(request, "desk/board/weeks.html", values, place="board")


@require_safe
@desk_page(Scope.SUPERVISE_CARE)
def plan(request: DeskRequest) -> HttpResponse:
    """Show how many contacts a day to come brings, and how many people keep the target."""
    asked = asked_of(request)
    found, on = plan_asked(request, asked)
    halves = figures.shown_halves(found)
    values = {
        **_frame(request, asked, "plan"),
        "plan": found,
        "table": figures.plan(found),
        "chart": charts.columns(
            _("Contacts expected by half hour"),
            [(figures.clock_of(half.half), (half.calls,)) for half in halves],
            every=4,
        ),
        "on": on.isoformat(),
        "plan_query": asked.query(on=on.isoformat()),
        "days": [
            (day.isoformat(), f"{formats.weekday_name(day.weekday())}, {formats.day(day, 'short')}")
            for day in _days_ahead(asked)
        ],
        "handling": lasting(found.handling_seconds) if found.handling_seconds else "",
        "patience": lasting(found.patience_seconds) if found.patience_seconds else "",
        "half_error": f"{found.backtest.half_hour_error:.0%}" if found.backtest else "",
        "day_error": f"{found.backtest.day_error:.0%}" if found.backtest else "",
        "board": get_policy().board,
    }
    return show_desk(request, "desk/board/plan.html", values, place="board")


def _clocks(asked: Asked, *, is_late: bool) -> tuple[Work, ...]:
    return list_clocks(is_late=is_late, reach=asked.reach, now=asked.now, limit=CLOCKS_SHOWN)


def plan_asked(request: DeskRequest, asked: Asked) -> tuple[Plan, date]:
    """Return the plan of the day an address names, else tomorrow's."""
    board = get_policy().board
    days = 7 * (board.forecast_weeks + board.tried_weeks)
    stretch = days_back(asked.reach, now=asked.now, days=days)
    half_hours = measured.list_half_hours(reach=asked.reach, stretch=stretch, now=asked.now)
    ahead = _days_ahead(asked)
    wanted = request.GET.get("on", "")
    on = next((day for day in ahead if day.isoformat() == wanted), ahead[0])
    first = _first_of(half_hours, stretch.until)
    return plan_of(half_hours, on, first=first, today=stretch.until), on


def _first_of(half_hours: tuple[HalfHour, ...], otherwise: date) -> date:
    return min((one.day for one in half_hours), default=otherwise)


def _days_ahead(asked: Asked) -> list[date]:
    today = asked.weeks.until
    return [today + timedelta(days=count) for count in range(1, DAYS_AHEAD + 1)]


def _levels(service: tuple[Service, ...]) -> charts.Bars:
    target = get_policy().board.answered_percent
    return charts.bars(
        _("Answered in time, by team; the line is at %(percent)d%%") % {"percent": target},
        [(team_name(one.team), one.level) for one in service], target / 100,
    )  # fmt: skip


def _frame(request: DeskRequest, asked: Asked, tab: str) -> dict[str, object]:
    theirs = set(reach_of(actor=request.actor).regions)
    return {
        "tab": tab,
        "asked": asked,
        "query": asked.query(),
        "mine": MINE,
        "teams": [(one.code, one.name) for one in list_teams()],
        "regions": [
            (one.code, one.name) for one in get_organisation().regions if one.code in theirs
        ],
        "moment": asked.now,
        "clock": formats.moment(asked.now)[1],
    }
