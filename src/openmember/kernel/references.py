"""References people read out: a letter for the kind, then Crockford base 32 ending in a check character.

Source: Douglas Crockford, Base 32 (2002). The check is a weighted sum in the field of 32 elements, so that
it catches any single wrong character and any swapped neighbours, and needs no signs beyond the alphabet.
"""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": None, " ": None})
# Ids come from one sequence; a fixed odd multiplier modulo 2**40 keeps neighbours from looking alike.
_SPREAD = 0x9E3779B97F
_SPREAD_BACK = pow(_SPREAD, -1, 1 << 40)


class BadReference(ValueError):
    """The text is not a reference of this kind."""


def reference(kind: str, identity: int) -> str:
    """Return the reference of a row, such as `P-7KQ2-M9XA-4` for a payment.

    Errors: BadReference when the id does not fit in 40 bits.
    """
    if not 0 <= identity < 1 << 40:
        raise BadReference(str(identity))
    value = identity * _SPREAD % (1 << 40)
    body = "".join(_ALPHABET[value >> shift & 31] for shift in range(35, -1, -5))
    return f"{kind}-{body[:4]}-{body[4:]}-{check_character(body)}"


def identity(kind: str, text: str) -> int:
    """Return the id behind a reference, forgiving case, dashes and look-alike letters.

    Errors: BadReference when the kind, the length or the check character is wrong.
    """
    prefix, _, rest = text.strip().upper().partition("-")
    body = rest.translate(_READ_AS)
    if prefix != kind or len(body) != 9 or any(character not in _ALPHABET for character in body):
        raise BadReference(text)
    if body[8] != check_character(body[:8]):
        raise BadReference(text)
    value = 0
    for character in body[:8]:
        value = value << 5 | _ALPHABET.index(character)
    return value * _SPREAD_BACK % (1 << 40)


def scattered(count: int, bits: int) -> str:
    """Return a count below 2**bits, of five bits a character, as one that does not look like its neighbours."""
    value = count * _SPREAD % (1 << bits)
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(bits - 5, -1, -5))


def normalised(text: str) -> str:
    """Return typed base 32 in our alphabet, without blanks and dashes. Errors: BadReference."""
    found = text.upper().translate(_READ_AS)
    if not found or any(character not in _ALPHABET for character in found):
        raise BadReference(text)
    return found


def check_character(body: str) -> str:
    """Return the character that ends a reference with this body."""
    total = 0
    for character in body:
        total = _times_x(total) ^ _ALPHABET.index(character)
    return _ALPHABET[_times_x(total)]


def _times_x(value: int) -> int:
    """Multiply by x modulo x**5 + x**2 + 1, whose powers run through the whole field."""
    return value << 1 ^ (0b100101 if value & 16 else 0)
