"""Routing a need: without a text it is arithmetic; with one, red flags are looked for and it is understood.

No database. The two are measured in turn, in time of the processor: what else the machine does is not counted.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from bench.plan import Plan
from bench.report import Bar, Report

ROUNDS, EACH = 60, 40
WITH_TO_WITHOUT = 20.0
TEXT = "Hello, why is my bill for the visit in October higher than before?"


def run(plan: Plan) -> Report:
    from openmember.directory.routing.routing import route
    from openmember.directory.routing.types import Need

    moment = datetime(2026, 12, 1, 20, tzinfo=UTC)
    bare = Need(moment=moment, topic="billing", region="california", language="es")
    typed = Need(moment=moment, text=TEXT, region="california", language="es")
    route(bare), route(typed)
    without, with_text = [], []
    for _ in range(ROUNDS):
        without.append(_microseconds(lambda: route(bare)))
        with_text.append(_microseconds(lambda: route(typed)))
    ratio = median(mine / bare for mine, bare in zip(with_text, without, strict=True))
    return Report(
        "routing",
        figures={"without text, µs": median(without), "with text, µs": median(with_text)},
        bars=[Bar("with text to without", ratio, WITH_TO_WITHOUT, True)],
    )


def _microseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(EACH):
        work()
    return (time.process_time() - began) / EACH * 1e6
