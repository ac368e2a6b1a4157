"""What automatic payment does every day: plan, write, draw, follow."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import structlog
from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from openmember.accounts import queries as accounts
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, system
from openmember.payments.autopay import models, rules
from openmember.payments.autopay.drawing import make_draw
from openmember.payments.autopay.following import follow_draws
from openmember.payments.autopay.services import resume_paused
from openmember.payments.autopay.types import DrawStatus
from openmember.payments.types import Method
from openmember.rulebook.calendar import banking_days_after

log = structlog.get_logger("openmember.payments")

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class AutopayRun:
    """What one day's run did."""

    day: date
    resumed: int
    planned: int
    noticed: int
    drawn: int
    not_needed: int
    paid: int
    failed: int


@app.periodic(cron="30 5 * * *")
@app.task(queueing_lock="autopay", pass_context=False)
def autopay(timestamp: int) -> None:
    """Do the day's automatic payments."""
    from openmember.payments.jobs import office_today

    run_autopay(day=office_today(), actor=system("autopay"))


def run_autopay(*, day: date, actor: Actor) -> AutopayRun:
    """Do one day: resume what was paused until then, follow what was drawn, plan, write, draw.

    Each step is committed by itself and harmless twice; a second run at the same time waits for none.
    """
    resumed = resume_paused(today=day, actor=actor)
    paid, failed = follow_draws(today=day, actor=actor)
    with transaction.atomic():
        planned = plan_draws(today=day, actor=actor)
        noticed = fetch_one(
            sql_text(SQL / "notices.sql"), {"today": day, "actor": str(actor)}
        ).written
    drawn, not_needed = make_draws(day=day, actor=actor)
    return AutopayRun(day, resumed, planned, noticed, drawn, not_needed, paid, failed)


def plan_draws(*, today: date, actor: Actor) -> int:
    """Plan a payment for everything that comes due soon, under mandates that draw. Returns how many."""
    # Two planners at once would draw up the same bills; the second finds them planned.
    fetch_all("SELECT pg_advisory_xact_lock(hashtext('autopay_plan'))")
    days = [today + timedelta(days=count) for count in range(rules.PLANNED_AHEAD.days + 1)]

    def each(*, noticed: bool, by_bank: bool) -> list[date]:
        return [
            rules.draw_day(due=day, planned_on=today, noticed=noticed, by_bank=by_bank)
            for day in days
        ]

    planned = fetch_one(
        sql_text(SQL / "plan.sql"),
        {
            "today": today,
            "until": days[-1],
            "days": days,
            "changed": each(noticed=True, by_bank=False),
            "same": each(noticed=False, by_bank=False),
            "bank_changed": each(noticed=True, by_bank=True),
            "bank_same": each(noticed=False, by_bank=True),
        },
    ).planned
    audit.record(actor=str(actor), action="autopay.plan", day=today.isoformat(), planned=planned)
    return int(planned)


def make_draws(*, day: date, actor: Actor) -> tuple[int, int]:
    """Draw what is planned for today; return how many were drawn, and how many needed nothing."""
    by_bank = banking_days_after(day, rules.SENT_AHEAD_BANKING_DAYS)
    drawn = not_needed = 0
    for draw_id, number in (
        models.Draw.objects.filter(
            Q(mandate__method=Method.ACH, draw_on__lte=by_bank)
            | Q(mandate__method=Method.CARD, draw_on__lte=day),
            status=DrawStatus.PLANNED,
        )
        .values_list("id", "account_number")
        .order_by("account_number", "id")
        .iterator(chunk_size=2000)
    ):
        try:
            made = make_draw(
                account=accounts.get_account(number=number), draw_id=draw_id, day=day, actor=actor
            )
        except Exception:
            # One that fails is tried again tomorrow, and holds up no other.
            log.exception("draw_failed", draw=draw_id)
            continue
        drawn, not_needed = drawn + made, not_needed + (not made)
    return drawn, not_needed
