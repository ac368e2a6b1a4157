"""When money is surely one account's, what a person may do alone, and how payers are recognised again.

Measured by `openmember bench bank_lines`: no payment on a wrong account. See docs/adr/0012-receipts.md.
"""

import re
import unicodedata
from collections.abc import Iterable

from openmember.payments.receipts.types import Candidate, Fact, How, Verdict

# The database holds the same limit: payments_receipt_alone_cents().
ALONE_CENTS = 2_500_00

# What each way of finding needs besides itself, any one of these. A number whose check digits fit as it stands
# is enough alone. Letters read as digits fit again by their check digits, so an exact amount is enough as well.
# A number that only a repair makes fit, one without check digits and one that stands for something else need a
# name: amounts are the same for thousands. A payer somebody confirmed ranks suggestions and posts nothing.
_ANY = frozenset({Fact.NAME, Fact.AMOUNT})
_WHO = frozenset({Fact.NAME})
NEEDS: dict[How, frozenset[Fact] | None] = {
    How.SCAN_LINE: None,
    How.NUMBER: None,
    How.READ: _ANY,
    How.OTHER_LABEL: _WHO,
    How.LEGACY: _WHO,
    How.REPAIRED: _WHO,
    How.MRN: _WHO,
    How.NAME: frozenset(),
}
_RANK = list(How)
_NOT_WORDS = re.compile(r"[^A-Z0-9]+")
_PAYER_NOISE = re.compile(r"\b(?:MR|MRS|MS|DR|THE|INC|LLC|CORP|CO|LTD)\b|\d+")


def needs_second_person(receipt_cents: int) -> bool:
    """Return whether doing anything with this receipt takes two people. Splitting it changes nothing."""
    return receipt_cents > ALONE_CENTS


def is_sure(candidate: Candidate) -> bool:
    """Return whether money may be posted to this account without a person."""
    needed = NEEDS[candidate.how]
    return needed is None or bool(needed & candidate.facts)


def decide(candidates: Iterable[Candidate]) -> Verdict:
    """Return the one account that is sure, or why none is: `several`, `unsure`, `nothing`."""
    candidates = list(candidates)
    sure = [one for one in candidates if is_sure(one)]
    accounts = {one.account_number for one in sure}
    if len(accounts) == 1:
        best = min(sure, key=lambda one: _RANK.index(one.how))
        facts = "+".join(sorted(best.facts & (NEEDS[best.how] or frozenset())))
        return Verdict(accounts.pop(), f"{best.how}:{facts}" if facts else best.how.value)
    if accounts:
        return Verdict(None, "several")
    return Verdict(None, "unsure" if candidates else "nothing")


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return one candidate for each account, the likeliest first."""
    best: dict[str, Candidate] = {}
    for one in candidates:
        known = best.get(one.account_number)
        if known is None or _weight(one) < _weight(known):
            best[one.account_number] = one
    return sorted(best.values(), key=_weight)


def _weight(one: Candidate) -> tuple[bool, int, int, str]:
    return (not is_sure(one), -len(one.facts), _RANK.index(one.how), one.account_number)


def words(text: str) -> frozenset[str]:
    """Return the words of a text without accents, in capitals."""
    if not text.isascii():
        text = "".join(
            letter
            for letter in unicodedata.normalize("NFKD", text)
            if not unicodedata.combining(letter)
        )
    return frozenset(_NOT_WORDS.sub(" ", text.upper()).split())


def is_named(first: str, last: str, said: frozenset[str]) -> bool:
    """Return whether a text names somebody: the first name, and all of the last, each as a word."""
    first_words, last_words = words(first.split(" ")[0]), words(last)
    named = first_words | last_words
    return bool(first_words and last_words and max(map(len, first_words)) > 1 and named <= said)


def payer_key(payer: str, text: str) -> str:
    """Return what a payer is recognised by next time: the name, else the text without its figures."""
    said = payer.strip() or text
    plain = " ".join(_NOT_WORDS.sub(" ", said.upper()).split())
    return " ".join(_PAYER_NOISE.sub(" ", plain).split())[:80]
