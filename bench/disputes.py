"""Open disputes after a change of law: every due date worked out anew in one batch, and a queue of them paged.

python -m bench.disputes recompute 20    # the length of the clocks that change, in days: prints JSON
python -m bench.disputes queue           # prints the milliseconds of the queue's first page and of late ones
"""

import csv
import json
import subprocess
import sys
import time
from itertools import count as counting
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import django

from bench.clients import FORK
from bench.database import BenchDatabase, environment, filled
from bench.plan import Plan
from bench.report import Bar, Report, paired_ratio

LINEAR, PAGES_ALIKE = 1.25, 1.5
WORKERS = 2
# One of the state with the most, and the largest of each family; from the middle of the month on.
CHANGED = ("CA-GRV-DEC", "FED-APL-PRE", "MA-RECON-STD")
CHANGED_FROM = "2026-11-15"
LATE_PAGE, LOOKS = 1000, 40


def run(plan: Plan) -> Report:
    whole, tenth = _database(plan, plan.accounts), _database(plan, max(plan.accounts // 10, 100))
    lengths, found = counting(20), list[dict[str, Any]]()

    def each(database: BenchDatabase) -> float:
        done = _measure(database, "recompute", str(next(lengths)))
        found.append(done)
        return float(done["seconds"]) / float(done["looked"])

    wholes, tenths = plan.in_turns(lambda: each(whole), lambda: each(tenth))
    pages = _measure(whole, "queue")
    late = pages["late_ms"] / pages["first_ms"]
    return Report(
        "disputes",
        figures={
            "open disputes": found[0]["looked"],
            "recomputed after a change of law, s": median(wholes) * found[0]["looked"],
            "disputes/s": 1 / median(wholes),
            "disputes/s, a tenth of them": 1 / median(tenths),
            "share with a date that moves": found[0]["changed"] / found[0]["looked"],
            "queue: first page, ms": pages["first_ms"],
            f"queue: page {pages['late']}, ms": pages["late_ms"],
        },
        bars=[
            Bar("cost of a dispute, ten times as many", paired_ratio(wholes, tenths), LINEAR, True),
            Bar("a late page of the queue to the first", late, PAGES_ALIKE, True),
        ],
    )  # fmt: skip


def _database(plan: Plan, count: int) -> BenchDatabase:
    database = filled(plan.server_url, count, plan.tell, {"members": "members_member"}, "disputes_")
    words = [sys.executable, "-m", "bench.disputes", "fill", str(count)]
    subprocess.run(words, env=environment(database), check=True)
    return database


def _measure(database: BenchDatabase, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.disputes", *words],
        env=environment(database), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def fill(count: int) -> None:
    """Make the disputes where there are none."""
    import os

    from bench.dispute_shapes import make_disputes

    make_disputes(os.environ["DATABASE_URL"], count)


def recompute(length: int) -> dict[str, Any]:
    """Return how long it took to bring open disputes to a law whose clocks have this length from a day on."""
    from django.db import connections
    from django.utils import timezone

    from openmember.grievances.recomputing import queries, services
    from openmember.grievances.recomputing.types import Task
    from openmember.members.types import system

    with TemporaryDirectory() as folder:
        law = _law(Path(folder) / "law.csv", length)
        started = time.perf_counter()
        run = services.begin(task=Task.RECOMPUTE, now=timezone.now(), actor=system("bench"))
        connections.close_all()
        workers = [FORK.Process(target=_work, args=[run.id, law]) for _ in range(WORKERS)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
        took = time.perf_counter() - started
    after = queries.find_run(run_id=run.id)
    if after is None or after.ended_at is None or any(one.exitcode for one in workers):
        raise RuntimeError("the run did not end")
    return {"seconds": took, "looked": after.effect.looked, "changed": after.effect.changed}


def _work(run_id: int, law: Path) -> None:
    from django.utils import timezone

    from openmember.grievances.recomputing import queries, services
    from openmember.rulebook.clocks import proposed

    with proposed(law):
        run = queries.find_run(run_id=run_id)
        assert run is not None
        services.work(run=run, now=timezone.now())


def _law(path: Path, length: int) -> Path:
    from openmember.rulebook.clocks import COLUMNS, get_clock

    with path.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(COLUMNS)
        for clock_id in CHANGED:
            changed = {"length": length, "effective_from": CHANGED_FROM}
            clock = get_clock(clock_id)
            rows.writerow(changed.get(name) or getattr(clock, name) or "" for name in COLUMNS)
    return path


def queue() -> dict[str, Any]:
    """Return what the first page of the queue costs, and one a thousand pages on, looked at in turns."""
    from openmember.grievances.queue import PAGE_SIZE, Asked, Place, list_queue
    from openmember.kernel.sql import fetch_one
    from openmember.members.types import system

    open_ = fetch_one("SELECT count(*) AS n FROM grievances_dispute WHERE due_at IS NOT NULL").n
    late = min(LATE_PAGE, open_ // PAGE_SIZE)
    last = fetch_one(
        "SELECT due_at, id FROM grievances_dispute WHERE due_at IS NOT NULL"
        " ORDER BY due_at, id OFFSET %(skipped)s LIMIT 1",
        {"skipped": max((late - 1) * PAGE_SIZE - 1, 0)},
    )
    after = Place(last.due_at, last.id)
    took: list[list[float]] = [[], []]
    for _ in range(LOOKS):
        for place, times in zip((None, after), took, strict=True):
            started = time.perf_counter()
            list_queue(asked=Asked(), actor=system("bench"), after=place)
            times.append(time.perf_counter() - started)
    first_ms, late_ms = (median(times) * 1000 for times in took)
    return {"first_ms": first_ms, "late_ms": late_ms, "late": late}


def main(words: list[str]) -> None:
    django.setup()
    if words[0] == "fill":
        fill(int(words[1]))
        return
    print(json.dumps(queue() if words[0] == "queue" else recompute(int(words[1]))))


if __name__ == "__main__":
    main(sys.argv[1:])
