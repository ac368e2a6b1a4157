"""Running over the open disputes, part by part: what a change of law moves, and moving it.

A part is one transaction. It is claimed by its row, so that several processes work side by side; one that is
killed leaves its part as it was, and whoever runs again goes on there. Nothing depends on the day it runs.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from openmember.cases.services.dues import refresh_dues
from openmember.cases.services.steps import again
from openmember.grievances.kept import Columns
from openmember.grievances.recomputing import queries
from openmember.grievances.recomputing.comparing import Found, Kept, Unfit, compare
from openmember.grievances.recomputing.types import NUMBERS_KEPT, Effect, Run, Task
from openmember.grievances.services.log import follow, write_clocks
from openmember.grievances.services.unfit import put_before_owners
from openmember.grievances.types import Step, Whose
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, Scope, system

PART_SIZE = 2000
Tell = Callable[[Run], None]


def preview(*, tell: Callable[[int], None], size: int = PART_SIZE) -> Effect:
    """Return what the rulebook in force for this thread would move. Nothing is written."""
    whole = Effect()
    for first, last in queries.list_stretches(size):
        effect, _found, _unfit = _look(queries.list_kept(first, last))
        whole.add(effect)
        tell(whole.looked)
    return whole


@transaction.atomic
def begin(*, task: Task, now: datetime, actor: Actor, size: int = PART_SIZE) -> Run:
    """Return the run to work at: the one that was broken off, else a new one. Errors: NotAllowed.

    A run of an older rulebook is ended as far as it came.
    """
    actor.require(Scope.OVERSEE)
    fetch_all("SELECT pg_advisory_xact_lock(hashtext('grievances.law'))")
    mark = queries.rulebook_mark()
    row = fetch_one(
        "SELECT id, rulebook FROM grievances_law_run WHERE task = %(task)s AND ended_at IS NULL",
        {"task": task.value},
    )
    if row is not None and row.rulebook == mark:
        return _again(row.id)
    if row is not None:
        _end(row.id, now)
    stretches = queries.list_stretches(size)
    made = fetch_one(
        "INSERT INTO grievances_law_run (task, rulebook, started_at, started_by, parts)"
        " VALUES (%(task)s, %(mark)s, %(now)s, %(actor)s, %(parts)s) RETURNING id",
        {
            "task": task.value,
            "mark": mark,
            "now": now,
            "actor": str(actor),
            "parts": len(stretches),
        },
    )
    fetch_all(
        "INSERT INTO grievances_law_part (run_id, first_id, last_id)"
        " SELECT %(run)s, * FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[])",
        {
            "run": made.id,
            "firsts": [first for first, _ in stretches],
            "lasts": [last for _, last in stretches],
        },
    )
    return _again(made.id)


def work(*, run: Run, now: datetime, tell: Tell | None = None) -> Run:
    """Do what parts of a run are left and nobody else is at, and end it when none is left.

    Shape:  several processes may work at one run. Audits once, when it ends.
    """
    while _work_part(run, now):
        if tell is not None:
            tell(_again(run.id))
    left = fetch_one(
        "SELECT count(*) AS n FROM grievances_law_part WHERE run_id = %(run)s AND done_at IS NULL",
        {"run": run.id},
    )
    if left.n == 0:
        _end(run.id, now)
    return _again(run.id)


@transaction.atomic
def _work_part(run: Run, now: datetime) -> bool:
    part = fetch_one(
        "SELECT first_id, last_id FROM grievances_law_part WHERE run_id = %(run)s AND done_at IS NULL"
        " ORDER BY first_id LIMIT 1 FOR UPDATE SKIP LOCKED",
        {"run": run.id},
    )
    if part is None:
        return False
    effect, found, unfit = _look(queries.list_kept(part.first_id, part.last_id))
    put_before_owners(dispute_ids=unfit, now=now)
    if run.task is Task.RECOMPUTE and found:
        held = _hold([one.kept for one in found])
        _write([one for one in found if one.kept.id in held], now)
        _one_by_one([one.kept.id for one in found if one.kept.id not in held], now)
    fetch_all(
        "UPDATE grievances_law_part SET done_at = %(now)s, effect = %(effect)s"
        " WHERE run_id = %(run)s AND first_id = %(first)s",
        {"now": now, "effect": _json(effect), "run": run.id, "first": part.first_id},
    )
    return True


def _look(disputes: Iterable[Kept]) -> tuple[Effect, list[Found], list[int]]:
    """Return what differs, and the ids of disputes whose log the rulebook would not take."""
    effect, found, unfit = Effect(), list[Found](), list[int]()
    for kept in disputes:
        effect.looked += 1
        try:
            one = compare(kept)
        except Unfit:
            unfit.append(kept.id)
            continue
        if one is not None:
            found.append(one)
            effect.changed += 1
            effect.dates.update(one.moved)
    effect.numbers = queries.numbers_of([one.kept.id for one in found[:NUMBERS_KEPT]])
    effect.unfit, effect.unfits = queries.numbers_of(unfit[:NUMBERS_KEPT]), len(unfit)
    return effect, found, unfit


def _hold(disputes: Sequence[Kept]) -> set[int]:
    """Lock disputes nobody has before them and nobody wrote to since they were read; return their ids."""
    rows = fetch_all(
        "SELECT d.id FROM unnest(%(ids)s::bigint[], %(events)s::int[]) v (id, events)"
        " JOIN grievances_dispute d ON d.id = v.id AND d.events = v.events"
        " JOIN cases_case c ON c.id = d.case_id"
        " ORDER BY d.id FOR NO KEY UPDATE OF d, c SKIP LOCKED",
        {"ids": [one.id for one in disputes], "events": [one.events for one in disputes]},
    )
    return {row.id for row in rows}


def _one_by_one(dispute_ids: Sequence[int], now: datetime) -> None:
    """Write disputes others were at: each waits for them, and is read anew behind the lock."""
    for dispute_id in dispute_ids:
        fetch_all(
            "SELECT FROM grievances_dispute WHERE id = %(id)s FOR NO KEY UPDATE", {"id": dispute_id}
        )
        _effect, found, _unfit = _look(queries.list_kept_of([dispute_id]))
        _write(found, now)


def _write(found: Sequence[Found], now: datetime) -> None:
    """Write what disputes come to, locked, in a few statements however many they are."""
    _write_columns([(one.kept.id, one.columns) for one in found if one.has_columns])
    gone = [(one.kept.id, *key) for one in found for key in one.gone]
    if gone:
        fetch_all(
            "DELETE FROM grievances_clock k USING unnest(%(ids)s::bigint[], %(visits)s::smallint[],"
            " %(levels)s::text[], %(steps)s::text[]) g (id, visit, level, step)"
            " WHERE (k.dispute_id, k.visit, k.level, k.step) = (g.id, g.visit, g.level, g.step)",
            dict(zip(("ids", "visits", "levels", "steps"), map(list, zip(*gone, strict=True)), strict=True)),
        )  # fmt: skip
    clocks = [(one.kept.id, clock) for one in found for clock in one.clocks]
    if clocks:
        write_clocks(clocks)
    _lead_cases(found, now)


def _lead_cases(found: Sequence[Found], now: datetime) -> None:
    """Bring the cases' clocks to those of the decisions: another law's begins anew, a moved date moves."""
    moved = []
    for one in found:
        for clock in one.clocks:
            if clock.step != Step.DECIDE or clock.whose != Whose.PLAN:
                continue
            before = one.kept.clocks.get(clock.key)
            if before and (before.clock_id, before.started_at) == (
                clock.clock_id,
                clock.started_at,
            ):
                moved.append(one.kept.case_id)
            else:
                follow(again(one.kept.case_id), one.standing, at=now, actor=system("law"))
    refresh_dues(case_ids=moved)


def _write_columns(rows: Sequence[tuple[int, Columns]]) -> None:
    if not rows:
        return
    names = Columns._fields
    types = (
        "text",
        "text",
        "text",
        "text",
        "text",
        "bool",
        "bool",
        "timestamptz",
        "timestamptz",
        "text",
        "timestamptz",
    )
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in zip(names, types, strict=True))
    sets = ", ".join(f"{name} = v.{name}" for name in names)
    fetch_all(
        f"UPDATE grievances_dispute d SET {sets} FROM unnest(%(ids)s::bigint[], {arrays})"  # noqa: S608  names of our own columns
        f" v (id, {', '.join(names)}) WHERE d.id = v.id",
        {
            "ids": [identity for identity, _ in rows],
            **{name: [getattr(one, name) for _, one in rows] for name in names},
        },
    )


@transaction.atomic
def _end(run_id: int, now: datetime) -> None:
    """End a run with what its parts found, once, and record it."""
    row = fetch_one(
        "SELECT task, rulebook, started_by FROM grievances_law_run"
        " WHERE id = %(id)s AND ended_at IS NULL FOR UPDATE",
        {"id": run_id},
    )
    if row is None:
        return
    whole = queries.effect_of_parts(run_id=run_id)
    fetch_all(
        "UPDATE grievances_law_run SET ended_at = greatest(%(now)s, started_at), effect = %(effect)s"
        " WHERE id = %(id)s",
        {"now": now, "effect": _json(whole), "id": run_id},
    )
    audit.record(
        actor=row.started_by, action=f"disputes.{row.task}", run_id=run_id, rulebook=row.rulebook,
        looked=whole.looked, changed=whole.changed, dates=whole.moved, unfit=whole.unfits,
    )  # fmt: skip


def _again(run_id: int) -> Run:
    found = queries.find_run(run_id=run_id)
    assert found is not None
    return found


def _json(effect: Effect) -> str:
    return json.dumps(effect.as_json())
