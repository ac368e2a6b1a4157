"""What a visit to the counter pays with, and what a count comes to."""

from collections.abc import Mapping
from enum import StrEnum

from openmember.payments.drawers.types import Part
from openmember.payments.types import Method

# What is counted, in cents: bills, then coins.
PIECES = (100_00, 50_00, 20_00, 10_00, 5_00, 2_00, 1_00, 50, 25, 10, 5, 1)
MOST_OF_A_PIECE = 9_999
# The rest, in any field of an amount.
REST = "="


class Trouble(StrEnum):
    """Why what was handed over does not pay; surfaces hold the words."""

    NOTHING = "nothing"
    TOO_LITTLE = "too_little"
    NO_CHANGE = "no_change"
    CHECK_NUMBER = "check_number"
    NO_REST = "no_rest"


class BadTender(ValueError):
    """What was handed over does not pay the amount."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def split(
    amount_cents: int, *, cash_cents: int = 0, check_cents: int = 0, check_number: str = "",
    card_cents: int = 0, rest: Method | None = None,
) -> tuple[Part, ...]:  # fmt: skip
    """Return the parts in which an amount is paid, the card first: it may still decline.

    Shape:  `cash_cents` is what was handed over, of which change is given; a check and a card pay to
            the cent. `rest` names the one that pays what the others leave.
    Errors: BadTender.
    """
    handed = {Method.CARD: card_cents, Method.CHECK: check_cents, Method.CASH: cash_cents}
    missing = amount_cents - sum(handed.values())
    if rest is not None and missing > 0:
        handed[rest] += missing
    change_cents = sum(handed.values()) - amount_cents
    if trouble := _trouble(amount_cents, handed, change_cents, check_number):
        raise BadTender(trouble)
    if rest is not None and missing <= 0:
        raise BadTender(Trouble.NO_REST)
    parts = (
        Part(Method.CARD, handed[Method.CARD], handed[Method.CARD]),
        Part(Method.CHECK, handed[Method.CHECK], handed[Method.CHECK], check_number),
        Part(Method.CASH, handed[Method.CASH] - change_cents, handed[Method.CASH]),
    )
    return tuple(part for part in parts if part.amount_cents)


def _trouble(
    amount_cents: int, handed: Mapping[Method, int], change_cents: int, check_number: str
) -> Trouble | None:
    if amount_cents <= 0:
        return Trouble.NOTHING
    if change_cents < 0:
        return Trouble.TOO_LITTLE
    if change_cents and change_cents >= handed[Method.CASH]:
        return Trouble.NO_CHANGE
    if handed[Method.CHECK] and not check_number:
        return Trouble.CHECK_NUMBER
    return None


def counted_cents(pieces: Mapping[int, int]) -> int:
    """Return what these many of each piece come to."""
    return sum(cents * count for cents, count in pieces.items())
