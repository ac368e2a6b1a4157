"""What runs by the clock: asking gateways, chaining the audit, opening months, proving the books."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

from openmember.billing import queries as billing
from openmember.billing.claim_bills import queries as claim_bills
from openmember.billing.debts import queries as debts
from openmember.billing.grace import jobs as grace_jobs
from openmember.billing.grace import queries as grace
from openmember.billing.plans import queries as plans
from openmember.billing.premiums import queries as premiums
from openmember.billing.statements import queries as statements
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.ledger import queries as ledger
from openmember.ledger.closing import queries as closing
from openmember.ledger.types import Difference
from openmember.members.types import system
from openmember.payments import queries
from openmember.payments.ach import queries as ach
from openmember.payments.credits import queries as credits
from openmember.payments.drawers import queries as drawers
from openmember.payments.gateways import get_gateway
from openmember.payments.receipts import queries as receipts
from openmember.payments.reconciliation import queries as reconciliation
from openmember.payments.remittances import queries as remittances
from openmember.payments.services import gateway, refunds, uncovered, under_way
from openmember.payments.types import Payment

log = structlog.get_logger("openmember.payments")

ASK_AFTER_SECONDS = 30


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="resolve_payments", pass_context=False)
def resolve_payments(timestamp: int) -> None:
    """Ask the gateways about every payment and refund whose answer is overdue."""
    today = office_today()
    deliver_sandbox_answers(today)
    for payment in gateway.list_waiting(older_than_seconds=ASK_AFTER_SECONDS):
        with _one_failure_holds_up_no_other(payment):
            gateway.resolve_payment(payment=payment, on=today)
    for payment, refund in refunds.list_waiting_refunds(older_than_seconds=ASK_AFTER_SECONDS):
        with _one_failure_holds_up_no_other(payment):
            refunds.send_refund(
                payment=payment, refund_id=refund.id, amount_cents=refund.amount_cents, on=today
            )


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:
    """Chain what was written since the last time."""
    audit.seal()


@app.periodic(cron="15 3 * * *")
@app.task(queueing_lock="prove_books", pass_context=False)
def prove_books(timestamp: int) -> None:
    """Prove the books every night; differences are logged as errors, and `doctor` shows them."""
    for difference in check_books():
        log.error("books_differ", check=difference.check, explanation=difference.explanation)


@app.periodic(cron="30 4 * * *")
@app.task(queueing_lock="work_grace", pass_context=False)
def work_grace(timestamp: int) -> None:
    """Take every step that unpaid premiums are due for, and give back what uncovered months had paid."""
    actor, today = system("grace"), office_today()
    under_way.hold_for_payments_under_way(today=today, actor=actor)
    swept = grace_jobs.sweep_grace(today=today, actor=actor)
    released_cents = uncovered.release_uncovered(on=today, actor=actor)
    log.info("grace_worked", steps=swept.steps, released_cents=released_cents)


@app.periodic(cron="5 2 * * *")
@app.task(queueing_lock="open_months", pass_context=False)
def open_months(timestamp: int) -> None:
    """Make the coming months' partitions before they are needed."""
    ensure_months(office_today())


@contextmanager
def _one_failure_holds_up_no_other(payment: Payment) -> Iterator[None]:
    try:
        yield
    except Exception:
        log.exception("asking_failed", payment=payment.reference)


def ensure_months(today: date) -> None:
    """Make the partitions from last year to next year. Again does nothing."""
    for table in ("ledger_transfer", "billing_bill"):
        fetch_all(
            "SELECT kernel_open_months(%(table)s::regclass, %(first)s, %(last)s)",
            {
                "table": table,
                "first": today - timedelta(days=400),
                "last": today + timedelta(days=400),
            },
        )


def check_books() -> tuple[Difference, ...]:
    """Return every difference in the whole database; none means the books balance."""
    above = [import_string(path) for path in settings.BOOK_CHECKS]
    return (
        *ledger.list_differences(),
        *closing.list_differences(),
        *billing.list_differences(),
        *premiums.list_differences(),
        *statements.list_differences(),
        *queries.list_differences(),
        *reconciliation.list_differences(),
        *receipts.list_differences(),
        *plans.list_differences(),
        *claim_bills.list_differences(),
        *remittances.list_differences(),
        *debts.list_differences(),
        *grace.list_differences(),
        *credits.list_differences(),
        *ach.list_differences(),
        *drawers.list_differences(),
        *(difference for check in above for difference in check()),
    )


def deliver_sandbox_answers(today: date) -> None:
    """Pass on what the sandbox gateway sends late or twice; a real gateway calls our webhook instead."""
    if settings.PAYMENT_GATEWAY != "sandbox":
        return
    for key, answer in get_gateway("sandbox").list_notifications():  # type: ignore[attr-defined]  # sandbox only
        gateway.record_notification(key=key, answer=answer, on=today, gateway="sandbox")


def office_today() -> date:
    """Return today where the books are kept."""
    return timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
