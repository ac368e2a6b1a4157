"""What is kept to pay from, as anybody may see it: never a number."""

from dataclasses import dataclass
from datetime import date

from openmember.payments.types import Method


@dataclass(frozen=True, slots=True)
class Tender:
    """A kept bank account or card. `usable_on` is None while its bank is still being asked.

    `keeper` and `token` are what is charged, and for nobody to see.
    """

    reference: str
    method: Method
    label: str
    last_four: str
    usable_on: date | None
    keeper: str
    token: str
