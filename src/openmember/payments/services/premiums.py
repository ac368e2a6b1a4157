"""The premium run with its money: credit the accounts hold is used in the transaction that bills them."""

from collections.abc import Callable
from pathlib import Path

from openmember.billing.premiums.services import runs
from openmember.billing.premiums.services.runs import BilledRange, RunRequest
from openmember.billing.premiums.types import Run
from openmember.kernel.sql import fetch_all, sql_text
from openmember.members.types import Actor
from openmember.payments.services.door import line_order

SQL = Path(__file__).parents[1] / "sql"


def run_premiums(
    *, request: RunRequest, actor: Actor, progress: Callable[[str, int, int], None] | None = None
) -> Run:
    """Bill a month, and settle the bills from credit: what the accounts hold, and what corrections gave back.

    Errors and locks: those of `runs.run`.
    """

    def settle(billed: BilledRange) -> None:
        params = {
            "month": billed.month,
            "first": billed.first,
            "next": billed.next,
            "order": line_order(),
            "actor": str(actor),
        }
        fetch_all(sql_text(SQL / "take_up_premium_credit.sql"), params)
        fetch_all(sql_text(SQL / "use_premium_credit.sql"), params)

    if progress is None:
        return runs.run(request=request, actor=actor, settle=settle)
    return runs.run(request=request, actor=actor, settle=settle, progress=progress)
