"""What is behind a figure: its contacts, cases or promised calls, each leading on to its own page."""

from collections.abc import Iterable
from datetime import date, datetime

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openmember.cases.board import behind as looked
from openmember.cases.board.behind import AT_MOST, Which
from openmember.cases.board.types import Contact, Stretch, Work
from openmember.cases.callbacks.types import Callback, State
from openmember.cases.interactions.types import Outcome
from openmember.cases.types import Channel
from openmember.cases.words import CALLBACKS, CHANNELS, OUTCOMES
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.board.asking import TODAY, Asked, asked_of
from openmember.desk.board.tables import lasting, team_name
from openmember.desk.pages import show_desk
from openmember.directory.queries import find_region, zone_of
from openmember.members.types import Scope
from openmember.ui import formats

# The names of these figures in addresses, and which contacts they count.
CONTACTS = {
    "contacts": Which(),
    "waiting": Which(waiting=True),
    "slow": Which(in_time=False),
    "abandoned": Which(abandoned=True),
    "first": Which(first=True),
    "returned": Which(first=True, settled=False),
    "repeats": Which(repeat=True),
}
CALLS = {f"calls-{one.value}": one for one in State if one is not State.PROMISED}


@require_safe
@desk_page(Scope.SUPERVISE_CARE)
def behind(request: DeskRequest, figure: str) -> HttpResponse:
    """Show what a figure counts. An unknown one, or one that lacks its day or hour, is not found."""
    asked = asked_of(request)
    values: dict[str, object] = {
        "title": title_of(figure), "asked": asked, "query": asked.query(), "most": AT_MOST,
        "team": team_name(asked.team) if asked.team not in {"", "mine"} else "",
    }  # fmt: skip
    if figure in {"late", "soon", "opened", "settled"}:
        values["cases"] = work_rows(_cases(request, asked, figure))
    elif figure in CALLS:
        found = looked.list_calls_ended(
            state=CALLS[figure], reach=asked.reach, stretch=_stretch(request, asked),
            actor=request.actor,
        )  # fmt: skip
        values["calls"] = call_rows(found, asked.now)
    else:
        values["contacts"] = contact_rows(_contacts(request, asked, figure))
    return show_desk(request, "desk/board/behind.html", values, place="board")


def title_of(figure: str) -> str:
    """Return what is behind a figure, in words. Errors: Http404."""
    titles = {
        "contacts": _("Contacts that came"),
        "waiting": _("Contacts that wait"),
        "slow": _("Contacts answered late"),
        "abandoned": _("Contacts that gave up"),
        "first": _("First contacts"),
        "returned": _("First contacts that were not enough"),
        "repeats": _("Contacts that repeat an earlier one"),
        "cell": _("Contacts answered, by the hour they came"),
        "late": _("Cases whose promise is broken"),
        "soon": _("Cases whose promise is about to break"),
        "opened": _("Cases opened"),
        "settled": _("Cases settled"),
        **{name: _("Promised calls: %(state)s") % {"state": CALLBACKS[state]}
           for name, state in CALLS.items()},
    }  # fmt: skip
    if figure not in titles:
        raise Http404
    return titles[figure]


def call_rows(calls: Iterable[Callback], now: datetime) -> list[dict[str, object]]:
    """Return promised calls as the board shows them, in the zone of the member's region."""
    return [
        {
            "call": one,
            "team": team_name(one.team),
            "region": region_name(one.region),
            "state": CALLBACKS[one.state],
            "window": window_of(one),
            "left": lasting((one.window.ends_at - now).total_seconds()),
            "is_over": one.window.ends_at <= now,
            "is_open": one.state is State.PROMISED,
        }
        for one in calls
    ]


def work_rows(cases: Iterable[Work]) -> list[dict[str, object]]:
    """Return cases as the board shows them."""
    return [
        {
            "case": one,
            "team": team_name(one.team),
            "answer_by": moment_of(one.answer_by, one.region) if one.answer_by else "",
        }
        for one in cases
    ]


def contact_rows(contacts: Iterable[Contact]) -> list[dict[str, object]]:
    """Return contacts as the board shows them: what happened, and not whose they were."""
    return [
        {
            "contact": one,
            "team": team_name(one.team),
            "region": region_name(one.region),
            "channel": CHANNELS[Channel(one.channel)],
            "outcome": OUTCOMES[Outcome(one.outcome)] if one.outcome else "",
            "came": moment_of(one.arrived_at, one.region),
            "wait": lasting(one.wait_seconds),
        }
        for one in contacts
    ]


def moment_of(moment: datetime, region: str) -> str:
    """Return a moment in few words, in the zone of a region."""
    day, clock = formats.moment(moment, zone_of(region=region), "short")
    return f"{day}, {clock}"


def window_of(call: Callback) -> str:
    """Return the window of a call in few words, in the zone of its region."""
    _day, last = formats.moment(call.window.ends_at, zone_of(region=call.region))
    return f"{moment_of(call.window.starts_at, call.region)} – {last}"


def region_name(code: str) -> str:
    """Return a region's name, or a dash."""
    found = find_region(code=code)
    return found.name if found else "–"


def _contacts(request: DeskRequest, asked: Asked, figure: str) -> tuple[Contact, ...]:
    if figure == "cell":
        which = Which(weekday=_number(request, "weekday", 6), hour=_number(request, "hour", 23))
    else:
        which = CONTACTS[figure]
    stretch = asked.ever if figure == "waiting" else _stretch(request, asked)
    return looked.list_contacts(
        which=which, reach=asked.reach, stretch=stretch, now=asked.now, actor=request.actor
    )


def _cases(request: DeskRequest, asked: Asked, figure: str) -> tuple[Work, ...]:
    if figure in {"late", "soon"}:
        return looked.list_clocks(is_late=figure == "late", reach=asked.reach, now=asked.now)
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError as wrong:
        raise Http404 from wrong
    return looked.list_cases_of_day(
        day=day, settled=figure == "settled", reach=asked.reach, stretch=asked.ever,
        actor=request.actor,
    )  # fmt: skip


def _stretch(request: DeskRequest, asked: Asked) -> Stretch:
    return asked.today if request.GET.get("days") == TODAY else asked.weeks


def _number(request: DeskRequest, name: str, most: int) -> int:
    given = request.GET.get(name, "")
    if not given.isdecimal() or len(given) > 2 or int(given) > most:
        raise Http404
    return int(given)
