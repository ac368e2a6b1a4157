"""What was owed and held after each transfer, worked back from what is owed and held now."""

from dataclasses import dataclass

from openmember.desk.words import transfer_kind, transfer_reference
from openmember.ledger.types import Balance, Code, Transfer

RECEIVABLES = {Code.PREMIUM_RECEIVABLE, Code.MEDICAL_RECEIVABLE, Code.PHARMACY_RECEIVABLE}


@dataclass(frozen=True, slots=True)
class RunningTransfer:
    """A transfer with what the account owed and held in credit once it was made."""

    transfer: Transfer
    owed_cents: int
    credit_cents: int

    @property
    def kind(self) -> str:
        return transfer_kind(self.transfer.kind)

    @property
    def reference(self) -> str:
        return transfer_reference(self.transfer.reference)


def running(transfers: tuple[Transfer, ...], balance: Balance) -> tuple[RunningTransfer, ...]:
    """Return the transfers, newest first as they came, each with the balances after it."""
    owed, credit = balance.owed_cents, balance.credit_cents
    rows = []
    for transfer in transfers:
        rows.append(RunningTransfer(transfer, owed, credit))
        cents = transfer.amount_cents
        owed -= cents * ((transfer.debit in RECEIVABLES) - (transfer.credit in RECEIVABLES))
        credit -= cents * (
            (transfer.credit is Code.UNAPPLIED_CREDIT) - (transfer.debit is Code.UNAPPLIED_CREDIT)
        )
    return tuple(rows)
