"""Payments begun at their times, whatever became of those before, through the HTTP server.

Starts are scheduled beforehand, so that a slow answer makes others late and never fewer.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median, quantiles

import psycopg

from bench.database import BenchDatabase, environment
from bench.report import Bar, Report

RATE = 100
HELD = 0.99  # Of what was scheduled, counted over the whole time.
CLIENTS = 48
WARM_SECONDS = 3
# Nobody waits longer; what is not answered by then is an error.
PATIENCE_SECONDS = 30


@dataclass
class Seen:
    """What the clients measured: `payments` and their last requests in milliseconds, and what went wrong."""

    payments: list[float] = field(default_factory=list)
    lasts: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


# Makes the payments of one visit that should have begun at a moment of `time.perf_counter`.
Visit = Callable[[Seen], None]


def drive(visits: Iterator[Visit], *, seconds: int, rate: int, each: int) -> Seen:
    """Start visits of `each` payments at their times, for so many seconds and no longer."""
    seen, begun = Seen(), time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for place, visit in zip(range(rate * seconds // each), visits, strict=False):
            at = begun + place * each / rate
            time.sleep(max(at - time.perf_counter(), 0))
            clients.submit(_make, visit, seen, at + PATIENCE_SECONDS)
    return seen


def _make(visit: Visit, seen: Seen, until: float) -> None:
    try:
        if time.perf_counter() > until:
            # Whoever could not even begin for so long has left: the run ends by itself.
            raise TimeoutError("a visitor found no place")
        visit(seen)
    except Exception as failed:  # counted, said, and the bar is none
        seen.errors.append(f"{type(failed).__name__}: {failed}")


def print_held(visits: Iterator[Visit], *, seconds: int, rate: int, each: int) -> None:
    """Warm up, drive, and print what was seen as JSON; errors by kind on the standard error."""
    warm = drive(visits, seconds=WARM_SECONDS, rate=rate // 2, each=each)
    started = time.perf_counter()
    seen = drive(visits, seconds=seconds, rate=rate, each=each)
    lasted = time.perf_counter() - started
    for error in sorted({*seen.errors, *warm.errors})[:5]:
        print(f"{[*seen.errors, *warm.errors].count(error)} x {error}", file=sys.stderr)
    print(
        json.dumps(
            {
                "payments": len(seen.payments),
                "answered": len(seen.payments) + len(warm.payments),
                "errors": len(seen.errors) + len(warm.errors),
                "seconds": max(lasted, seconds),
                "median_ms": median(seen.payments),
                "p99_ms": quantiles(seen.payments, n=100)[98],
                "last_p99_ms": quantiles(seen.lasts, n=100)[98],
            }
        )
    )


def held(
    name: str, database: BenchDatabase, channel: str, words: list[str], **labels: str
) -> Report:
    """Run clients in a process of their own, then prove the books. `labels` name the figures in words."""
    before, known = _accepted(database, channel), _differences(database)
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env=environment(database), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    arrived = _accepted(database, channel) - before
    return Report(
        name,
        figures={
            "payments a second": found["payments"] / found["seconds"],
            "seconds": found["seconds"],
            **{label: found[key] for key, label in labels.items()},
        },
        bars=[
            Bar("payments a second", found["payments"] / found["seconds"], RATE * HELD),
            Bar("errors", found["errors"], 0, at_most=True),
            Bar("answered and not in the books", abs(found["answered"] - arrived), 0, at_most=True),
            # Other benchmarks left payments of a bank nobody knows.
            Bar("differences in the books", _differences(database) - known, 0, at_most=True),
        ],
    )


def _accepted(database: BenchDatabase, channel: str) -> int:
    with psycopg.connect(database.url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM payments_payment WHERE channel = %s AND status = 'accepted'",
            [channel],
        ).fetchone()
    return int(row[0]) if row else 0


def _differences(database: BenchDatabase) -> int:
    """Return how many differences `openmember ledger check` names."""
    words = [sys.executable, "-m", "openmember.cli.main", "ledger", "check", "--json"]
    done = subprocess.run(words, env=environment(database), stdout=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return 0
    return max(len(json.loads(done.stdout or "{}").get("differences", ())), 1)
