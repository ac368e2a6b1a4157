"""What became of the payments that were drawn, and what follows from it."""

from datetime import date, timedelta
from pathlib import Path

import structlog

from openmember.accounts import queries as accounts
from openmember.kernel.sql import fetch_all, sql_text
from openmember.letters.services import write_letter
from openmember.members.types import Actor
from openmember.payments.autopay import models, rules
from openmember.payments.autopay.drawing import send_draw
from openmember.payments.autopay.services import end_after_failure
from openmember.payments.autopay.types import DrawStatus, EndReason

log = structlog.get_logger("openmember.payments")

SQL = Path(__file__).parent / "sql"
# A bank returns a debit as unauthorised up to 60 days after it, and one is presented again for 180 days; banks
# that are late are late by days.
WATCHED = timedelta(days=255)


def follow_draws(*, today: date, actor: Actor) -> tuple[int, int]:
    """Learn what became of every draw under way; return how many were paid and how many failed since.

    Draws that a failure left unsent are sent. A failed one is told to the member; after several in a
    row, or when the bank says that the account is no good or the account was joined to another, the
    mandate ends.
    """
    _send_unsent(today, actor)
    moved = fetch_all(sql_text(SQL / "follow.sql"), {"since": today - WATCHED})
    failed = [row for row in moved if row.status == DrawStatus.FAILED]
    for row in failed:
        write_letter(
            account_number=row.account_number,
            kind="autopay_failed",
            key=f"autopay-failed:{row.id}",
            values={
                "amount_cents": row.amount_cents,
                "draw_on": row.draw_on.isoformat(),
                "tender": row.tender,
            },
            on=today,
            actor=actor,
            member_id=row.member_id,
        )
        if _failures_in_a_row(row.mandate_id) >= rules.MOST_FAILURES:
            end_after_failure(
                mandate_id=row.mandate_id, reason=EndReason.FAILURES, on=today, actor=actor
            )
    _end_where(SQL / "stopped.sql", EndReason.BANK, today, actor)
    _end_where(SQL / "joined.sql", EndReason.ACCOUNT_JOINED, today, actor)
    paid = [row for row in moved if row.status == DrawStatus.PAID]
    return len(paid), len(failed)


def _send_unsent(today: date, actor: Actor) -> None:
    unsent = models.Draw.objects.select_related("mandate").filter(
        status=DrawStatus.REQUESTED, payment_id=None
    )
    for row in unsent.iterator(chunk_size=500):
        try:
            account = accounts.get_account(number=row.account_number)
            send_draw(account=account, row=row, day=today, actor=actor)
        except Exception:
            log.exception("draw_failed", draw=row.id)


def _failures_in_a_row(mandate_id: int) -> int:
    latest = (
        models.Draw.objects.filter(
            mandate_id=mandate_id, status__in=[DrawStatus.PAID, DrawStatus.FAILED]
        )
        .order_by("-draw_on", "-id")
        .values_list("status", flat=True)[: rules.MOST_FAILURES]
    )
    return len(list(latest)) if all(status == DrawStatus.FAILED for status in latest) else 0


def _end_where(found_by: Path, reason: EndReason, today: date, actor: Actor) -> None:
    for row in fetch_all(sql_text(found_by)):
        end_after_failure(mandate_id=row.id, reason=reason, on=today, actor=actor)
