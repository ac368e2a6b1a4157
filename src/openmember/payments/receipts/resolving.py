"""From texts to accounts, many at once: what was found in them is looked up in sets, then the rules decide."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from openmember.kernel.sql import fetch_all, sql_text
from openmember.payments.receipts import finding, rules
from openmember.payments.receipts.types import (
    Candidate,
    Fact,
    Found,
    How,
    Suggestion,
    Verdict,
)

SQL = Path(__file__).parent / "sql"
MOST_SUGGESTIONS = 6


@dataclass(frozen=True, slots=True)
class Said:
    """What one payment says of itself."""

    payer: str
    text: str
    reference: str
    amount_cents: int

    @property
    def whole(self) -> str:
        """What the payer says, each part on a line of its own: no number goes over from one to the next."""
        return f"{self.payer}\n{self.text}"

    def found(self, finder: Callable[[str], list[Found]]) -> list[Found]:
        """Return what a finder finds in it. The payer's words count before the bank's reference."""
        found = finder(self.whole)
        if not self.reference:
            return found
        known = {one.number for one in found}
        theirs = finding.of_reference(finder(self.reference))
        return [*found, *(one for one in theirs if one.number not in known)]


@dataclass(frozen=True, slots=True)
class Known:
    """What is on file of an account."""

    people: tuple[tuple[str, str], ...]
    owed_cents: int
    open_bills: frozenset[int]


def resolve(said: Sequence[Said]) -> list[Verdict]:
    """Return for each payment its one sure account, or why there is none."""
    quick = _candidates([one.found(finding.find) for one in said])
    verdicts = [rules.decide(found) for found in quick]
    unsure = [
        place
        for place, verdict in enumerate(verdicts)
        if verdict.account_number is None and verdict.reason != "several"
    ]
    chosen = [said[place] for place in unsure]
    for place, found in zip(unsure, candidates_of(chosen), strict=True):
        verdicts[place] = rules.decide(found)
    return verdicts


def candidates_of(said: Sequence[Said]) -> list[list[Candidate]]:
    """Return for each payment the accounts its text may mean, with what else speaks for each."""
    found = _candidates([one.found(finding.find_more) for one in said])
    return _with_facts(said, found)


def suggest(said: Said) -> list[Suggestion]:
    """Return the accounts the money may be for, the likeliest first, by number, by payer and by name."""
    named = [Candidate(number, How.NAME) for number in _by_name(said)]
    paired = [
        Candidate(number, How.NAME)
        for number in _pairs([said]).get(rules.payer_key(said.payer, said.text), ())
    ]
    (numbered,) = _candidates([said.found(finding.find_more)])
    (known,) = _with_facts([said], [[*numbered, *named, *paired]])
    best = [one for one in rules.ranked(known) if one.how is not How.NAME or one.facts]
    best = best[:MOST_SUGGESTIONS]
    files = _known(one.account_number for one in best)
    return [
        Suggestion(
            one.account_number,
            " ".join(files[one.account_number].people[0]),
            one.how,
            one.facts,
            files[one.account_number].owed_cents,
        )
        for one in best
        if one.account_number in files
    ]


def _candidates(found: Sequence[Sequence[Found]]) -> list[list[Candidate]]:
    """Look numbers up: those that lead to no account are dropped."""
    asked: dict[bool, list[tuple[int, Found]]] = {True: [], False: []}
    for place, meanings in enumerate(found):
        for one in meanings:
            asked[one.how is How.MRN].append((place, one))
    candidates: list[list[Candidate]] = [[] for _one in found]
    for is_mrn, file in ((False, "numbers.sql"), (True, "mrns.sql")):
        if not asked[is_mrn]:
            continue
        numbers = [meant.number for _place, meant in asked[is_mrn]]
        for row in fetch_all(sql_text(SQL / file), {"numbers": numbers}):
            place, meant = asked[is_mrn][row.place - 1]
            candidates[place].append(Candidate(row.account_number, meant.how))
    return candidates


def _with_facts(
    said: Sequence[Said], found: Sequence[Sequence[Candidate]]
) -> list[list[Candidate]]:
    known = _known(one.account_number for candidates in found for one in candidates)
    pairs = _pairs([one for one, candidates in zip(said, found, strict=True) if candidates])
    return [
        [
            Candidate(candidate.account_number, candidate.how, facts)
            for candidate in candidates
            if candidate.account_number in known
            for facts in [_facts(one, candidate.account_number, known, pairs)]
        ]
        for one, candidates in zip(said, found, strict=True)
    ]


def _facts(
    said: Said, number: str, known: dict[str, Known], pairs: dict[str, set[str]]
) -> frozenset[Fact]:
    file, facts = known[number], set()
    said_words = rules.words(said.whole)
    if any(rules.is_named(first, last, said_words) for first, last in file.people):
        facts.add(Fact.NAME)
    if said.amount_cents in file.open_bills or said.amount_cents == file.owed_cents:
        facts.add(Fact.AMOUNT)
    if number in pairs.get(rules.payer_key(said.payer, said.text), ()):
        facts.add(Fact.PAIR)
    return frozenset(facts)


def _known(numbers: Iterable[str]) -> dict[str, Known]:
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    return {
        row.account_number: Known(
            tuple((first, last) for first, last in json.loads(row.people or "[]")),
            row.owed_cents,
            frozenset(row.open_bills or ()),
        )
        for row in fetch_all(sql_text(SQL / "facts.sql"), {"accounts": wanted})
    }


def _pairs(said: Sequence[Said]) -> dict[str, set[str]]:
    payers = sorted({rules.payer_key(one.payer, one.text) for one in said} - {""})
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for row in fetch_all(sql_text(SQL / "pairs.sql"), {"payers": payers}) if payers else ():
        pairs[row.payer].add(row.account_number)
    return pairs


def _by_name(said: Said) -> list[str]:
    spoken = finding.plain(said.whole).replace("*", " ").replace("/", " ").split()
    following = [f"{one} {two}" for one, two in pairwise(spoken)]
    rows = fetch_all(sql_text(SQL / "named.sql"), {"words": [*spoken, *following][:400]})
    return [row.account_number for row in rows]
