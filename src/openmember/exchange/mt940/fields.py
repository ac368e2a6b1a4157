"""Single fields of an MT940 file: balances, movements, and what banks write about them."""

import re
from datetime import date
from decimal import Decimal

from openmember.exchange.mt940.types import Balance, Entry

_BALANCE = re.compile(r"(C|D)(\d{6})([A-Z]{3})(\d{1,15},\d{0,3})")
# Value date, entry date, direction, the currency's third letter, amount, type, references.
_ENTRY = re.compile(
    r"(\d{6})(\d{4})?(RC|RD|C|D)([A-Z])?(\d{1,15},\d{0,3})([A-Z][A-Z0-9]{3})(.*)", re.DOTALL
)
_COUNTED = re.compile(r"(\d{1,5})([A-Z]{3})(\d{1,15},\d{0,3})")
# German banks: ?20 to ?29 and ?60 to ?63 are the text, ?32 and ?33 the name.
_SUBFIELD = re.compile(r"\?(\d\d)")
_TEXT_FIELDS = frozenset([str(number) for number in (*range(20, 30), *range(60, 64))])
_NAME_FIELDS = frozenset({"32", "33"})
# Dutch and SEPA: words between slashes.
_WORDED = re.compile(r"/(NAME|REMI|EREF|ORDP|BENM|IBAN|BIC|TRTP|CSID|MARF|SVCL|ISDT|RTRN)/")


def date_of(text: str) -> date | None:
    """Return YYMMDD as a date: years from 70 are of the last century. None when it is no date."""
    try:
        year = int(text[:2])
        return date(year + (1900 if year >= 70 else 2000), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def amount_of(text: str) -> Decimal:
    """Return an amount with a decimal comma, as it was written but for leading zeros."""
    whole, _, part = text.partition(",")
    return Decimal(f"{int(whole)}.{part}" if part else str(int(whole)))


def balance_of(tag: str, text: str) -> Balance | None:
    """Return a balance (60, 62), or None when the text is none."""
    found = _BALANCE.fullmatch(text.strip())
    if found is None:
        return None
    mark, day, currency, amount = found.groups()
    return Balance(tag, mark, day, date_of(day), currency, amount_of(amount))


def counted_of(text: str) -> tuple[int, Decimal] | None:
    """Return how many movements and how much an interim report counts (90C, 90D)."""
    found = _COUNTED.fullmatch(text.strip())
    return (int(found[1]), amount_of(found[3])) if found else None


def entry_of(text: str, line: int) -> Entry | None:
    """Return a movement (61), or None when the text is none."""
    first, _, supplement = text.partition("\n")
    found = _ENTRY.fullmatch(first.rstrip())
    if found is None or date_of(found[1]) is None:
        return None
    customer, _, bank = found[7].partition("//")
    return Entry(
        found[3], amount_of(found[5]), found[6], _reference(customer), _reference(bank), line,
        " ".join(supplement.split()),
    )  # fmt: skip


def describe(entry: Entry, text: str) -> None:
    """Add to a movement what the bank says of it (86)."""
    joined = text.replace("\n", "")
    if _SUBFIELD.search(joined):
        pieces = _SUBFIELD.split(joined)
        parts = list(zip(pieces[1::2], pieces[2::2], strict=True))
        name = "".join(said for code, said in parts if code in _NAME_FIELDS)
        said = " ".join(said for code, said in parts if code in _TEXT_FIELDS)
    elif _WORDED.search(joined):
        pieces = _WORDED.split(joined)
        parts = list(zip(pieces[1::2], pieces[2::2], strict=True))
        name = " ".join(said for word, said in parts if word == "NAME")
        said = " ".join(said for word, said in parts if word in {"REMI", "EREF"})
    else:
        name, said = "", text.replace("\n", " ")
    entry.payer = " ".join(name.split())
    entry.text = " ".join(f"{entry.supplement} {said}".split())


def _reference(text: str) -> str:
    said = text.strip()
    return "" if said in {"NONREF", "NOTPROVIDED", ""} else said
