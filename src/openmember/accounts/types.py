"""The number as other rooms see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a typed number turned out to be."""

    BILL_PAY_NUMBER = "bill_pay_number"
    MRN = "mrn"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a typed number is what it is; surfaces hold the words."""

    KNOWN = "known"
    MERGED = "merged"
    WELL_FORMED = "well_formed"
    NOT_FOUND = "not_found"
    CHECK_DIGITS = "check_digits"
    MRN_SHAPE = "mrn_shape"
    MRN_KNOWN = "mrn_known"
    LENGTH = "length"
    NOT_DIGITS = "not_digits"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `numbers` are all that lead to it: its own first, then those merged into it."""

    number: str
    holder_id: int
    numbers: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a typed text is. `account` is the one a payment would go to, when there is one."""

    kind: Kind
    valid: bool
    reason: Reason
    digits: str
    account: Account | None = None

    @property
    def account_number(self) -> str | None:
        return self.account.number if self.account else None


# For commands and reports; pages hold their own words in three languages.
EXPLANATIONS = {
    Reason.KNOWN: "This is the number of an account.",
    Reason.MERGED: "This number leads to the account it was joined with.",
    Reason.WELL_FORMED: "This has the form of a bill pay number.",
    Reason.NOT_FOUND: "This has the form of a bill pay number, but no account has it.",
    Reason.CHECK_DIGITS: "The check digits do not fit: a digit is wrong or two are swapped.",
    Reason.MRN_SHAPE: "This has the form of a medical record number, not of a bill pay number.",
    Reason.MRN_KNOWN: "This is a medical record number. The bill pay number is under the name on the card.",
    Reason.LENGTH: "A bill pay number has 10 to 12 digits.",
    Reason.NOT_DIGITS: "A bill pay number has digits only.",
    Reason.EMPTY: "Nothing was typed.",
}
