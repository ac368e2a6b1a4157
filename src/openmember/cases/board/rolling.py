"""Half hours counted once and kept, for the figures of weeks: the table, what of it is stale, and its proof.

Every figure is exact at every moment: half hours that are stale or not counted yet are read from the contacts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from openmember.cases.policy import get_policy
from openmember.kernel.sql import fetch_all, fetch_one, sql_text

SQL = Path(__file__).parents[1] / "sql" / "board"
HALF_HOUR = timedelta(minutes=30)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
# From one moment to before another.
Range = tuple[datetime, datetime]
# So many half hours are counted in one transaction.
AT_ONCE = 48
# Nobody who answers members waits longer for the mark to move than this.
PATIENCE = "5s"


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a stretch the table holds: all before `until` but `ranges`."""

    until: datetime
    ranges: tuple[Range, ...]


def counted_of(*, since: datetime, until: datetime, over: datetime) -> Counted:
    """Return what of a stretch is in the table. The half hour of `over` is read from the contacts."""
    mark = fetch_one(
        "SELECT m.*, ARRAY(SELECT DISTINCT at FROM cases_half_hour_stale"
        " WHERE at >= %(since)s AND at < %(until)s) AS stale FROM cases_half_hour_mark m",
        {"since": half_hour_of(since), "until": until},
    )
    if mark is None or not _fits(mark):
        return Counted(since, ((since, until),))
    halves = set(mark.stale)
    if since <= over < until:
        halves.add(half_hour_of(over))
    ranges = list(_joined(sorted(one for one in halves if one < mark.counted_until)))
    if mark.counted_until < until:
        ranges.append((max(mark.counted_until, since), until))
    return Counted(mark.counted_until, tuple(ranges))


def within(values: Mapping[str, Any], ranges: Sequence[Range]) -> dict[str, Any]:
    """Return what `contacts.sql` is asked with, narrowed to some stretches: a row a region and stretch."""
    kept = zip(values["regions"], values["zones"], values["sinces"], values["untils"], strict=True)
    rows = [
        (region, zone, max(since, first), min(until, last))
        for region, zone, since, until in kept for first, last in ranges
        if max(since, first) < min(until, last)
    ]  # fmt: skip
    names = ("regions", "zones", "sinces", "untils")
    narrowed = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    since = min(narrowed["sinces"], default=values["since"])
    until = max(narrowed["untils"], default=since)
    return {**values, **narrowed, "since": since, "until": until}


@transaction.atomic
def advance(*, now: datetime) -> int:
    """Let the table reach up to now; what it does not hold yet is stale. Return how many half hours that adds.

    Shape:  another policy of what figures count makes all of it stale.
    Locks:  contacts, against writing, for a moment: whoever writes one later knows the new mark.
    """
    fetch_all("SELECT set_config('lock_timeout', %(patience)s, true)", {"patience": PATIENCE})
    fetch_all("LOCK TABLE cases_interaction IN SHARE ROW EXCLUSIVE MODE")
    mark = fetch_one("SELECT * FROM cases_half_hour_mark")
    first = fetch_one("SELECT min(arrived_at) AS at FROM cases_interaction").at
    until = half_hour_of(now)
    since = mark.counted_until if mark and _fits(mark) else half_hour_of(first or now)
    added = fetch_all(
        "INSERT INTO cases_half_hour_stale (at) SELECT at FROM generate_series("
        "%(since)s, %(until)s - interval '30 minutes', interval '30 minutes') AS at RETURNING id",
        {"since": since, "until": until},
    )
    fetch_all(
        "INSERT INTO cases_half_hour_mark (counted_until, within_seconds, repeat_days, resolution_days)"
        " VALUES (%(until)s, %(within)s, %(repeat_days)s, %(resolution_days)s) ON CONFLICT (one) DO UPDATE"
        " SET counted_until = greatest(excluded.counted_until, cases_half_hour_mark.counted_until),"
        " within_seconds = excluded.within_seconds, repeat_days = excluded.repeat_days,"
        " resolution_days = excluded.resolution_days",
        {"until": until, **policy_values()},
    )
    return len(added)


