"""What typed keys mean: an amount, a birth date, a ZIP code."""

from datetime import date

LEAST_CENTS = 1_00
# A slip of two digits turns most bills into more than this.
MOST_CENTS = 25_000_00
ZIP_DIGITS = 5
BIRTH_DIGITS = 8
MRN_DIGITS = range(7, 13)  # Padded with zeros as well, as people fill a form.


def cents_typed(keys: str) -> int | None:
    """Return the cents typed without a point (4510 is $45.10), or None where nobody may pay that."""
    if not keys.isdecimal() or len(keys) > len(str(MOST_CENTS)):
        return None
    cents = int(keys)
    return cents if LEAST_CENTS <= cents <= MOST_CENTS else None


def birth_typed(keys: str) -> date | None:
    """Return the date of month, day and year (05171970), or None when there is no such day."""
    if len(keys) != BIRTH_DIGITS or not keys.isdecimal():
        return None
    try:
        return date(int(keys[4:]), int(keys[:2]), int(keys[2:4]))
    except ValueError:
        return None


def is_zip(keys: str) -> bool:
    """Return whether this is a five-digit ZIP code."""
    return len(keys) == ZIP_DIGITS and keys.isdecimal()


def is_factor(keys: str) -> bool:
    """Return whether this could be a birth date or a ZIP code."""
    return is_zip(keys) or birth_typed(keys) is not None


def is_record_number(keys: str) -> bool:
    """Return whether this could be a medical record number."""
    return keys.isdecimal() and len(keys) in MRN_DIGITS
