"""The code lists of the Nacha Operating Rules that a file is checked against."""

from __future__ import annotations

from functools import lru_cache

MIXED, CREDITS_ONLY, DEBITS_ONLY = "200", "220", "225"
SERVICE_CLASSES = frozenset({MIXED, CREDITS_ONLY, DEBITS_ONLY})

# Standard entry classes. ADV, the operator's own advices, has other records and is not read.
FORWARD_CLASSES = frozenset(
    {
        "ACK", "ARC", "ATX", "BOC", "CCD", "CIE", "CTX", "DNE", "ENR", "IAT", "MTE", "POP", "POS",
        "PPD", "RCK", "SHR", "TEL", "TRC", "TRX", "WEB", "XCK",
    }
)  # fmt: skip
CHANGE_CLASS = "COR"
INTERNATIONAL = "IAT"
CLASSES = FORWARD_CLASSES | {CHANGE_CLASS}
# How many addenda of free text each entry of a class may carry; none named here: one.
ADDENDA_AT_MOST = {"CTX": 9999, "ENR": 9999, "TRX": 9999, "ATX": 9999, "TEL": 0, "IAT": 12}

# By the second digit: 1 returned, 2 forward, 3 prenote, 4 remittance of nothing; 6 to 9 the same for debits.
TRANSACTIONS = frozenset(
    [f"{kind}{what}" for kind in "234" for what in "12346789"] + ["51", "52", "53", "54", "55", "56"]
)  # fmt: skip
LOAN_DEBITS = frozenset({"55", "56"})
PRENOTES = frozenset({"23", "28", "33", "38", "43", "48", "53"})

CHECKING_CREDIT, CHECKING_DEBIT = "22", "27"
SAVINGS_CREDIT, SAVINGS_DEBIT = "32", "37"

RETURNS = frozenset(
    f"R{number:02}"
    for numbers in (range(1, 48), range(50, 54), range(61, 78), range(80, 86))
    for number in numbers
)
CHANGES = frozenset(f"C{number:02}" for number in (*range(1, 15), *range(61, 70)))


def is_debit(transaction: str) -> bool:
    """Return whether a transaction code takes money from the receiver."""
    return transaction in LOAN_DEBITS or (transaction[0] != "5" and transaction[1] in "6789")


@lru_cache(maxsize=32_768)  # More than there are banks.
def check_digit(routing: str) -> int:
    """Return the ninth digit of a routing number from its first eight."""
    threes, sevens, ones = routing[0:8:3], routing[1:8:3], routing[2:8:3]
    total = (
        3 * sum(map(int, threes)) + 7 * sum(map(int, sevens)) + sum(int(digit) for digit in ones)
    )
    return -total % 10


def is_routing_number(text: str) -> bool:
    """Return whether a text is nine digits of which the last is right."""
    return (
        len(text) == 9
        and text.isascii()
        and text.isdecimal()
        and text != "000000000"
        and check_digit(text) == int(text[8])
    )
