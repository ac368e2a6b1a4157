"""Open disputes as they are kept, a stretch of ids at a time; the runs over them."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import connection

from openmember.grievances.kept import Clock, Columns
from openmember.grievances.recomputing.comparing import Kept
from openmember.grievances.recomputing.types import Effect, Run, Task
from openmember.grievances.types import Event, Kind
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, Scope
from openmember.rulebook.reading import DATA

# Open, or decided with a date to come: a right to go on, something to carry out.
OPEN = (
    "(d.is_open OR EXISTS (SELECT FROM grievances_clock k WHERE k.dispute_id = d.id AND k.met_at IS NULL"
    " AND k.due_at > now()))"
)
_DISPUTES = (
    "SELECT d.id, d.case_id, d.law, d.place, d.events, d.matter, d.care, d.level, d.speed, d.outcome,"
    " d.is_open, d.is_tolled, d.tolled_at, d.tolled_until, d.due_step, d.due_at"
    " FROM grievances_dispute d WHERE "
)
_EVENTS = (
    "SELECT dispute_id, kind, at, detail::text FROM grievances_event"
    " WHERE dispute_id = ANY (%(ids)s) ORDER BY dispute_id, serial"
)
_CLOCKS = (
    "SELECT dispute_id, visit, level, step, whose, clock_id, started_at, due_at, met_at, lapse"
    " FROM grievances_clock WHERE dispute_id = ANY (%(ids)s) ORDER BY dispute_id"
)
_RUN = (
    "SELECT r.id, r.task, r.rulebook, r.started_at, r.ended_at, r.started_by, r.effect, r.parts,"
    " (SELECT count(*) FROM grievances_law_part p WHERE p.run_id = r.id AND p.done_at IS NOT NULL) AS done"
    " FROM grievances_law_run r"
)
_KINDS = {one.value: one for one in Kind}


@cache
def rulebook_mark() -> str:
    """Return what tells this rulebook from another: clocks, calendars, and which step has which clock."""
    steps = Path(str(files("openmember.grievances"))) / "data" / "steps.csv"
    digest = sha256()
    for path in [*sorted((DATA / "clocks").glob("*.csv")), DATA / "calendars.toml", steps]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def list_kept(first: int, last: int) -> Iterator[Kept]:
    """Return the open disputes of a stretch of ids, both ends included, with their logs."""
    which = f"{_DISPUTES} d.id BETWEEN %(first)s AND %(last)s AND {OPEN} ORDER BY d.id"
    return _with_logs(_raw(which, first=first, last=last))


def list_kept_of(ids: Sequence[int]) -> Iterator[Kept]:
    """Return disputes by their ids, with their logs."""
    return _with_logs(_raw(f"{_DISPUTES} d.id = ANY (%(ids)s) ORDER BY d.id", ids=list(ids)))


def list_stretches(size: int) -> list[tuple[int, int]]:
    """Return stretches of ids that hold so many open disputes each."""
    rows = fetch_all(
        "SELECT min(id) AS first, max(id) AS last FROM"  # noqa: S608  constant text
        " (SELECT d.id, (row_number() OVER (ORDER BY d.id) - 1) / %(size)s AS part"
        f"  FROM grievances_dispute d WHERE {OPEN}) open GROUP BY part ORDER BY 1",
        {"size": size},
    )
    return [(row.first, row.last) for row in rows]


def find_run(*, run_id: int) -> Run | None:
    """Return a run, for the services that work it."""
    row = fetch_one(f"{_RUN} WHERE r.id = %(id)s", {"id": run_id})
    return _run(row) if row else None


def find_last_run(*, task: Task, actor: Actor) -> Run | None:
    """Return the last run of a task. Errors: NotAllowed."""
    actor.require(Scope.OVERSEE)
    row = fetch_one(
        f"{_RUN} WHERE r.task = %(task)s ORDER BY r.id DESC LIMIT 1", {"task": task.value}
    )
    return _run(row) if row else None


def effect_of_parts(*, run_id: int) -> Effect:
    """Return what the parts of a run found that are done."""
    rows = fetch_all(
        "SELECT effect FROM grievances_law_part WHERE run_id = %(run)s AND done_at IS NOT NULL"
        " ORDER BY first_id",
        {"run": run_id},
    )
    return Effect.of_all(Effect.of_json(_plain(row.effect)) for row in rows)


def numbers_of(dispute_ids: Sequence[int]) -> list[str]:
    """Return the case numbers of disputes, in the order of their ids."""
    rows = fetch_all(
        "SELECT c.number FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id"
        " WHERE d.id = ANY (%(ids)s) ORDER BY d.id",
        {"ids": list(dispute_ids)},
    )
    return [row.number for row in rows]


def _with_logs(rows: list[tuple[Any, ...]]) -> Iterator[Kept]:
    ids = [row[0] for row in rows]
    logs = {key: list(group) for key, group in groupby(_raw(_EVENTS, ids=ids), _first)}
    clocks = {key: list(group) for key, group in groupby(_raw(_CLOCKS, ids=ids), _first)}
    for row in rows:
        kept = (Clock(*one[1:]) for one in clocks.get(row[0], ()))
        log = [
            Event(_KINDS[kind], at, json.loads(said)) for _, kind, at, said in logs.get(row[0], ())
        ]
        yield Kept(
            id=row[0], case_id=row[1], law=row[2], place=row[3], events=row[4],
            columns=Columns(*row[5:]), clocks={one[:3]: one for one in kept},
            # What was written since the row was read makes the log longer: the row says how long it was.
            log=log[: row[4]],
        )  # fmt: skip


def _first(row: tuple[Any, ...]) -> Any:
    return row[0]


def _raw(query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return rows as plain tuples in the binary form, which costs half of what named rows do."""
    connection.ensure_connection()
    with connection.connection.cursor(binary=True) as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _run(row: Any) -> Run:
    effect = _plain(row.effect) if row.effect else None
    return Run(
        row.id, Task(row.task), row.rulebook, row.started_at, row.ended_at, row.started_by, row.parts,
        row.done, Effect.of_json(effect) if effect else Effect(),
    )  # fmt: skip


def _plain(kept: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kept) if isinstance(kept, str) else kept
    return found