def has_mark() -> bool:
    """Return whether the table was ever filled by the policy there is now."""
    mark = fetch_one("SELECT * FROM cases_half_hour_mark")
    return mark is not None and _fits(mark)


def roll(*, limit: int = 100_000) -> int:
    """Count stale half hours again; return how many. Safe to run twice, and at once."""
    done = 0
    while done < limit and (some := _roll_some()):
        done += some
    return done


def list_uneven(*, limit: int = 100) -> tuple[Any, ...]:
    """Return half hours that are kept otherwise than their contacts count, with both figures."""
    mark = fetch_one("SELECT * FROM cases_half_hour_mark")
    first = fetch_one("SELECT min(arrived_at) AS at FROM cases_interaction").at
    if mark is None or not _fits(mark) or first is None:
        return ()
    values = {**_everywhere(half_hour_of(first), mark.counted_until), "limit": limit}
    return tuple(_over_counted("uneven.sql", values))


def half_hour_of(moment: datetime) -> datetime:
    """Return when the half hour of a moment began."""
    return moment - (moment - EPOCH) % HALF_HOUR


def policy_values() -> dict[str, int]:
    """Return the figures of the policy that decide what is counted."""
    policy = get_policy()
    return {
        "within": policy.board.answer_seconds,
        "repeat_days": policy.repeat_days,
        "resolution_days": policy.board.resolution_days,
    }


@transaction.atomic
def _roll_some() -> int:
    claimed = fetch_all(
        "DELETE FROM cases_half_hour_stale WHERE id IN (SELECT id FROM cases_half_hour_stale"
        " WHERE at IN (SELECT DISTINCT at FROM cases_half_hour_stale ORDER BY at DESC LIMIT %(limit)s)"
        " FOR UPDATE SKIP LOCKED) RETURNING at",
        {"limit": AT_ONCE},
    )
    halves = sorted({row.at for row in claimed})
    if not halves:
        return 0
    fetch_all("DELETE FROM cases_half_hour WHERE at = ANY (%(halves)s)", {"halves": halves})
    everywhere = _everywhere(halves[0], halves[-1] + HALF_HOUR)
    _over_counted("roll.sql", within(everywhere, tuple(_joined(halves))))
    return len(halves)


def _over_counted(name: str, values: dict[str, Any]) -> list[Any]:
    return fetch_all(
        f"WITH contact AS ({sql_text(SQL / 'contacts.sql')}),"
        f" counted AS ({sql_text(SQL / 'counted.sql')}) {sql_text(SQL / name)}",
        # As of when every first contact is over: whether it is now is asked when the half hour is read.
        {
            **policy_values(),
            "resolves": True,
            "now": values["until"] + timedelta(days=1 + policy_values()["resolution_days"]),
            **values,
        },
    )


def _everywhere(since: datetime, until: datetime) -> dict[str, Any]:
    """Return a stretch of every region and team there is."""
    rows = fetch_all(
        "SELECT DISTINCT region, team FROM cases_interaction"
        " WHERE arrived_at >= %(since)s AND arrived_at < %(until)s",
        {"since": since, "until": until},
    )
    regions = sorted({row.region for row in rows})
    return {
        "regions": regions, "zones": ["UTC"] * len(regions), "sinces": [since] * len(regions),
        "untils": [until] * len(regions), "teams": sorted({row.team for row in rows}),
        "since": since, "until": until,
    }  # fmt: skip


def _joined(halves: Iterable[datetime]) -> Iterator[Range]:
    """Return half hours in their order as stretches."""
    begun: datetime | None = None
    ended = EPOCH
    for one in halves:
        if begun is not None and one == ended:
            ended = one + HALF_HOUR
            continue
        if begun is not None:
            yield begun, ended
        begun, ended = one, one + HALF_HOUR
    if begun is not None:
        yield begun, ended


def _fits(mark: Any) -> bool:
    policy = policy_values()
    kept = {
        "within": mark.within_seconds, "repeat_days": mark.repeat_days,
        "resolution_days": mark.resolution_days,
    }  # fmt: skip
    return kept == policy
