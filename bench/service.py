"""The whole service, from a typed number to a receipt, against the same work done plainly.

Two yardsticks: the payment written with the ORM, and django-hordak posting one bare balanced pair.
"""

import subprocess
import sys
from statistics import median

from bench.database import BenchDatabase, environment
from bench.plan import Plan
from bench.report import Bar, Report, paired_ratio

PROCESSES = 4
BOUND = 4.0


def run(plan: Plan) -> Report:
    database = plan.database()
    ours, orm, hordak = plan.in_turns(
        *(
            lambda kind=kind: _rate(kind, database, plan.seconds)
            for kind in ("ours", "orm", "hordak")
        )
    )
    return Report(
        "service",
        figures={
            f"number to receipt/s, processes: {PROCESSES}": median(ours),
            "the same with the ORM/s": median(orm),
            "django-hordak, a bare pair/s": median(hordak),
        },
        bars=[
            Bar("service to ORM", paired_ratio(ours, orm), BOUND),
            Bar("service to django-hordak", paired_ratio(ours, hordak), BOUND),
        ],
    )


def _rate(kind: str, database: BenchDatabase, seconds: int) -> float:
    """Return how often a second all processes together do this kind of work, once all are ready."""
    words = [sys.executable, "-m", "bench.clients", kind, str(seconds), str(PROCESSES)]
    done = subprocess.run(
        [*words, str(database.accounts)],
        env=environment(database), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return int(done.stdout) / seconds
