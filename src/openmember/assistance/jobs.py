"""What runs by the clock: later bills under an award, and collection that was stopped."""

import json
from datetime import date
from pathlib import Path

import structlog
from procrastinate.contrib.django import app

from openmember.assistance import models
from openmember.assistance.review import least_given_back_cents
from openmember.assistance.services.deciding import give_back
from openmember.assistance.services.steps import resume_collection, stop_collection
from openmember.assistance.types import PENDING, Applied, Status
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, system
from openmember.payments.jobs import office_today

log = structlog.get_logger("openmember.assistance")

SQL = Path(__file__).parent / "sql"
CHUNK = 500
ACTOR = system("assistance")


@app.periodic(cron="40 1 * * *")
@app.task(queueing_lock="apply_awards", pass_context=False)
def apply_awards_nightly(timestamp: int) -> None:
    """Take the approved part off bills that came since."""
    apply_awards(office_today())


@app.periodic(cron="45 1 * * *")
@app.task(queueing_lock="review_stops", pass_context=False)
def review_stops_nightly(timestamp: int) -> None:
    """Keep collection stopped where it must be, and let it go on where we waited in vain."""
    review_stops(office_today())


def apply_awards(today: date, *, actor: Actor = ACTOR, chunk: int = CHUNK) -> Applied:
    """Bring every bill that an award covers to what the award says. Again does nothing.

    Set-based, so many accounts at once, each chunk a transaction: what was done stays done when it stops.
    """
    bills = off = back = 0
    after: str | None = ""
    while after is not None:
        done = fetch_one(
            sql_text(SQL / "apply_awards.sql"),
            {
                "after": after,
                "chunk": chunk,
                "least": least_given_back_cents(),
                "on": today,
                "actor": str(actor),
            },
        )
        for number, cents in json.loads(done.given_back).items():
            give_back(number, cents, 0, today, actor)
        bills, off, back = bills + done.bills, off + done.off_cents, back + done.given_back_cents
        after = done.last
    if bills:
        log.info("awards_applied", bills=bills)
    return Applied(bills, off, back)


def review_stops(today: date, *, actor: Actor = ACTOR) -> int:
    """Let collection go on for applications that stayed incomplete past their day; return how many.

    And stop it on the account that stays, where an account was joined while its application was pending.
    """
    waited = models.Application.objects.filter(
        status=Status.INCOMPLETE, complete_by__lt=today
    ).order_by("id")
    for row in waited:
        resume_collection(row, on=today, actor=actor)
    joined = models.Application.objects.filter(status__in=PENDING, id__in=_list_joined())
    for row in joined.exclude(id__in=[row.id for row in waited]):
        stop_collection(row, since=today, actor=actor)
    return len(waited)


def _list_joined() -> list[int]:
    rows = fetch_all(
        "SELECT p.id FROM assistance_application p JOIN accounts_account a ON a.number = p.account_number"
        " WHERE p.status IN ('received', 'incomplete', 'appealed') AND a.merged_into IS NOT NULL"
    )
    return [row.id for row in rows]
