"""What a storm starts from, and what has to be true of the books after it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from tests.doubles.stripe import StripeDouble
from tests.faults.stripe_storm.plan import Job

from openmember.billing.types import Line
from openmember.kernel.audit import services as audit
from openmember.kernel.audit.verify import verify
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.payments.jobs import check_books, office_today
from openmember.payments.testing import a_bill, an_account
from openmember.payments.types import payment_reference

BILLS = ((Line.PREMIUM, 300_00, -20), (Line.MEDICAL, 80_00, 5), (Line.PHARMACY, 12_50, 5))


def prepare(*, accounts: int) -> list[tuple[str, tuple[int, ...]]]:
    """Make the tables and accounts with open bills; return each account's number and bills."""
    call_command("migrate", verbosity=0)
    try:
        return [_account_with_bills() for _ in range(accounts)]
    finally:
        connection.close()


def faults_after_payments(jobs: Sequence[Job], stripe: StripeDouble) -> list[str]:
    """Return what is wrong once all payments were made: with us, or with what Stripe took."""
    try:
        return [*_books(), *_each_once(jobs), *_declined_moved_nothing(), *_what_was_taken(stripe)]
    finally:
        connection.close()


def faults_after_disputes() -> list[str]:
    """Return what is wrong once all were charged back: nothing may be paid or held, all is owed again."""
    try:
        return [*_books(), *_all_undone()]
    finally:
        connection.close()


def _account_with_bills() -> tuple[str, tuple[int, ...]]:
    account = an_account()
    today = office_today()
    return account.number, tuple(
        a_bill(
            account, cents, line=line, issued_on=today - timedelta(days=30),
            due_on=today + timedelta(days=days),
        ).id
        for line, cents, days in BILLS
    )  # fmt: skip


def _books() -> Iterator[str]:
    audit.seal()
    for difference in check_books():
        yield f"{difference.check} of {difference.account_number}: {difference.explanation}"
    yield from verify().faults


def _each_once(jobs: Sequence[Job]) -> Iterator[str]:
    rows = fetch_all("SELECT key, amount_cents FROM payments_payment WHERE status = 'accepted'")
    made = Counter((row.key, row.amount_cents) for row in rows)
    wanted = Counter((job.key, job.amount_cents) for job in jobs)
    for key, cents in sorted((made - wanted) + (wanted - made)):
        yield f"{key} of {cents} cents was made {made[key, cents]} times, not {wanted[key, cents]}"


def _declined_moved_nothing() -> Iterator[str]:
    for row in fetch_all(
        "SELECT p.id FROM payments_payment p WHERE status = 'declined' AND (unapplied_cents <> 0"
        " OR EXISTS (SELECT 1 FROM payments_allocation a WHERE a.payment_id = p.id)"
        " OR EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.reference = 'payment:' || p.id))"
    ):
        yield f"payment {row.id} was declined and moved money"


def _what_was_taken(stripe: StripeDouble) -> Iterator[str]:
    theirs = Counter(
        session["client_reference_id"]
        for session in stripe.sessions.values()
        if session["payment_status"] == "paid"
    )
    rows = fetch_all("SELECT id FROM payments_payment WHERE status = 'accepted'")
    ours = Counter(payment_reference(row.id) for row in rows)
    for key in (theirs - ours) + (ours - theirs):
        yield f"Stripe took {key} {theirs[key]} times, we have it {ours[key]} times"


def _all_undone() -> Iterator[str]:
    found = fetch_one(
        "SELECT (SELECT count(*) FROM payments_payment WHERE status NOT IN ('charged_back', 'declined'))"
        " AS standing,"
        " (SELECT count(*) FROM billing_bill WHERE open_cents <> amount_cents) AS bills,"
        " (SELECT coalesce(sum(credit_cents + refunds_cents), 0) FROM ledger_balance) AS held,"
        " (SELECT coalesce(sum(amount_cents * ((debit < 1200)::int - (credit < 1200)::int)), 0)"
        "    FROM ledger_transfer) AS money"
    )
    for what, count in found._asdict().items():
        if count:
            yield f"{count} {what} left after everything was charged back"
