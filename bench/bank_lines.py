"""Lines of a bank matched and posted, against the door for single payments with eight clients at it.

Of every line is known whose it is: no payment may reach a wrong account, and almost all that can be known have
to be posted without a person.

python -m bench.bank_lines 1000000 100000 7    # accounts, lines, seed: prints what it found as JSON
"""

import json
import subprocess
import sys
import time
from datetime import timedelta
from itertools import count as counting
from random import Random
from statistics import median
from typing import Any

import django

from bench.database import BenchDatabase, environment
from bench.pgbench import door_rate
from bench.plan import Plan
from bench.report import Bar, Report, paired_ratio

CLIENTS = 8
BOUND, LINEAR, RECOVERED = 3.0, 1.25, 0.97
MOST_LINES = 1_000_000
TRUTH_LINES = 200_000
LINES_A_DAY = 20_000
LETTERS = str.maketrans("0123456789", "BCDFGHJKLM")


def run(plan: Plan) -> Report:
    database = plan.database()
    # A fifth as many lines as accounts, but as many as the truth asks for where there are accounts enough.
    count = min(max(database.accounts // 5, TRUTH_LINES), database.accounts, MOST_LINES)
    found: list[dict[str, Any]] = []
    seeds = counting(1)

    def rate(lines: int) -> float:
        done = _measure(database, lines, next(seeds))
        found.append(done)
        return lines / float(done["seconds"])

    single, whole, tenth = plan.in_turns(
        lambda: door_rate(database, clients=CLIENTS, seconds=plan.seconds),
        lambda: rate(count),
        lambda: rate(max(count // 10, 100)),
    )
    share = sum(one["posted"] for one in found) / sum(one["recoverable"] for one in found)
    return Report(
        "bank_lines",
        figures={
            "lines/s, matched and posted": median(whole),
            "lines/s, a tenth of them": median(tenth),
            "lines/s stored": median(one["lines"] / one["storing"] for one in found),
            f"single payments/s, clients: {CLIENTS}": median(single),
            "lines": sum(one["lines"] for one in found),
        },
        bars=[
            Bar("payments on a wrong account", sum(one["wrong"] for one in found), 0, at_most=True),
            Bar("posted of those that can be known", share, RECOVERED),
            Bar("lines to single payments", paired_ratio(whole, single), BOUND),
            Bar(
                "cost of a line, ten times the lines",
                paired_ratio(tenth, whole),
                LINEAR,
                at_most=True,
            ),
        ],
    )


def _measure(database: BenchDatabase, lines: int, seed: int) -> dict[str, Any]:
    numbers = (database.accounts, lines, seed)
    words = [sys.executable, "-m", "bench.bank_lines", *map(str, numbers)]
    done = subprocess.run(
        words, env=environment(database), check=True, stdout=subprocess.PIPE, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main(accounts: int, count: int, seed: int) -> None:
    django.setup()
    from openmember.kernel.sql import fetch_all
    from openmember.members.types import system
    from openmember.payments.jobs import office_today
    from openmember.payments.receipts.services.working import work_receipts
    from openmember.payments.receipts.truth import Payer, make_lines
    from openmember.payments.reconciliation.services.bank_days import store_days
    from openmember.payments.reconciliation.types import BankDay, BankLine

    random, today, bank = Random(seed), office_today(), f"bench{time.time_ns()}"

    def draw() -> Payer:
        # As sql/accounts.sql and sql/members.sql made them.
        member = random.randint(1, accounts)
        payload = 10**9 + member * (9 * 10**9 // (accounts + 1))
        number = str(payload * 100 + 98 - payload * 100 % 97)
        surname = f"{member:08}".translate(LETTERS)
        return Payer(number, str(10_000_000 + member), f"ANA RUIZ {surname}")

    truth = list(make_lines(random, count, draw))
    started = time.perf_counter()
    for first in range(0, count, LINES_A_DAY):
        part = truth[first : first + LINES_A_DAY]
        lines = tuple(
            BankLine("195", line.cents, f"R{first + place} {line.reference}".strip(), "", line.text)
            for place, line in enumerate(part)
        )
        day = BankDay(
            bank, bank, today - timedelta(days=first // LINES_A_DAY), "USD", None, None, lines
        )
        store_days(days=(day,), format_="bench", sha256=bank, actor=system("bench"))
    stored = time.perf_counter()
    work_receipts(actor=system("bench"))
    worked = time.perf_counter()
    rows = fetch_all(
        "SELECT reference, account_number FROM payments_receipt WHERE account = %(bank)s",
        {"bank": bank},
    )
    posted = {row.reference.split()[0]: row.account_number for row in rows if row.account_number}
    right = [posted.get(f"R{place}") == line.number for place, line in enumerate(truth)]
    wrong = [line for place, line in enumerate(truth) if f"R{place}" in posted and not right[place]]
    for line in wrong:
        print(f"wrong: {line.kind}: {line.text}", file=sys.stderr)
    known = [right[place] for place, line in enumerate(truth) if line.is_recoverable]
    print(
        json.dumps(
            {
                "lines": count, "seconds": worked - stored, "storing": stored - started, "wrong": len(wrong),
                "recoverable": len(known), "posted": sum(known),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
