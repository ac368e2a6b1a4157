"""Amounts in English words."""

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def dollars(whole: int, cents: int) -> str:
    """Return dollars and cents; a part that is nothing is left out."""
    parts = [
        f"{words(count)} {unit if count == 1 else unit + 's'}"
        for count, unit in ((whole, "dollar"), (cents, "cent"))
        if count
    ]
    return " and ".join(parts) or "zero dollars"


def words(number: int) -> str:
    """Return a number below a billion."""
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            high, rest = divmod(number, size)
            return f"{words(high)} {name}" + (f" {words(rest)}" if rest else "")
    if number < len(_SMALL):
        return _SMALL[number]
    tens, rest = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_SMALL[rest]}" if rest else "")
