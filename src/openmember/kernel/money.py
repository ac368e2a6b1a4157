"""Money is integer cents of US dollars. Typed amounts become cents here and nowhere else."""

import re
from decimal import Decimal

# Dollars with optional thousands commas and at most two decimals, as people type them.
_TYPED = re.compile(r"^\$?\s*((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]{1,2})?)$")
MAX_CENTS = 1_000_000_000  # Ten million dollars: more than any one payment, far below bigint.


class BadAmount(ValueError):
    """The text is not an amount of money that can be paid."""


def cents_from_typed(text: str) -> int:
    """Return the cents a person typed: `12`, `12.5`, `$1,234.56`.

    Errors: BadAmount for anything else, for zero, and for more than ten million dollars.
    """
    match = _TYPED.match(text.strip())
    if not match or match.group(1) in {"", "."}:
        raise BadAmount(text)
    cents = int(Decimal(match.group(1).replace(",", "")) * 100)
    if not 0 < cents <= MAX_CENTS:
        raise BadAmount(text)
    return cents


def dollars_from_cents(cents: int) -> str:
    """Return plain dollars for files and commands, such as `1234.56`; pages use the `dollars` filter."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
