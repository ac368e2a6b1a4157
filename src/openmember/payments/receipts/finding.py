"""Finds what may be a bill pay number in the text of a payment. Pure, and made for a million texts.

`find` is the quick look: numbers whose check digits fit as they stand, and scan lines. `find_more` is the
long look, for texts that gave no account: letters read for digits, slips, old numbers, medical record numbers.

A number is sure alone only where it is all of the digits that stand together. What is cut out of a longer chain
(a card number, an IBAN, a day with a time) is as unsure as what the text calls something else.
Source: ISO/IEC 7064:2003, MOD 97-10; docs/formats/scan-line.md.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from itertools import pairwise

from openmember.accounts.rules import has_check_digits
from openmember.billing.statements.rules import BadScanLine, read_scan_line
from openmember.payments.receipts.types import Found, How

TEXT_AT_MOST = 2000
SCAN_DIGITS = 26
# Groups of digits with a sign or two between them, as people and printers write a number; two blanks end it.
_BETWEEN = r"(?!  )[ \-./_]{1,2}"
_CHAIN = re.compile(rf"\d+(?:{_BETWEEN}\d+)*")
# What only a scan line is printed as, whatever stands between its parts.
_SCAN_SHAPE = re.compile(r"(?<!\d)1[012] {0,3}\d{12} {0,3}\d{10} {0,3}\d{2}(?!\d)")
_GROUP = re.compile(r"\d+")
# The same with the letters that scanners and people take for digits.
_MISREAD = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "|": "1", "S": "5", "B": "8"})
_LOOKS = re.compile(rf"[\dOQILSB|]{{2,}}(?:{_BETWEEN}[\dOQILSB|]{{2,}})*")
_LOOKS_GROUP = re.compile(r"[\dOQILSB|]+")
_DIGITS_OF_READ = 8
# Words before a number that say it is something else.
_OTHER = re.compile(
    r"(?<![A-Z])(?:TRACE|TRN|TRC|RTN|ROUTING|ABA|IMAD|OMAD|CHIPS|FED ?REF|SSN|PHONE|TEL|FAX|INVOICE|INV|PO|DDA"
    r"|(?:FROM|ORIG|SNDR|SENDER|PAYER|DEBIT)S? ?(?:A/?C|ACCT|ACCOUNT|ID)|CHECK|CHK|CK|LOAN|CARD|CONF"
    r"|CONFIRMATION|SEQ|BATCH|ORDER|CLAIM|POLICY|ORG|ORIG|BNF|B/O|IBAN|A/C)"
    r"[ #:.=\-/]*(?:NO|NR|NUM|NUMBER|ID)?[ #:.=\-/]*$"
)
_OWN_PREFIX = re.compile(r"(?:^|[^A-Z])(?:ACCT|ACCOUNT|NO|NR|ID|BP|BPN|MEMBER|REF|BILLPAY|PAY)$")
_LABEL_LETTERS = 28
# What undoes multiplying by ten so many times, modulo 97.
_INVERSE = [pow(10, -places, 97) for places in range(12)]


def find(text: str) -> list[Found]:
    """Return the numbers whose check digits fit as they stand."""
    text = plain(text)
    found: dict[str, How] = {}
    for chain in _CHAIN.finditer(text):
        if chain.end() - chain.start() >= 12:
            for number, how in _in_chain(text, chain):
                if number not in found or how is not How.OTHER_LABEL:
                    found[number] = how
    if found:
        found |= _as_scan_lines(text, found)
    return [Found(number, how) for number, how in found.items()]


def find_more(text: str) -> list[Found]:
    """Return all that a text may mean, sure or not, each number once and the surest way."""
    text = plain(text)
    found = {one.number: one.how for one in find(text)}
    for number, how in _read(text):
        found.setdefault(number, how)
    for how, numbers in (
        (How.LEGACY, _legacy(text)),
        (How.REPAIRED, _repaired(text)),
        (How.MRN, _mrns(text)),
    ):
        for number in numbers:
            found.setdefault(number, how)
    return [Found(number, how) for number, how in found.items()]


def of_reference(found: Iterable[Found]) -> list[Found]:
    """Return what was found in the bank's own reference: it is the bank's number, whatever its digits."""
    sure = {How.SCAN_LINE, How.NUMBER, How.READ}
    return [Found(one.number, How.OTHER_LABEL) if one.how in sure else one for one in found]


def plain(text: str) -> str:
    """Return a text in capitals, with digits of any script as plain ones."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(
            str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
        )
        text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    return text[:TEXT_AT_MOST].upper()


def _as_scan_lines(text: str, found: Container[str]) -> dict[str, How]:
    """Return what the scan lines in a text are, read as one also where two blanks part them."""
    read: dict[str, How] = {}
    for shape in _SCAN_SHAPE.finditer(text):
        digits = "".join(_GROUP.findall(shape[0]))
        if checked := _of_scan_line(digits):
            read[checked] = How.SCAN_LINE
        elif digits[2:14] in found:
            read[digits[2:14]] = How.OTHER_LABEL
    return read


