"""Writing off what is too small to ask for."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.billing.debts import queries, services
from openmember.billing.queries import get_bill
from openmember.members.types import system

log = structlog.get_logger("openmember.billing")

# The organisation's policy: under five dollars and half a year past due, asking costs more than it brings.
SMALL_CENTS = 4_99
SMALL_AFTER_DAYS = 180
AT_ONCE = 5000


@app.periodic(cron="25 4 * * *")
@app.task(queueing_lock="write_off_small_balances", pass_context=False)
def write_off_small(timestamp: int) -> None:
    """Write off what is too small to ask for, every night."""
    write_off_small_balances(today=timezone.localdate(timezone=ZoneInfo(settings.TIME_ZONE)))


def write_off_small_balances(*, today: date) -> int:
    """Write off bills too small and too old to ask for; return how many. Again finds none of them."""
    due_before = today - timedelta(days=SMALL_AFTER_DAYS)
    small = queries.list_small(most_cents=SMALL_CENTS, due_before=due_before, limit=AT_ONCE)
    done = 0
    for row in small:
        bill = get_bill(numbers=(row.account_number,), bill_id=row.id, today=today)
        try:
            services.propose_write_off(
                bill=bill, amount_cents=row.open_cents, key=f"small:{row.id}:{today}",
                reason="small balance", on=today, actor=system("write-off"),
            )  # fmt: skip
            done += 1
        except services.DebtRefused as refused:
            # Paid in this very moment, or changed: the next night looks again.
            log.warning("small_balance_kept", bill=bill.reference, reason=str(refused))
    return done
