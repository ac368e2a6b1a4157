"""How dates were kept, as tables and pictures made from the same figures."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from openmember.desk.board import charts
from openmember.desk.board.tables import NOTHING, Cell, Table, number, share, word
from openmember.desk.oversight.asking import query_of
from openmember.grievances.oversight.causes import find_cause
from openmember.grievances.oversight.queries import month_of
from openmember.grievances.oversight.types import Asked, Kept, Timeliness
from openmember.grievances.reasons import list_reasons
from openmember.grievances.types import Law, Level, Matter, Outcome, Step
from openmember.grievances.words import LAWS, LEVELS, MATTERS, OUTCOMES, STEPS
from openmember.ui import formats

# Below this share a figure stands out.
GOOD = 0.95
_NAMES: dict[str, Callable[[str], object]] = {
    "law": lambda name: LAWS[Law(name)],
    "place": str,
    "matter": lambda name: MATTERS[Matter(name)],
    "level": lambda name: LEVELS[Level(name)],
}


def steps(found: Timeliness, asked: Asked) -> Table:
    """Return every duty of the plan."""
    rows = [
        _row(word(STEPS[Step(one.name)]), one, _misses(asked, step=one.name)) for one in found.steps
    ]
    note = _("Days: full ones from its start. Nine of ten took no longer than the slow figure.")
    return Table("steps", _("Every date we owed"), _columns(_("Step")), rows, note)


def by(found: Timeliness, what: str, asked: Asked) -> Table:
    """Return the decisions by law, state, kind or level."""
    titles = {
        "law": (_("Decisions by law"), _("Law")),
        "place": (_("Decisions by state"), _("State")),
        "matter": (_("Decisions by kind"), _("Kind")),
        "level": (_("Decisions by level"), _("Who decides")),
    }
    title, first = titles[what]
    rows = []
    for one in found.by.get(what, ()):
        narrowed = {what: one.name} if what != "level" else {}
        rows.append(
            _row(word(_NAMES[what](one.name)), one, _misses(asked, step="decide", **narrowed))
        )
    return Table(what, title, _columns(first), rows)


def months(found: Timeliness) -> Table:
    """Return each month of receipts."""
    kept = {month_of(one): one for one in found.by.get("month", ())}
    rows = []
    for one in found.months:
        decided = kept.get(one.month)
        rows.append((
            Cell(one.month.isoformat()[:7], _month(one.month)), number(one.received), number(one.open),
            number(decided.missed if decided else 0, tone="bad"),
            _share(decided.share if decided else None), _days(decided.median_days if decided else None),
            _days(decided.slow_days if decided else None),
        ))  # fmt: skip
    columns = (
        _("Month received"), _("Received"), _("Still open"), _("Decided late"), _("In time"),
        _("Median days"), _("Slow"),
    )  # fmt: skip
    return Table("months", _("By month"), columns, rows)


def months_chart(found: Timeliness) -> charts.Columns:
    """Return receipts and late decisions of each month as columns beside each other."""
    kept = {month_of(one): one.missed for one in found.by.get("month", ())}
    figures = [(f"{one.month:%m}", (one.received, kept.get(one.month, 0))) for one in found.months]
    return charts.columns(_("Disputes received and decided late, by month"), figures)


def shares_chart(found: Timeliness) -> charts.Bars:
    """Return the share of each duty that was in time."""
    title = _("In time, by step; the line is at %(percent)d%%") % {"percent": round(GOOD * 100)}
    shares = [(str(STEPS[Step(one.name)]), one.share) for one in found.steps]
    return charts.bars(title, shares, GOOD)


def overturned(found: Timeliness) -> Table:
    """Return how often each level decided for the member."""
    counts: dict[Level, dict[Outcome, int]] = defaultdict(lambda: defaultdict(int))
    for one in found.decided:
        counts[one.level][one.outcome] += one.count
    rows = []
    for level in Level:
        if level not in counts:
            continue
        of = counts[level]
        judged = of[Outcome.UPHELD] + of[Outcome.OVERTURNED] + of[Outcome.PARTLY]
        won = of[Outcome.OVERTURNED] + of[Outcome.PARTLY]
        rows.append((
            word(LEVELS[level]), *(number(of[one]) for one in Outcome),
            share(won / judged if judged else None),
        ))  # fmt: skip
    columns = (_("Who decided"), *(str(OUTCOMES[one]) for one in Outcome), _("Share overturned"))
    note = _("Share overturned: wholly or partly, of what was upheld, overturned or partly so.")
    return Table("overturned", _("How it came out"), columns, rows, note)


def reasons(found: Timeliness) -> Table:
    """Return the reasons of decisions, and which share of all overturned ones each has."""
    titles = {one.code: one.title for one in list_reasons()}
    counts: dict[str, dict[Outcome, int]] = defaultdict(lambda: defaultdict(int))
    for one in found.decided:
        counts[one.code][one.outcome] += one.count
    won_all = sum(_won(of) for of in counts.values())
    rows = [
        (
            word(titles.get(code, code) or _("No reason given")), number(sum(of.values())),
            number(of[Outcome.UPHELD]), number(_won(of)), share(_won(of) / won_all if won_all else None),
        )
        for code, of in sorted(counts.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    ]  # fmt: skip
    columns = (
        _("Reason"), _("Decisions"), str(OUTCOMES[Outcome.UPHELD]), _("Overturned, also partly"),
        _("Share of the overturned"),
    )  # fmt: skip
    return Table("reasons", _("Why it was decided so"), columns, rows)


def causes(found: Timeliness, asked: Asked) -> Table:
    """Return why dates were missed."""
    rows = []
    for code, count in found.causes:
        cause = find_cause(code=code)
        name = cause.title if cause else _("Not yet explained")
        rows.append((word(name), number(count, _misses(asked, cause=code or "none"))))
    return Table("causes", _("Why dates were missed"), (_("Cause"), _("Dates missed")), rows)


def _won(of: dict[Outcome, int]) -> int:
    return of[Outcome.OVERTURNED] + of[Outcome.PARTLY]


def _columns(first: str) -> Sequence[str]:
    return (
        first, _("Kept"), _("Missed"), _("Still running"), _("In time"), _("Median days"), _("Slow"),
        _("Limit, days"),
    )  # fmt: skip


def _row(name: Cell, one: Kept, misses: str) -> Sequence[Cell]:
    slow_tone = ""
    if one.slow_days is not None and one.limit_days is not None and one.slow_days > one.limit_days:
        slow_tone = "bad"
    return (
        name, number(one.kept), number(one.missed, misses, "bad"), number(one.waiting), _share(one.share),
        _days(one.median_days), _days(one.slow_days, slow_tone), _days(one.limit_days),
    )  # fmt: skip


def _share(value: float | None) -> Cell:
    return share(value, tone="caution" if value is not None and value < GOOD else "")


def _days(value: int | None, tone: str = "") -> Cell:
    return Cell("", NOTHING) if value is None else Cell(value, f"{value:,}", tone=tone)


def _month(day: date) -> str:
    return f"{formats.month_name(day.month)} {day.year}"


def _misses(asked: Asked, **more: str) -> str:
    return f"{reverse('desk:oversight_misses')}?{query_of(asked, **more)}"
