"""A month's statements: their data in sets, and their PDFs against the bare document on all cores.

python -m bench.statements 100000    # accounts: prints what was measured as JSON
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import django

from bench.database import BenchDatabase, environment
from bench.plan import Plan
from bench.report import Bar, Report, paired_ratio

BOUND = 0.8
FILES = 4
MANY = 10_000
# Begin with three layouts, list the ranges, end, totals, and the savepoints: whatever the accounts are.
STATEMENTS_A_RUN = 30
STATEMENTS_A_RANGE = 3


def run(plan: Plan) -> Report:
    database = plan.database()
    found = [_measure(database) for _ in range(plan.rounds)]
    last = found[-1]
    allowed = STATEMENTS_A_RUN + STATEMENTS_A_RANGE * last["ranges"]
    return Report(
        "statements",
        figures={
            "statements' data/s": median(one["data_rate"] for one in found),
            "PDFs/s, read, set and written": median(one["pdf_rate"] for one in found),
            "PDFs/s, bare document": median(one["bare_rate"] for one in found),
            "statements": last["statements"],
        },
        bars=[
            Bar(
                "rate of PDFs read, set and written, to that of bare documents",
                paired_ratio(
                    [one["pdf_rate"] for one in found], [one["bare_rate"] for one in found]
                ),
                BOUND,
            ),
            Bar(
                "SQL statements of a run to those allowed for its ranges",
                last["sql_statements"] / allowed,
                1.0,
                at_most=True,
            ),
        ],
    )


def _measure(database: BenchDatabase) -> dict[str, Any]:
    words = [sys.executable, "-m", "bench.statements", str(database.accounts)]
    done = subprocess.run(
        words, env=environment(database), check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(json.loads(done.stdout))


def main() -> None:
    django.setup()
    from openmember.billing.statements import queries, services
    from openmember.members.types import system
    from openmember.payments.jobs import office_today

    today = office_today()
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    _forget()
    with _counted() as counted:
        started = time.perf_counter()
        totals = services.run_month(month=month, today=today, actor=system("bench"))
        took = time.perf_counter() - started
    # Of few accounts one file says as much, and takes a quarter of the time.
    batches = queries.list_batches(month=month)[: FILES if totals.statements >= MANY else 1]
    _print(month, batches[:1])  # Fonts are looked for, and pages warmed up, before either side.
    # The bare side before and after ours: what the machine does meanwhile hits both alike.
    before = _set_bare(month, batches)
    printed, ours = _print(month, batches)
    bare = (before + _set_bare(month, batches)) / 2
    found = {
        "statements": totals.statements,
        "ranges": counted["ranges"],
        "sql_statements": counted["statements"],
        "data_rate": totals.statements / took,
        "pdf_rate": printed / ours,
        "bare_rate": printed / bare,
    }
    print(json.dumps(found))


def _forget() -> None:
    """Empty the statements, which history would refuse."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("SET session_replication_role = replica")
        parts = [f"billing_statement_{part}" for part in ("print", "notice", "range", "run")]
        cursor.execute(f"TRUNCATE billing_statement, {', '.join(parts)}")
        cursor.execute("SET session_replication_role = origin")
    connection.close()


@contextmanager
def _counted() -> Iterator[dict[str, int]]:
    from django.db import connection

    counts = {"statements": 0, "ranges": 0}

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        counts["statements"] += 1
        counts["ranges"] += "billing_statements_make" in sql
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield counts


def _print(month: date, batches: tuple[int, ...]) -> tuple[int, float]:
    from openmember.billing.statements.printing import print_month
    from openmember.members.types import system

    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        printed = print_month(
            month=month, folder=Path(folder), actor=system("bench"), batches=batches
        )
        return printed.statements, time.perf_counter() - started


def _set_bare(month: date, batches: tuple[int, ...]) -> float:
    """Return how long the same documents take from data at hand, with nothing read and nothing written."""
    from openmember.billing.statements import pdf, queries
    from openmember.billing.statements.content import content_of
    from openmember.letters.layouts import get_layout
    from openmember.letters.types import Form
    from openmember.ui.documents import compile_pdf

    prepared = []
    for batch in batches:
        rows = queries.read_batch(month=month, batch=batch)
        layout = get_layout(layout_id=rows[0][1].layout_id)
        contents = [content_of(one) for _, one, _ in rows]
        words = pdf.words_of(contents, rows[0][1], layout=layout, form=Form.PDF)
        prepared.append((layout.source, words, rows[0][1].made_at))
    started = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(lambda one: compile_pdf(one[0], one[1], made_at=one[2]), prepared))
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