def _in_chain(text: str, chain: re.Match[str]) -> Iterator[tuple[str, How]]:
    groups = [(one[0], one.start(), one.end()) for one in _GROUP.finditer(text, *chain.span())]
    whole = "".join(digits for digits, _start, _end in groups)
    if len(whole) == SCAN_DIGITS and (number := _of_scan_line(whole)):
        yield number, How.SCAN_LINE
        return
    for digits, start, end in _together(groups, 12):
        if has_check_digits(digits):
            is_all = len(whole) == 12 and _is_evenly_written(text, groups)
            yield digits, _labelled(text, start, end) if is_all else How.OTHER_LABEL


def _is_evenly_written(text: str, groups: list[tuple[str, int, int]]) -> bool:
    """Return whether the same signs stand between all groups: else it is a day, a time, or two things."""
    return len({text[one[2] : other[1]] for one, other in pairwise(groups)}) <= 1


def _together(groups: list[tuple[str, int, int]], size: int) -> Iterator[tuple[str, int, int]]:
    """Yield groups that follow one another and have so many digits together, with where they stand."""
    for first, (_digits, start, _end) in enumerate(groups):
        digits = ""
        for group, _start, end in groups[first:]:
            digits += group
            if len(digits) >= size:
                if len(digits) == size:
                    yield digits, start, end
                break


def _labelled(text: str, start: int, end: int) -> How:
    before = text[max(start - _LABEL_LETTERS, 0) : start]
    if _OTHER.search(before):
        return How.OTHER_LABEL
    touches = (before[-1:].isalpha() and not _OWN_PREFIX.search(before)) or text[
        end : end + 1
    ].isalpha()
    return How.OTHER_LABEL if touches else How.NUMBER


def _of_scan_line(digits: str) -> str | None:
    try:
        return read_scan_line(digits).number
    except BadScanLine:
        return None


def _read(text: str) -> Iterator[tuple[str, How]]:
    """Numbers whose check digits fit once letters are read as the digits they look like."""
    for chain in _LOOKS.finditer(text):
        groups = [
            (one[0], one.start(), one.end()) for one in _LOOKS_GROUP.finditer(text, *chain.span())
        ]
        for first, last, written in _windows(groups):
            digits = written.translate(_MISREAD)
            is_mostly_digits = sum(map(str.isdigit, written)) >= _DIGITS_OF_READ
            start, end = groups[first][1], groups[last][2]
            touches = text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()
            if digits == written or not is_mostly_digits or touches or not has_check_digits(digits):
                continue
            # A word beside it that could be digits, as SOLIS, is a word.
            beside = "".join(one[0] for one in (*groups[:first], *groups[last + 1 :]))
            is_all = not any(map(str.isdigit, beside)) and _is_evenly_written(
                text, groups[first : last + 1]
            )
            is_other = _labelled(text, start, end) is How.OTHER_LABEL
            yield digits, How.READ if is_all and not is_other else How.OTHER_LABEL


def _windows(groups: list[tuple[str, int, int]]) -> Iterator[tuple[int, int, str]]:
    """Yield the first and the last of groups that have twelve characters together, and what is written."""
    for first in range(len(groups)):
        written = ""
        for last in range(first, len(groups)):
            written += groups[last][0]
            if len(written) >= 12:
                if len(written) == 12:
                    yield first, last, written
                break


def _whole(text: str) -> Iterator[str]:
    """The digits of each chain as a whole, and of each of its groups."""
    for chain in _CHAIN.finditer(text):
        groups = _GROUP.findall(chain[0])
        yield "".join(groups)
        if len(groups) > 1:
            yield from groups


def _legacy(text: str) -> Iterator[str]:
    """Numbers from before ours have 10 to 12 digits and nothing that checks them."""
    return (digits for digits in _whole(text) if 10 <= len(digits) <= 12)


def _mrns(text: str) -> Iterator[str]:
    for digits in _whole(text):
        stripped = digits.lstrip("0")
        if 7 <= len(stripped) <= 9 and len(digits) < 10:
            yield stripped


def _repaired(text: str) -> Iterator[str]:
    """Every number one slip away: a wrong digit, two neighbours swapped, one too few or too many."""
    for digits in _whole(text):
        if len(digits) in {11, 12, 13}:
            yield from (slip for slip in _slips(digits) if has_check_digits(slip))


def _slips(digits: str) -> Iterator[str]:
    """What one slip could have made these digits of. Which digit makes the whole 1 modulo 97 is reckoned, not
    tried: texts are many."""
    if len(digits) == 13:
        yield from (digits[:place] + digits[place + 1 :] for place in range(13))
        return
    if len(digits) == 11:
        for place in range(12):
            without = int(digits[:place] + "0" + digits[place:])
            yield from _with_digit(digits[:place], without, digits[place:])
        return
    whole = int(digits)
    for place in range(12):
        without = whole - int(digits[place]) * 10 ** (11 - place)
        yield from _with_digit(digits[:place], without, digits[place + 1 :])
    for place in range(11):
        left, right = digits[place], digits[place + 1]
        if (whole + (int(right) - int(left)) * 9 * 10 ** (10 - place)) % 97 == 1:
            yield digits[:place] + right + left + digits[place + 2 :]


def _with_digit(before: str, without: int, after: str) -> Iterator[str]:
    """Put the digit between two parts that makes the check digits fit, if there is one."""
    digit = (1 - without) * _INVERSE[len(after)] % 97
    if digit <= 9:
        yield f"{before}{digit}{after}"
