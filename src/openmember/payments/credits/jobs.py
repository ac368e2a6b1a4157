"""The night's look at credit: found and aged, stale checks, written-off bills that were paid after all."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.billing.queries import get_bill
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, system
from openmember.payments import queries as payments
from openmember.payments.credits import files, queries
from openmember.payments.credits.services import checks, dormant
from openmember.payments.credits.types import CheckRun, Suggestion

log = structlog.get_logger("openmember.payments")
WORKER = system("credits")


@dataclass(frozen=True, slots=True)
class Swept:
    """What the night's look found and did."""

    accounts: int
    stale_checks: int
    recovered: int


@app.periodic(cron="35 4 * * *")
@app.task(queueing_lock="sweep_credits", pass_context=False)
def look_after_credit(timestamp: int) -> None:
    """Find who holds credit, every night where the books are kept."""
    sweep_credits(today=timezone.localdate(timezone=ZoneInfo(settings.TIME_ZONE)))


def sweep_credits(*, today: date) -> Swept:
    """Recover what was paid on written-off bills, let checks grow stale, find who holds credit. Repeatable."""
    recovered = recover_named(today=today)
    stale = checks.let_checks_go_stale(today=today, actor=WORKER)
    return Swept(find_credits(today=today), stale, recovered)


@transaction.atomic
def find_credits(*, today: date) -> int:
    """Look through all accounts in one pass and note which hold credit; return how many do."""
    row = fetch_one("SELECT payments_credits_find(%(today)s) AS found", {"today": today})
    audit.record(actor=str(WORKER), action="credit.find", accounts=row.found)
    return int(row.found)


def recover_named(*, today: date) -> int:
    """Use credit for the written-off bill its payer named; return how many bills. Again finds none."""
    done = 0
    for row in fetch_all(sql_text(queries.SQL / "recoverable.sql")):
        numbers = (row.account_number,)
        try:
            dormant.recover(
                payment=payments.get_payment(numbers=numbers, payment_id=row.payment_id),
                bill=get_bill(numbers=numbers, bill_id=row.bill_id, today=today),
                amount_cents=row.cents, reason="paid after it was written off", on=today,
                actor=WORKER,
            )  # fmt: skip
            done += 1
        except Exception:
            log.exception("not_recovered", bill_id=row.bill_id)
    return done


def turn_over_dormant(*, today: date, actor: Actor) -> tuple[int, int]:
    """Turn over all credit that a state has a claim to; return how many accounts and cents.

    Where no period is configured there is no claim. Again finds none of them.
    """
    accounts = cents = offset = 0
    page = 500
    while rows := queries.list_queue(today=today, limit=page, offset=offset).rows:
        offset += page
        for queued in rows:
            if queued.suggestion is Suggestion.TURN_OVER and not queued.proposed_cents:
                turned = dormant.turn_over(queued=queued, today=today, actor=actor)
                accounts, cents = accounts + bool(turned), cents + turned
    find_credits(today=today)
    return accounts, cents


def write_checks(*, out: Path, on: date, actor: Actor) -> tuple[tuple[CheckRun, Path, Path], ...]:
    """Draw the checks that wait, and write the files of every run that has none yet; return the runs.

    Killed in between, the next call writes what is missing: checks are drawn once, and files say which.
    """
    checks.issue_checks(on=on, actor=actor)
    written = []
    for run in reversed(queries.list_runs(limit=1000, unwritten_only=True)):
        written.append((run, *write_run(run=run, out=out)))
        fetch_all("SELECT payments_checks_written(%(run)s)", {"run": run.id})
    return tuple(written)


def write_run(*, run: CheckRun, out: Path) -> tuple[Path, Path]:
    """Write the files of one run, again if need be, and return them."""
    return files.write_run(
        run=run,
        checks=queries.list_checks(run_id=run.id),
        ended=queries.list_voided_checks(run_id=run.id),
        bank_account=settings.REFUND_BANK_ACCOUNT,
        out=out,
    )
