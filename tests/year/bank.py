"""The plan's bank: each day it says what came in and went out, as the books will see it."""

from dataclasses import dataclass
from datetime import date, timedelta

from openmember.kernel.sql import fetch_all
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.rulebook.calendar import is_banking_day

# What people hand over reaches the bank on the banking day after, in one deposit for each kind.
_DEPOSITS = """
SELECT method, sum(amount_cents)::bigint AS cents FROM payments_payment
WHERE effective_on BETWEEN %(since)s AND %(until)s AND method IN ('cash', 'check')
  AND status NOT IN ('declined', 'voided')
GROUP BY method ORDER BY method
"""
_PAYOUTS = "SELECT id, amount_cents FROM payments_payout WHERE arrives_on = %(day)s ORDER BY id"
_BATCHES = """
SELECT f.name, sum(CASE b.kind WHEN 'credit' THEN -b.cents ELSE b.cents END)::bigint AS cents
FROM payments_ach_batch b JOIN payments_ach_file f ON f.id = b.file_id
WHERE b.effective_on = %(day)s AND f.status = 'acknowledged' AND b.kind <> 'prenote'
GROUP BY f.name ORDER BY f.name
"""


@dataclass
class Bank:
    """What stands on the account, and since when nothing was said."""

    closing_cents: int = 0
    said_until: date | None = None

    def say(self, day: date) -> None:
        """Give the statement of a banking day."""
        if not is_banking_day(day):
            return
        since = self.said_until or day - timedelta(days=1)
        lines = [
            *(
                a_line(row.cents, f"DEP-{row.method}-{day:%y%m%d}")
                for row in fetch_all(_DEPOSITS, {"since": since, "until": day - timedelta(days=1)})
            ),
            *(a_line(row.amount_cents, row.id) for row in fetch_all(_PAYOUTS, {"day": day})),
            *(
                a_line(row.cents, row.name)
                for row in fetch_all(_BATCHES, {"day": day})
                if row.cents
            ),
        ]
        a_bank_day(day, *lines, opening_cents=self.closing_cents)
        self.closing_cents += sum(line.amount_cents for line in lines)
        self.said_until = day
