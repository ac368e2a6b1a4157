"""A gateway for trials, which behaves badly on demand. The cents of the amount choose how.

It keeps its memory in a table of its own, committed apart from the caller's work, as a real gateway would.
"""

from datetime import timedelta
from typing import Any

from openmember.kernel.sql import fetch_all, fetch_one
from openmember.payments.gateways.protocol import (
    Answer,
    Charge,
    DeclineReason,
    KeptCard,
    Outcome,
)

DECLINE_FUNDS_CENTS = 1
DECLINE_EXPIRED_CENTS = 2
ANSWER_LOST_CENTS = 3
REQUEST_LOST_CENTS = 4
ANSWER_TWICE_CENTS = 5
ANSWER_LATE_CENTS = 6
LATE_BY = timedelta(seconds=20)

_DECLINES = {
    DECLINE_FUNDS_CENTS: DeclineReason.INSUFFICIENT_FUNDS,
    DECLINE_EXPIRED_CENTS: DeclineReason.EXPIRED_CARD,
}
_TENDERS = {"card": "Test card ending 4242", "ach": "Test bank account ending 6789"}


class SandboxGateway:
    """The built-in gateway of the default start."""

    name = "sandbox"

    def charge(self, charge: Charge) -> Answer:
        """Answer at once, late, twice or never, by the amount's cents."""
        behaviour = charge.amount_cents % 100
        if behaviour == REQUEST_LOST_CENTS:
            return Answer(Outcome.UNKNOWN)
        answer = self._take(charge, behaviour)
        # The same key is the same charge: however often it is sent, the answer is the first one's.
        return Answer(Outcome.UNKNOWN) if behaviour == ANSWER_LOST_CENTS else answer

    def ask(self, charge: Charge) -> Answer:
        """Say what became of a charge; one that never arrived is canceled, so that it never will."""
        row = fetch_one(
            "INSERT INTO payments_sandbox_charge AS known (key, amount_cents, outcome, reason, reference)"
            " VALUES (%(key)s, %(amount)s, 'canceled', %(reason)s, '')"
            " ON CONFLICT (key) DO UPDATE SET key = known.key RETURNING *, answers_at > now() AS is_early",
            {
                "key": charge.key,
                "amount": charge.amount_cents,
                "reason": DeclineReason.NOT_RECEIVED,
            },
        )
        return _answer_to(charge, row)

    def close(self, charge: Charge) -> Answer:
        """End a charge that has not answered yet: until then its payer is at it."""
        fetch_all(
            "UPDATE payments_sandbox_charge SET outcome = 'canceled', reason = %(reason)s,"
            " answers_at = now(), notify_at = NULL WHERE key = %(key)s AND answers_at > now()",
            {"key": charge.key, "reason": DeclineReason.ABANDONED},
        )
        return self.ask(charge)

    def refund(self, charge: Charge, *, key: str, amount_cents: int) -> Answer:
        """Take the refund off what is left of the charge."""
        row = fetch_one(
            "WITH repeated AS (SELECT 1 FROM payments_sandbox_charge WHERE key = %(refund)s),"
            " taken AS (UPDATE payments_sandbox_charge SET refunded_cents = refunded_cents + %(amount)s"
            "   WHERE key = %(key)s AND outcome = 'approved'"
            "     AND refunded_cents + %(amount)s <= amount_cents AND NOT EXISTS (SELECT 1 FROM repeated)"
            "   RETURNING 1),"
            " noted AS (INSERT INTO payments_sandbox_charge (key, amount_cents, outcome, reference)"
            "   SELECT %(refund)s, %(amount)s, 'approved', 'sandbox-' || %(refund)s FROM taken)"
            " SELECT EXISTS (SELECT 1 FROM taken) OR EXISTS (SELECT 1 FROM repeated) AS done",
            {"key": charge.key, "refund": key, "amount": amount_cents},
        )
        if row.done:
            return Answer(Outcome.APPROVED, reference=f"sandbox-{key}")
        return Answer(Outcome.DECLINED, reason="nothing left to refund")

    def ask_for_card(self, *, key: str, return_url: str, cancel_url: str, language: str) -> Answer:
        """Keep the one test card; there is no page to go to."""
        return Answer(Outcome.APPROVED, reference=f"sandbox-card-{key}")

    def find_card(self, reference: str) -> KeptCard | None:
        """Return the test card."""
        return KeptCard(reference, _TENDERS["card"])

    def list_notifications(self) -> tuple[tuple[str, Answer], ...]:
        """Return the answers this gateway sends of its own accord, each once: late ones and second ones."""
        rows = fetch_all(
            "UPDATE payments_sandbox_charge SET notify_at = NULL WHERE notify_at <= now() RETURNING *"
        )
        return tuple((row.key, _answer(row.outcome, row)) for row in rows)

    def _take(self, charge: Charge, behaviour: int) -> Answer:
        reason = _DECLINES.get(behaviour, "")
        late = LATE_BY if behaviour == ANSWER_LATE_CENTS else timedelta()
        notifies = behaviour in {ANSWER_TWICE_CENTS, ANSWER_LATE_CENTS}
        row = fetch_one(
            "INSERT INTO payments_sandbox_charge AS known"
            " (key, amount_cents, outcome, reason, reference, answers_at, notify_at)"
            " VALUES (%(key)s, %(amount)s, %(outcome)s, %(reason)s, %(reference)s, now() + %(late)s,"
            "   CASE WHEN %(notifies)s THEN now() + %(late)s END)"
            # Written again as it is, so that it comes back.
            " ON CONFLICT (key) DO UPDATE SET key = known.key"
            " RETURNING *, answers_at > now() AS is_early",
            {
                "key": charge.key,
                "amount": charge.amount_cents,
                "outcome": "declined" if reason else "approved",
                "reason": reason,
                "reference": f"sandbox-{charge.key}",
                "late": late,
                "notifies": notifies,
            },
        )
        return _answer_to(charge, row)


def _answer_to(charge: Charge, row: Any) -> Answer:
    if row.is_early:
        return Answer(Outcome.PENDING, reference=row.reference)
    return _answer(row.outcome, row, _TENDERS.get(charge.method, ""))


def _answer(outcome: str, row: Any, tender: str = "") -> Answer:
    if outcome == "approved":
        return Answer(Outcome.APPROVED, reference=row.reference, tender=tender)
    return Answer(Outcome.DECLINED, reference=row.reference, reason=row.reason)
