"""The scan line at the foot of a payment coupon, written and read. See docs/formats/scan-line.md.

Twenty-six digits: `1`, how many digits the bill pay number has less ten, the number filled up with zeros
before it to twelve, the amount in cents in ten digits, and two check digits over all of these.
Source: ISO/IEC 7064:2003, MOD 97-10, the system of the bill pay number itself.
"""

import re

from openmember.billing.statements.types import ScanLine

VERSION = "1"
_SHORTEST, _LONGEST, _AMOUNT = 10, 12, 10
_LENGTH = 1 + 1 + _LONGEST + _AMOUNT + 2
_GROUPS = (2, 12, 10, 2)
MOST_CENTS = 10**_AMOUNT - 1


class BadScanLine(ValueError):
    """The line is not one of ours, or was not read as it was printed; the message says which."""


def scan_line(number: str, amount_cents: int) -> str:
    """Return the line a coupon carries, in groups. Errors: BadScanLine for what cannot be written so."""
    if not (number.isascii() and number.isdigit() and _SHORTEST <= len(number) <= _LONGEST):
        raise BadScanLine("a bill pay number has 10 to 12 digits")
    if not 0 <= amount_cents <= MOST_CENTS:
        raise BadScanLine("the amount does not fit in ten digits of cents")
    body = f"{VERSION}{len(number) - _SHORTEST}{number:0>{_LONGEST}}{amount_cents:0{_AMOUNT}d}"
    return _grouped(body + check_digits(body))


def read_scan_line(text: str) -> ScanLine:
    """Return what a scanned line says, whatever blanks the reader put in. Errors: BadScanLine."""
    line = re.sub(r"[ \t]", "", text)
    if not re.fullmatch(rf"[0-9]{{{_LENGTH}}}", line):
        raise BadScanLine(f"a scan line has {_LENGTH} digits")
    body, check = line[:-2], line[-2:]
    if check != check_digits(body):
        raise BadScanLine("the check digits do not fit: a digit was misread")
    if body[0] != VERSION:
        raise BadScanLine(f"version {body[0]} of the scan line is not known")
    length = _SHORTEST + int(body[1])
    padding, number = body[2 : 2 + _LONGEST - length], body[2 + _LONGEST - length : 2 + _LONGEST]
    if length > _LONGEST or padding.strip("0"):
        raise BadScanLine("the number is longer than the line says")
    return ScanLine(number, int(body[2 + _LONGEST :]))


def check_digits(body: str) -> str:
    """Return the two digits that make the whole 1 modulo 97."""
    return f"{98 - int(body) * 100 % 97:02d}"


def _grouped(line: str) -> str:
    groups, start = [], 0
    for length in _GROUPS:
        groups.append(line[start : start + length])
        start += length
    return " ".join(groups)
