"""The benchmarks by name, in the order they run."""

from collections.abc import Callable, Sequence

from bench import (
    bank_lines,
    batch,
    disputes,
    door,
    find,
    growth,
    load,
    load_guest,
    nacha,
    phone,
    premiums,
    routing,
    screen,
    service,
    statements,
)
from bench.plan import Plan
from bench.report import Report

BENCHMARKS: dict[str, Callable[[Plan], Report]] = {
    "door": door.run,
    "growth": growth.run,
    "service": service.run,
    "screen": screen.run,
    "find": find.run,
    "batch": batch.run,
    "bank_lines": bank_lines.run,
    "phone": phone.run,
    "premiums": premiums.run,
    "nacha": nacha.run,
    "statements": statements.run,
    "disputes": disputes.run,
    "load": load.run,
    "load_guest": load_guest.run,
    "routing": routing.run,
}
NAMES = tuple(BENCHMARKS)


def run(names: Sequence[str], plan: Plan) -> list[Report]:
    """Run these benchmarks, one after another."""
    reports = []
    for name in names:
        plan.tell(f"measuring: {name}")
        reports.append(BENCHMARKS[name](plan))
    return reports
