"""Each figure of the board as a table whose cells lead to what is behind them."""

from collections import Counter

from django.urls import reverse
from django.utils.translation import gettext as _

from openmember.cases.board import figures
from openmember.cases.board.types import Cell as WaitCell
from openmember.cases.board.types import Day, Plan, Service, Staffing
from openmember.cases.callbacks.types import Kept
from openmember.cases.duty.types import DutyState
from openmember.cases.policy import get_policy
from openmember.cases.words import DUTIES
from openmember.desk.board import tables
from openmember.desk.board.asking import TODAY, WEEKS, Asked
from openmember.desk.board.tables import Table, number, seconds, share, since, team_name, word
from openmember.desk.duty.words import words_of
from openmember.ui import formats

# The states the board counts; who is away is not there.
SHOWN = (
    DutyState.AVAILABLE, DutyState.IN_CONTACT, DutyState.AFTER_CONTACT, DutyState.BREAK,
)  # fmt: skip


def queues(asked: Asked) -> Table:
    """Return what waits now, by team."""
    rows = []
    for one in figures.list_queues(reach=asked.reach, now=asked.now):
        of = {"team": one.team}
        unowned = f"{reverse('desk:cases')}?whose=nobody&team={one.team}"
        rows.append((
            word(team_name(one.team)),
            number(one.waiting, asked.behind("waiting", **of), "caution"),
            since(one.waiting_since, asked.now),
            number(one.present), number(one.busy),
            number(one.open, f"{reverse('desk:cases')}?team={one.team}"),
            number(one.nobodys, unowned), since(one.nobodys_since, asked.now),
            number(one.soon, asked.behind("soon", **of), "caution"),
            number(one.late, asked.behind("late", **of), "bad"),
        ))  # fmt: skip
    columns = (
        _("Team"), _("Waiting"), _("Longest wait"), _("People here"), _("In a contact"),
        _("Open cases"), _("Nobody’s yet"), _("Oldest of those"), _("About to break"), _("Broken"),
    )  # fmt: skip
    return Table("queues", _("Queues now"), columns, rows)


def people(asked: Asked) -> Table:
    """Return who is there now, in which state and since when, and how their day went, as the log of it says."""
    rows = []
    for one in asked.people:
        spent = [one.today.get(state) for state in SHOWN]
        rows.append((
            word(f"{one.name}, {one.location}" if one.location else one.name),
            word(", ".join(team_name(team) for team in one.teams)), word(words_of(one.duty)),
            since(one.duty.since, asked.now), *(seconds(value) for value in spent),
        ))  # fmt: skip
    columns = (
        _("Who"), _("Team"), _("Presence"), _("For"), _("Available today"), _("In contacts"),
        _("After contacts"), _("On breaks"),
    )  # fmt: skip
    return Table("people", _("People now"), columns, rows)


def presence(asked: Asked) -> Table:
    """Return how many people of each team are in which state now; of several teams, in each of them."""
    found = asked.people
    rows = []
    for team in sorted({team for one in found for team in one.teams}, key=team_name):
        counts = Counter(one.duty.state for one in found if team in one.teams)
        rows.append((word(team_name(team)), *(number(counts[state]) for state in SHOWN)))
    columns = (_("Team"), *(str(DUTIES[state]) for state in SHOWN))
    return Table("presence", _("Presence"), columns, rows)


def service(asked: Asked, found: tuple[Service, ...], days: str) -> Table:
    """Return how contacts were answered, by team."""
    rows = []
    for one in found:
        of = {"team": one.team, "days": days}
        rows.append((
            word(team_name(one.team)), number(one.offered, asked.behind("contacts", **of)),
            number(one.answered), share(one.level, asked.behind("slow", **of), level_tone(one.level)),
            seconds(one.mean_wait), number(one.abandoned, asked.behind("abandoned", **of)),
            share(one.abandonment),
        ))  # fmt: skip
    columns = (
        _("Team"), _("Came"), _("Answered"), _("In time"), _("Mean wait"), _("Gave up"),
        _("Share who gave up"),
    )  # fmt: skip
    title = _("Answered today") if days == TODAY else _("Answered in the last weeks")
    within = get_policy().board.answer_seconds
    note = _("In time: within %(seconds)d seconds, of those answered or given up.") % {
        "seconds": within
    }
    return Table(f"service-{days}", title, columns, rows, note)


def kept(asked: Asked, found: tuple[Kept, ...], days: str) -> Table:
    """Return how promised calls were kept, by team."""
    rows = [
        (
            word(team_name(one.team)),
            number(one.kept, asked.behind("calls-kept", team=one.team, days=days)),
            number(one.unreached, asked.behind("calls-unreached", team=one.team, days=days)),
            number(one.broken, asked.behind("calls-broken", team=one.team, days=days), "bad"),
            number(one.cancelled, asked.behind("calls-cancelled", team=one.team, days=days)),
            share(one.kept_percent / 100 if one.kept_percent is not None else None),
        )
        for one in found
    ]
    columns = (
        _("Team"), _("Kept"), _("Called, nobody reached"), _("Broken"), _("Called off"),
        _("Share kept"),
    )  # fmt: skip
    title = _("Promised calls today") if days == TODAY else _("Promised calls in the last weeks")
    return Table(f"calls-{days}", title, columns, rows)


