"""What somebody asks to pay, held against what is open now."""

from collections.abc import Sequence

from openmember.billing.types import Bill


class MoreThanOpen(Exception):
    """More was asked to be paid on bills than they have open: `open_cents`."""

    def __init__(self, open_cents: int) -> None:
        super().__init__(f"{open_cents} cents are open")
        self.open_cents = open_cents


def check_amount(*, amount_cents: int, bills: Sequence[Bill]) -> None:
    """Refuse more than the bills named have open; with none named, an excess becomes credit.

    Errors: MoreThanOpen.
    """
    open_cents = sum(bill.open_cents for bill in bills)
    if bills and amount_cents > open_cents:
        raise MoreThanOpen(open_cents)
