"""What the books say of accounts that a remittance reached."""

from openmember.ledger.queries import list_transfers
from openmember.ledger.types import Code

CASH = (Code.BANK, Code.ACH_CLEARING, Code.LOCKBOX)


def moved(account):
    """Return what an account's transfers did, by code of the chart: debits less credits."""
    sums: dict[Code, int] = {}
    for transfer in list_transfers(account_number=account.number, limit=100):
        for code, sign in ((transfer.debit, 1), (transfer.credit, -1)):
            sums[code] = sums.get(code, 0) + sign * transfer.amount_cents
    return {code: cents for code, cents in sums.items() if cents}


def cash_of(*accounts):
    return sum(moved(account).get(code, 0) for account in accounts for code in CASH)


def reasons(taken):
    return [one.reason for one in taken.exceptions]
