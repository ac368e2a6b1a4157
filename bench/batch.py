"""A file's payments posted in sets, against the same door for single ones with eight clients at it.

python -m bench.batch 1000000 100000    # accounts, rows: prints the seconds it took
"""

import subprocess
import sys
import time
from random import Random
from statistics import median

import django

from bench.database import BenchDatabase, environment
from bench.pgbench import door_rate
from bench.plan import Plan
from bench.report import Bar, Report, paired_ratio

CLIENTS = 8
BOUND = 3.0
MOST_ROWS = 100_000


def run(plan: Plan) -> Report:
    database = plan.database()
    single, batch = plan.in_turns(
        lambda: door_rate(database, clients=CLIENTS, seconds=plan.seconds),
        lambda: _rate(database),
    )
    return Report(
        "batch",
        figures={
            "payments/s, staging included": median(batch),
            f"single payments/s, clients: {CLIENTS}": median(single),
        },
        bars=[Bar("batch to single", paired_ratio(batch, single), BOUND)],
    )


def _rate(database: BenchDatabase) -> float:
    rows = min(database.accounts // 5, MOST_ROWS)
    words = [sys.executable, "-m", "bench.batch", str(database.accounts), str(rows)]
    done = subprocess.run(
        words, env=environment(database), check=True, stdout=subprocess.PIPE, text=True
    )
    return rows / float(done.stdout)


def main(accounts: int, count: int) -> None:
    django.setup()
    from bench.clients import number_drawn
    from openmember.members.types import system
    from openmember.payments.batch import BatchPayment, post_batch
    from openmember.payments.jobs import office_today
    from openmember.payments.types import Channel, Method

    random, today = Random(), office_today()
    run_id = random.getrandbits(64)
    rows = [
        BatchPayment(
            number=number_drawn(random, accounts), key=f"{run_id:x}-{position}",
            amount_cents=random.randint(2000, 15000), method=Method.CHECK, channel=Channel.LOCKBOX,
            payer="lockbox", effective_on=today,
        )
        for position in range(count)
    ]  # fmt: skip
    started = time.perf_counter()
    result = post_batch(rows=rows, actor=system("bench"))
    took = time.perf_counter() - started
    if result.posted != count:
        raise RuntimeError(f"{count - result.posted} of {count} rows were not posted")
    print(took)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
