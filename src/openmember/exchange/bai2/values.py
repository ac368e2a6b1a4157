"""Single values of a BAI2 file: amounts, counts, dates, and how soon the money may be used."""

from datetime import date

from openmember.exchange.bai2.records import Fields, note_problem
from openmember.exchange.bai2.types import BankFile

AMOUNT_DIGITS = 18
DISTRIBUTIONS_AT_MOST = 100
FUNDS = frozenset({"", "Z", "0", "1", "2", "V", "S", "D"})


def amount_of(text: str, file: BankFile, line: int, what: str) -> int | None:
    """Return an amount, None when it is left out, and note one that is no whole number."""
    if not text:
        return None
    digits = text[1:] if text[0] in "+-" else text
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > AMOUNT_DIGITS:
        note_problem(
            file, line, "amount", f"{what} is not a whole amount: text of length {len(text)}."
        )
        return None
    return int(text)


def count_of(text: str, file: BankFile, line: int, what: str) -> int | None:
    """Return a count, None when it is left out, and note one that is none."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > AMOUNT_DIGITS:
        note_problem(file, line, "count", f"{what} is not a count: text of length {len(text)}.")
        return None
    return int(text)


def date_of(text: str) -> date | None:
    """Return YYMMDD as a date: years from 70 are of the last century. None when it is no date."""
    if len(text) != 6 or not (text.isascii() and text.isdecimal()):
        return None
    year = int(text[:2])
    try:
        return date(year + (1900 if year >= 70 else 2000), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def read_funds(fields: Fields, amount: int | None, file: BankFile, line: int) -> str:
    """Read the funds type and what follows it; return the type.

    Z, 0, 1 and 2 stand alone. V is followed by a day and a time, S by three amounts, D by a count and as
    many pairs of days and amounts; the parts of S and D have to make the amount.
    """
    funds = fields.next().upper()
    if funds not in FUNDS:
        note_problem(
            file, line, "funds", f"The funds type is {funds[:3]!r}; expected Z, 0, 1, 2, V, S or D."
        )
        return funds
    if funds == "V":
        valued_on, _time = fields.next(), fields.next()
        if valued_on and date_of(valued_on) is None:
            note_problem(file, line, "date", "The value date is not in the calendar.")
    elif funds == "S":
        parts = [amount_of(fields.next(), file, line, "An availability") for _days in range(3)]
        _check_parts([part or 0 for part in parts], amount, file, line)
    elif funds == "D":
        _check_parts(_distribution(fields, file, line), amount, file, line)
    return funds


def _distribution(fields: Fields, file: BankFile, line: int) -> list[int]:
    count = count_of(fields.next(), file, line, "The number of distributions") or 0
    parts = []
    for _part in range(min(count, DISTRIBUTIONS_AT_MOST)):
        if fields.is_exhausted:
            note_problem(file, line, "funds", f"{count} distributions are announced, fewer follow.")
            break
        count_of(fields.next(), file, line, "The days of a distribution")
        parts.append(amount_of(fields.next(), file, line, "A distribution") or 0)
    return parts


def _check_parts(parts: list[int], amount: int | None, file: BankFile, line: int) -> None:
    if sum(parts) != (amount or 0):
        note_problem(
            file,
            line,
            "funds",
            f"The parts by availability make {sum(parts)}, the amount is {amount or 0}.",
        )
