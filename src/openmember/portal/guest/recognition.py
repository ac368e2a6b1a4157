"""Telling a guest what is wrong with the number they typed, without telling whose numbers there are.

Only the shape of what was typed decides the answer. Whether a number, an account or a medical record
exists never does: every text that leads nowhere is looked up the same way and answered alike.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from openmember.accounts import queries as accounts
from openmember.accounts.types import Kind, Reason, Recognised
from openmember.kernel import throttle

# A medical record number as members have it; people pad it with zeros to fill a form.
MRN_DIGITS = range(7, 10)
# Who pays for a family needs a handful of tries, and the one address of a clinic or a carrier may stand
# for several people. Who guesses, check digits and all, needs 700 tries for each number there is, and
# learns nothing by it but that there is one.
TRIES_PER_ADDRESS = 10
ADDRESS_WINDOW_SECONDS = 10 * 60
# One number is paid for a few times in an hour at most; more is somebody trying out cards on it.
TRIES_PER_NUMBER = 10
NUMBER_WINDOW_SECONDS = 60 * 60


class TooManyTries(Exception):
    """This address, or this number, was tried too often; `wait_seconds` is when to try again."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(wait_seconds)
        self.wait_seconds = wait_seconds


class NotFound(Exception):
    """The text leads to no account; the message tells a guest what to check."""


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """The number as it was typed, and the account a payment goes to."""

    digits: str
    account_number: str


def find_number(*, typed: str, address: str) -> FoundNumber:
    """Return the account a typed number leads to. Known or not, the same statements run.

    Errors: TooManyTries, NotFound.
    """
    count_try(address=address)
    found = accounts.recognise(typed)
    is_within = throttle.is_allowed(
        scope="guest-number",
        value=found.digits,
        limit=TRIES_PER_NUMBER,
        window_seconds=NUMBER_WINDOW_SECONDS,
    )
    if not is_within:
        raise TooManyTries(NUMBER_WINDOW_SECONDS)
    if not found.valid or found.account_number is None:
        raise NotFound(_explain(found))
    return FoundNumber(found.digits, found.account_number)


def count_try(*, address: str) -> None:
    """Count one try from an address. Errors: TooManyTries."""
    is_within = throttle.is_allowed(
        scope="guest-address",
        value=address,
        limit=TRIES_PER_ADDRESS,
        window_seconds=ADDRESS_WINDOW_SECONDS,
    )
    if not is_within:
        raise TooManyTries(ADDRESS_WINDOW_SECONDS)


def _explain(found: Recognised) -> str:
    digits = found.digits
    if digits.isdecimal() and len(digits.lstrip("0")) in MRN_DIGITS:
        return _(
            "This looks like a medical record number. Bills are paid with the bill pay number: 10 to"
            " 12 digits, under the name on the ID card and on every bill."
        )
    if found.kind is Kind.UNKNOWN and found.reason is not Reason.EMPTY:
        return _(
            "A bill pay number has 10 to 12 digits and nothing else. Please check what you typed."
        )
    return _(
        "We could not find that number. Please check each digit against the bill or the ID card."
    )
