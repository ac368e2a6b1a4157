"""How the plan kept its dates, and how disputes came out, over a period of receipts."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from openmember.grievances.oversight.reach import SQL, opened
from openmember.grievances.oversight.types import Asked, Decided, Kept, Month, Timeliness
from openmember.grievances.types import Level, Outcome, Step
from openmember.kernel.sql import fetch_all, sql_text
from openmember.members.types import Actor

CHOSEN = sql_text(SQL / "chosen.sql")
_MONTHS = (
    "SELECT date_trunc('month', d.received_at AT TIME ZONE %(zone)s)::date AS month, count(*) AS received,"  # noqa: S608  constant text
    f" count(*) FILTER (WHERE d.is_open) AS open FROM grievances_dispute d WHERE {CHOSEN}"
    " GROUP BY 1 ORDER BY 1"
)
_DECIDED = (
    "SELECT x.level, x.code, x.outcome, count(*) AS n FROM grievances_dispute d"  # noqa: S608  constant text
    f" JOIN grievances_decision x ON x.dispute_id = d.id WHERE {CHOSEN}"
    " GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"
)


def get_timeliness(*, asked: Asked, now: datetime, actor: Actor) -> Timeliness:
    """Return how disputes of a period went; the look is recorded. Errors: NotAllowed."""
    values = {**opened(asked, what="timeliness", actor=actor), "now": now}
    counted: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in fetch_all(sql_text(SQL / "timeliness.sql"), values):
        counted[row.by, row.name].append(row)
    causes = [(name, rows[0].n) for (by, name), rows in counted.items() if by == "cause"]
    found: dict[str, list[Kept]] = defaultdict(list)
    for (by, name), rows in sorted(counted.items()):
        if by != "cause":
            found[by].append(_kept(name, rows))
    order = list(Step)
    months = tuple(Month(row.month, row.received, row.open) for row in fetch_all(_MONTHS, values))
    return Timeliness(
        received=sum(one.received for one in months),
        steps=tuple(sorted(found.pop("step", []), key=lambda one: order.index(Step(one.name)))),
        by={name: tuple(rows) for name, rows in found.items()},
        months=months,
        decided=tuple(
            Decided(Level(row.level), row.code, Outcome(row.outcome), row.n)
            for row in fetch_all(_DECIDED, values)
        ),
        causes=tuple(sorted(causes, key=lambda one: (-one[1], one[0]))),
    )


def month_of(kept: Kept) -> date:
    """Return the month a row by month is of."""
    return date.fromisoformat(kept.name)


def _kept(name: str, rows: Iterable[Any]) -> Kept:
    states, days, limits = Counter[int](), Counter[int](), Counter[int]()
    for row in rows:
        states[row.state] += row.n
        if row.days is not None:
            days[row.days] += row.n
        if row.limit_days is not None:
            limits[row.limit_days] += row.n
    return Kept(
        name, states[1], states[2], states[0], _at_share(days, 0.5), _at_share(days, 0.9),
        _at_share(limits, 0.5),
    )  # fmt: skip


def _at_share(counts: Counter[int], share: float) -> int | None:
    """Return the first value at or below which so large a share is."""
    reached, wanted = 0, share * counts.total()
    for value, count in sorted(counts.items()):
        reached += count
        if reached >= wanted:
            return value
    return None
