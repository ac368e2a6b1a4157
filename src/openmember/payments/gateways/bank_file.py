"""Bank debits by file: nothing is sent when it is asked for, and the bank answers in days."""

from openmember.payments.gateways.protocol import Answer, Charge, Outcome

QUEUED = "queued for the next file"


class BankFileGateway:
    """What payments by file say to those who ask about them: they wait. `payments.ach` sends and answers."""

    name = "ach"

    def charge(self, charge: Charge) -> Answer:
        """Wait for the file that asks the bank."""
        return Answer(Outcome.PENDING)

    def ask(self, charge: Charge) -> Answer:
        """Wait for what the bank sends: it cannot be asked."""
        return Answer(Outcome.PENDING)

    def close(self, charge: Charge) -> Answer:
        """Wait: `payments.ach` takes back what is in no file yet."""
        return Answer(Outcome.PENDING)

    def refund(self, charge: Charge, *, key: str, amount_cents: int) -> Answer:
        """Wait for a file too, once the bank can take the payment back no more."""
        return Answer(Outcome.PENDING, reference=QUEUED)