def resolution(asked: Asked) -> Table:
    """Return first contacts that were enough, and contacts that repeat, by team."""
    policy = get_policy()
    rows = []
    for one in figures.list_resolution(reach=asked.reach, stretch=asked.weeks, now=asked.now):
        of = {"team": one.team, "days": WEEKS}
        rows.append((
            word(team_name(one.team)), number(one.firsts, asked.behind("first", **of)),
            share(one.first_contact, asked.behind("returned", **of)), number(one.known),
            number(one.repeats, asked.behind("repeats", **of)), share(one.repeated),
        ))  # fmt: skip
    columns = (
        _("Team"), _("First contacts"), _("Enough"), _("Known contacts"), _("Repeated"),
        _("Share repeated"),
    )  # fmt: skip
    note = _(
        "Enough: settled in the contact, and none about the same within %(days)d days after it. Repeated: one"
        " about the same within %(before)d days before it."
    ) % {"days": policy.board.resolution_days, "before": policy.repeat_days}
    return Table("resolution", _("Settled at the first contact"), columns, rows, note)


def days(asked: Asked, found: tuple[Day, ...]) -> Table:
    """Return cases opened and settled by day, the newest first."""
    rows = [
        (
            tables.Cell(one.day.isoformat(), formats.day(one.day, "short")),
            number(one.opened, asked.behind("opened", day=one.day.isoformat())),
            number(one.settled, asked.behind("settled", day=one.day.isoformat())),
        )
        for one in reversed(found)
    ]
    return Table("days", _("Cases by day"), (_("Day"), _("Opened"), _("Settled")), rows)


def waits(asked: Asked, found: tuple[WaitCell, ...]) -> Table:
    """Return the mean wait by weekday and hour as a heat map: the warmer, the longer."""
    by_place = {(one.weekday, one.hour): one for one in found}
    hours = sorted({one.hour for one in found})
    within = get_policy().board.answer_seconds
    rows = []
    for weekday in range(7):
        cells = [word(formats.weekday_name(weekday))]
        for hour in hours:
            one = by_place.get((weekday, hour))
            if one is None:
                cells.append(word(""))
                continue
            cells.append(
                tables.Cell(
                    one.wait_seconds, tables.lasting(one.wait_seconds),
                    asked.behind("cell", weekday=weekday, hour=hour), warmth(one.wait_seconds, within),
                )
            )  # fmt: skip
        rows.append(cells)
    columns = (_("Day"), *(formats.hour_name(hour) for hour in hours))
    note = _(
        "Mean wait of those who were answered, by the hour they came, in the zone of their region."
    )
    return Table("waits", _("Waits by day and hour"), columns, rows if hours else (), note)


def plan(found: Plan) -> Table:
    """Return what a day to come brings and needs, from the first half hour with calls to the last."""
    rows = []
    for half in shown_halves(found):
        outlook = half.outlook
        rows.append((
            tables.Cell(clock_of(half.half), clock_of(half.half)),
            tables.Cell(round(half.calls, 2), f"{half.calls:.1f}"),
            number(outlook.people) if outlook else word(None),
            share(outlook.answered_share if outlook else None),
            share(outlook.abandoned_share if outlook else None),
            seconds(outlook.wait_seconds if outlook else None),
            share(outlook.busy_share if outlook else None),
        ))  # fmt: skip
    columns = (
        _("Half hour"), _("Contacts expected"), _("People needed"), _("In time"), _("Give up"),
        _("Mean wait"), _("Busy"),
    )  # fmt: skip
    return Table("plan", _("People needed"), columns, rows)


def shown_halves(found: Plan) -> list[Staffing]:
    """Return the half hours from the first with calls to the last."""
    busy = [half.half for half in found.halves if half.calls]
    return [half for half in found.halves if busy and busy[0] <= half.half <= busy[-1]]


def clock_of(half: int) -> str:
    """Return when a half hour begins."""
    return f"{half // 2:02d}:{half % 2 * 30:02d}"


def level_tone(level: float | None) -> str:
    """Return whether a share answered in time is below what is aimed at."""
    target = get_policy().board.answered_percent / 100
    return "bad" if level is not None and level < target else ""


def warmth(wait_seconds: int, within: int) -> str:
    """Return how warm a wait is: within what is promised, and each time twice as long."""
    steps = [within * factor for factor in (1, 2, 4, 8)]
    return f"warm-{sum(wait_seconds > step for step in steps)}"
