"""Red flags in anything a person types: emergencies, violence, self-harm, and what a nurse should hear.

Deterministic and tuned to miss nothing: it looks for words near one another, in English, Spanish and Chinese
at once, whatever language the page is in. A flag is let go only where it is denied right before it ("no chest
pain"), or where it stands next to words of paperwork or the past and nothing says that it is happening now.
"""

from collections.abc import Iterator
from itertools import product

from openmember.safety.patterns import SPELT, Pattern, Spelt, Term, spelt_patterns, written_patterns
from openmember.safety.spelling import read_typed
from openmember.safety.text import Reading, han_of, has_han
from openmember.safety.text import read as read_text
from openmember.safety.types import WEIGHT, Finding, Kind

# Words between the first and the last word of a pattern, at most.
WINDOW = 7
# How near paperwork stands to a flag that is about it, in words and in characters.
NEAR, NEAR_HAN = 5, 12
READ_AT_MOST = 20_000
_NEVER_PAPERWORK = frozenset({Kind.SELF_HARM, Kind.VIOLENCE})

Span = tuple[int, int]


def detect(text: str) -> Finding | None:
    """Return the gravest red flag of a text, or None."""
    return gravest(list_findings(text))


def gravest(found: list[Finding]) -> Finding | None:
    """Return the gravest of some red flags, or None."""
    return min(found, key=lambda one: WEIGHT[one.kind]) if found else None


def list_findings(text: str) -> list[Finding]:
    """Return every red flag of a text, each once."""
    return findings_in(read_text(text[:READ_AT_MOST]))


def findings_in(reading: Reading) -> list[Finding]:
    """Return every red flag of a text that was read already, each once."""
    found: dict[str, Finding] = {}
    for language in SPELT:
        for one in _in_words(language, reading.words):
            found.setdefault(one.code, one)
    if has_han(reading.plain):
        for one in _in_han(han_of(reading.plain)):
            found.setdefault(one.code, one)
    return list(found.values())


def _in_words(language: str, typed: list[str]) -> Iterator[Finding]:
    patterns = spelt_patterns(language)
    parts = [part for word in typed for part in read_typed(language, word)]
    words, read = [word for word, _names in parts], [names for _word, names in parts]
    present = frozenset[str]().union(*read)
    raised: set[str] = set()
    for start in [name for name in present if name in patterns.starting]:
        for pattern in patterns.starting[start]:
            if pattern.code in raised or any(map(present.isdisjoint, pattern.sets)):
                continue
            if spans := _first_match(pattern, read, patterns):
                raised.add(pattern.code)
                first, last = min(one for one, _ in spans), max(one for _, one in spans)
                phrase = " ".join(words[first : last + 1])
                yield Finding(pattern.code, pattern.kind, phrase, language)


def _first_match(
    pattern: Pattern, read: list[frozenset[str]], patterns: Spelt
) -> tuple[Span, ...] | None:
    places = [list(_places(term, read)) for term in pattern.terms]
    for spans in product(*places):
        taken = {at for first, last in spans for at in range(first, last + 1)}
        if len(taken) < sum(last - first + 1 for first, last in spans):
            continue
        first, last = min(taken), max(taken)
        if last - first > WINDOW:
            continue
        if not _is_let_go(pattern.kind, read, first, last, patterns):
            return spans
    return None


def _places(term: Term, read: list[frozenset[str]]) -> Iterator[Span]:
    """Find a term: its words in their order, with at most one other word between two of them."""
    for start, names in enumerate(read):
        if names.isdisjoint(term[0].names):
            continue
        at = start
        for wanted in term[1:]:
            after = range(at + 1, min(at + 2 + wanted.gap, len(read)))
            at = next((place for place in after if not read[place].isdisjoint(wanted.names)), -1)
            if at < 0:
                break
        if at >= 0:
            yield start, at


def _is_let_go(
    kind: Kind, read: list[frozenset[str]], first: int, last: int, patterns: Spelt
) -> bool:
    context = patterns.context
    before = first - 1
    while before >= 0 and not read[before].isdisjoint(context["skip"]):
        before -= 1
    if before >= 0 and not read[before].isdisjoint(context["negation"]):
        return True
    if kind in _NEVER_PAPERWORK or any(not names.isdisjoint(context["present"]) for names in read):
        return False
    around = read[max(0, first - NEAR) : last + 1 + NEAR]
    about = context["paperwork"] | context["past"]
    return any(not names.isdisjoint(about) for names in around)


def _in_han(text: str) -> Iterator[Finding]:
    patterns = written_patterns()
    simple = text.translate(patterns.simplified)
    if not patterns.any.search(simple):
        return
    is_now = patterns.context["present"].search(simple) is not None
    for code, kind, flag in patterns.flags:
        for match in flag.finditer(simple):
            if not _is_han_let_go(kind, simple, match.span(), is_now):
                yield Finding(code, kind, match.group(), "zh")
                break


def _is_han_let_go(kind: Kind, text: str, span: Span, is_now: bool) -> bool:
    context = written_patterns().context
    if context["negation"].search(text, 0, span[0]):
        return True
    if kind in _NEVER_PAPERWORK or is_now:
        return False
    around = text[max(0, span[0] - NEAR_HAN) : span[1] + NEAR_HAN]
    return any(context[name].search(around) for name in ("paperwork", "past"))
