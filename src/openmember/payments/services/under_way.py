"""Coverage does not end while a payment that was made in time is still with its bank."""

from datetime import date, timedelta
from pathlib import Path

from openmember.billing.grace import queries as grace
from openmember.billing.grace.services import hold_case
from openmember.kernel.sql import fetch_all, sql_text
from openmember.members.types import Actor

SQL = Path(__file__).parents[1] / "sql"
# A bank says within two banking days whether it paid; a weekend may lie between.
WAIT = timedelta(days=3)


def hold_for_payments_under_way(*, today: date, actor: Actor) -> int:
    """Hold each case that would end today though a payment for it is under way; return how many were."""
    found = fetch_all(sql_text(SQL / "grace_under_way.sql"), {"today": today})
    for row in found:
        hold_case(
            case=grace.get_case(numbers=(row.account_number,), case_id=row.id, today=today),
            until=today + WAIT,
            reason="A payment is under way",
            on=today,
            actor=actor,
        )
    return len(found)
