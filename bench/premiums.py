"""The premium run against a raw COPY of the rows it writes, and among N accounts against N / 10.

python -m bench.premiums    # bills the next month: prints its month and the seconds it took
"""

import subprocess
import sys
import tempfile
import time
from statistics import median

import django
import psycopg
from psycopg import sql

from bench.database import PREMIUM_FILL, BenchDatabase, environment, filled
from bench.plan import Plan
from bench.report import Bar, Report, paired_ratio

BOUND, GROWTH_BOUND = 3.0, 1.25
BLOCK = 1 << 20
# What a run leaves behind, of one month; every balance is written anew.
WRITTEN = {
    "billing_bill": "SELECT * FROM billing_bill WHERE key = %(key)s",
    "billing_line": "SELECT l.* FROM billing_line l JOIN billing_premium p"
    " ON (p.account_number, p.bill_month, p.bill_id) = (l.account_number, l.bill_month, l.bill_id)"
    " WHERE p.covers = %(month)s",
    "billing_premium": "SELECT * FROM billing_premium WHERE covers = %(month)s",
    "ledger_transfer": "SELECT t.* FROM ledger_transfer t JOIN billing_premium p"
    " ON p.account_number = t.account_number AND t.reference IN (%(key)s, 'bill:' || p.bill_id)"
    " WHERE p.covers = %(month)s",
    "ledger_balance": "SELECT * FROM ledger_balance",
}


def run(plan: Plan) -> Report:
    many, few = _database(plan, plan.accounts), _database(plan, plan.accounts // 10)
    month = ""

    def bill_many() -> float:
        nonlocal month
        month, took = _bill(many)
        return took

    few_took, many_took, copied = plan.in_turns(
        lambda: _bill(few)[1], bill_many, lambda: _copy(many, month)
    )
    each = [took / many.accounts for took in many_took], [took / few.accounts for took in few_took]
    return Report(
        "premiums",
        figures={
            "accounts billed/s": many.accounts / median(many_took),
            "accounts copied/s": many.accounts / median(copied),
        },
        bars=[
            Bar("run to COPY of its rows", paired_ratio(many_took, copied), BOUND, at_most=True),
            Bar("cost of an account, ten times the accounts", paired_ratio(*each), GROWTH_BOUND, at_most=True),
        ],
    )  # fmt: skip


def _database(plan: Plan, accounts: int) -> BenchDatabase:
    return filled(plan.server_url, accounts, plan.tell, PREMIUM_FILL, "premiums_")


def _bill(database: BenchDatabase) -> tuple[str, float]:
    _checkpoint(database)
    done = subprocess.run(
        [sys.executable, "-m", "bench.premiums"],
        env=environment(database), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    month, took = done.stdout.split()
    return month, float(took)


def _copy(database: BenchDatabase, month: str) -> float:
    """Return the seconds a COPY of the month's rows takes, into tables without an index."""
    params = {"month": month, "key": f"premium:{month[:7]}"}
    took = 0.0
    with psycopg.connect(
        database.url, autocommit=True, cursor_factory=psycopg.ClientCursor
    ) as connection:
        for table, rows in WRITTEN.items():
            bare = sql.Identifier(f"bare_{table}")
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(bare))
            connection.execute(
                sql.SQL("CREATE TABLE {} (LIKE {})").format(bare, sql.Identifier(table))
            )
            with tempfile.TemporaryFile() as kept:
                with connection.cursor().copy(f"COPY ({rows}) TO STDOUT", params) as out:
                    for part in out:
                        kept.write(part)
                kept.seek(0)
                connection.execute("CHECKPOINT")
                started = time.perf_counter()
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(bare)) as taken:
                    while part := kept.read(BLOCK):
                        taken.write(part)
                took += time.perf_counter() - started
            connection.execute(sql.SQL("DROP TABLE {}").format(bare))
    return took


def _checkpoint(database: BenchDatabase) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def main() -> None:
    django.setup()
    from django.conf import settings

    from openmember.billing.premiums import queries, rules
    from openmember.billing.premiums.services.runs import RunRequest
    from openmember.members.types import system
    from openmember.payments.jobs import office_today
    from openmember.payments.services.premiums import run_premiums

    today = office_today()
    request = RunRequest(
        month=rules.next_month(queries.find_last_month() or rules.first_of(today)), today=today,
        accept_change=True, workers=settings.PREMIUM_RUN_WORKERS,
    )  # fmt: skip
    started = time.perf_counter()
    done = run_premiums(request=request, actor=system("bench"))
    took = time.perf_counter() - started
    if not done.bills:
        raise RuntimeError("the run billed nobody")
    print(done.month, took)


if __name__ == "__main__":
    main()
