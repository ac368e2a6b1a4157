"""The number of a case: `CA-26-004F7K`. The year, then Crockford base 32 that ends in a check character.

Counted numbers are scattered, so that one says nothing of the next; the check covers the year too.
"""

from openmember.kernel.references import BadReference, check_character, normalised, scattered

PREFIX = "CA"
# Five characters for the first 33 million, then six, and so on: none is used twice.
_BITS = (25, 30, 35, 40)


def case_number(count: int, year: int) -> str:
    """Return the number of the case that is the `count`-th ever opened. Errors: BadReference."""
    start = 0
    for bits in _BITS:
        if count - start < 1 << bits:
            body = scattered(count - start, bits)
            return f"{PREFIX}-{year % 100:02}-{body}{check_character(f'{year % 100:02}{body}')}"
        start += 1 << bits
    raise BadReference(str(count))


def read_number(text: str) -> str:
    """Return a number as it is kept, forgiving case, blanks, dashes and look-alikes. Errors: BadReference."""
    plain = text.strip().upper().removeprefix(PREFIX).lstrip("- ")
    digits = normalised(plain)
    year, body = digits[:2], digits[2:]
    if not year.isdecimal() or not 6 <= len(body) <= 9:
        raise BadReference(text)
    if check_character(year + body[:-1]) != body[-1]:
        raise BadReference(text)
    return f"{PREFIX}-{year}-{body}"
