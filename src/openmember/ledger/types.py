"""The chart of accounts and what the ledger answers."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum


class Code(IntEnum):
    """The chart of accounts: 1 assets, 2 liabilities, 4 revenue, 5 adjustments."""

    BANK = 1010
    CARD_CLEARING = 1020
    ACH_CLEARING = 1030
    DRAWERS = 1040
    LOCKBOX = 1050
    PREMIUM_RECEIVABLE = 1210
    MEDICAL_RECEIVABLE = 1220
    PHARMACY_RECEIVABLE = 1230
    ACCOUNT_TRANSFERS = 1900
    UNAPPLIED_CREDIT = 2010
    UNIDENTIFIED_RECEIPTS = 2020
    REFUNDS_PAYABLE = 2030
    APTC_PAYABLE = 2040
    COST_SHARING_REDUCTIONS = 2045
    DEFERRED_PREMIUM = 2050
    UNCLAIMED_PROPERTY = 2060
    PREMIUM_REVENUE = 4010
    MEDICAL_REVENUE = 4020
    PHARMACY_REVENUE = 4030
    ASSISTANCE = 5010
    WRITE_OFF = 5020
    RETURNED_ITEM_FEES = 5030
    BILL_CORRECTIONS = 5040
    EXCHANGE_USER_FEES = 5050
    PROCESSOR_FEES = 5060
    CASH_OVER_SHORT = 5070

    @property
    def title(self) -> str:
        """The name a bookkeeper reads."""
        return TITLES[self]


TITLES = {
    Code.BANK: "Bank",
    Code.CARD_CLEARING: "Card clearing",
    Code.ACH_CLEARING: "ACH clearing",
    Code.DRAWERS: "Cash drawers",
    Code.LOCKBOX: "Lockbox",
    Code.PREMIUM_RECEIVABLE: "Premium receivable",
    Code.MEDICAL_RECEIVABLE: "Medical receivable",
    Code.PHARMACY_RECEIVABLE: "Pharmacy receivable",
    Code.ACCOUNT_TRANSFERS: "Transfers between accounts",
    Code.UNAPPLIED_CREDIT: "Unapplied credit",
    Code.UNIDENTIFIED_RECEIPTS: "Unidentified receipts",
    Code.REFUNDS_PAYABLE: "Refunds payable",
    Code.APTC_PAYABLE: "Advance premium tax credit payable",
    Code.COST_SHARING_REDUCTIONS: "Cost-sharing reductions",
    Code.DEFERRED_PREMIUM: "Deferred premium",
    Code.UNCLAIMED_PROPERTY: "Unclaimed property payable",
    Code.PREMIUM_REVENUE: "Premium revenue",
    Code.MEDICAL_REVENUE: "Medical revenue",
    Code.PHARMACY_REVENUE: "Pharmacy revenue",
    Code.ASSISTANCE: "Financial assistance",
    Code.WRITE_OFF: "Write-off",
    Code.RETURNED_ITEM_FEES: "Returned-item fees",
    Code.BILL_CORRECTIONS: "Bill corrections",
    Code.EXCHANGE_USER_FEES: "Exchange user fees",
    Code.PROCESSOR_FEES: "Bank and processor fees",
    Code.CASH_OVER_SHORT: "Cash over and short",
}


@dataclass(frozen=True, slots=True)
class Balance:
    """What one account owes by line, and what is owed to it, in cents. `as_of` is the moment of reading."""

    account_number: str
    premium_cents: int
    medical_cents: int
    pharmacy_cents: int
    credit_cents: int
    refunds_cents: int
    as_of: datetime

    @property
    def owed_cents(self) -> int:
        """The open bills of all lines together; credit is not taken off."""
        return self.premium_cents + self.medical_cents + self.pharmacy_cents


@dataclass(frozen=True, slots=True)
class Transfer:
    """One balanced movement of an account."""

    id: int
    debit: Code
    credit: Code
    amount_cents: int
    kind: str
    effective_on: date
    recorded_at: datetime
    reference: str
    reverses: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the books say twice and not alike. `account_number` is empty for organisation totals."""

    check: str
    account_number: str
    explanation: str
