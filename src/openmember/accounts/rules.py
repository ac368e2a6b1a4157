"""What a bill pay number looks like.

Source: ISO/IEC 7064:2003, MOD 97-10. Ten digits, the first of them not zero, then two check digits
chosen so that the whole number is 1 modulo 97. Any single wrong digit and any two neighbours swapped
change the remainder, so both are always caught.
"""

import re
import unicodedata

from openmember.accounts.types import Kind, Reason, Recognised
from openmember.kernel.grouping import groups_of

NUMBER_DIGITS = 12
LEGACY_DIGITS = range(10, 13)
MRN_DIGITS = range(7, 10)
# What people put between groups of digits, on paper and on a phone's keyboard.
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212._/#]+")


def number_from_payload(payload: int) -> str:
    """Return the bill pay number of ten leading digits, 1,000,000,000 to 9,999,999,999."""
    if not 10**9 <= payload < 10**10:
        raise ValueError(payload)
    return f"{payload}{98 - payload * 100 % 97:02d}"


def has_check_digits(digits: str) -> bool:
    """Return whether these are twelve digits that a number we issued could have."""
    return (
        len(digits) == NUMBER_DIGITS
        and digits[0] != "0"
        and int(digits) % 97 == 1
        and 2 <= int(digits[-2:]) <= 98
    )


def digits_typed(text: str) -> str:
    """Return the text without the spaces, dashes and signs people put between digits.

    Full-width and other decimal digits become plain ones, as phones in some languages type them.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if all(character.isdecimal() for character in plain):
        return "".join(str(unicodedata.decimal(character)) for character in plain)
    return plain


def format_number(number: str) -> str:
    """Return the number in groups, as it is printed and shown everywhere."""
    return " ".join(groups_of(number))


def recognise_shape(text: str) -> Recognised:
    """Return what a typed text is by its form alone, before anyone looks it up.

    A twelve-digit text whose check digits are wrong may still be a legacy number, so the lookup decides;
    until then it is not valid.
    """
    digits = digits_typed(text)
    if not digits:
        return Recognised(Kind.UNKNOWN, False, Reason.EMPTY, "")
    if not digits.isdecimal():
        return Recognised(Kind.UNKNOWN, False, Reason.NOT_DIGITS, digits)
    if len(digits.lstrip("0")) in MRN_DIGITS and len(digits) not in LEGACY_DIGITS:
        return Recognised(Kind.MRN, False, Reason.MRN_SHAPE, digits)
    if len(digits) not in LEGACY_DIGITS:
        return Recognised(Kind.UNKNOWN, False, Reason.LENGTH, digits)
    if len(digits) == NUMBER_DIGITS and not has_check_digits(digits):
        return Recognised(Kind.BILL_PAY_NUMBER, False, Reason.CHECK_DIGITS, digits)
    return Recognised(Kind.BILL_PAY_NUMBER, True, Reason.WELL_FORMED, digits)
