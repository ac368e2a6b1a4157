"""What a merged account gets later: a late approval, a bill opened again, a refund that came back."""

from datetime import date

from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor
from openmember.payments.services.door import line_order


def follow_merge(*, account_number: str, on: date, actor: Actor) -> None:
    """Move on what a correction gave back to an account that was merged; does nothing for others."""
    fetch_all(
        "SELECT payments_follow_merge(%(number)s, %(order)s, %(on)s, %(actor)s)",
        {"number": account_number, "order": line_order(), "on": on, "actor": str(actor)},
    )
