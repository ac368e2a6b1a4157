"""Looking over the utterances: which say nearly what another says, and which a red flag stops."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from openmember.directory.understanding.training import Utterance
from openmember.safety.detection import list_findings
from openmember.safety.text import han_of, has_han, read

# Two texts are near when so much of what either says is in both: words, and Chinese characters.
NEAR = 0.8
# A text kept for measuring stays further from every text learned from.
NEAR_UNSEEN = 0.65
_HAN_FROM, _HAN_TO = "\u3400", "\u9fff"

Pair = tuple[Utterance, Utterance]


class _Said:
    """What was said so far, found again by the words that may not differ in a near text."""

    def __init__(self, near: float) -> None:
        self._near = near
        self._by_word: dict[str, list[tuple[frozenset[str], Utterance]]] = defaultdict(list)

    def add(self, one: Utterance) -> None:
        words = words_in(one.text)
        for word in _telling(words, self._near):
            self._by_word[word].append((words, one))

    def find_near(self, one: Utterance) -> Utterance | None:
        """Return the first text that says nearly the same."""
        words = words_in(one.text)
        for word in _telling(words, self._near):
            for others, other in self._by_word[word]:
                if nearness(words, others) >= self._near:
                    return other
        return None


def list_repeats(utterances: Iterable[Utterance]) -> list[Pair]:
    """Return the texts near one before them for the same team in the same language, each with that one."""
    said: dict[tuple[str, str], _Said] = defaultdict(lambda: _Said(NEAR))
    found: list[Pair] = []
    for one in utterances:
        before = said[one.language, one.team]
        if near := before.find_near(one):
            found.append((one, near))
        before.add(one)
    return found


def list_leaks(learned: Iterable[Utterance], unseen: Iterable[Utterance]) -> list[Pair]:
    """Return the texts kept for measuring that are near one learned from, of any team and language."""
    said = _Said(NEAR_UNSEEN)
    for one in learned:
        said.add(one)
    return [(one, near) for one in unseen if (near := said.find_near(one))]


def list_stopped(utterances: Iterable[Utterance]) -> list[dict[str, str]]:
    """Return the utterances that a red flag stops: those rightly stopped, and false alarms, to be read."""
    found: list[dict[str, str]] = []
    for one in utterances:
        if flag := next((flag for flag in list_findings(one.text) if flag.stops), None):
            said = {"language": one.language, "team": one.team, "text": one.text}
            found.append({**said, "flag": flag.code, "because of": flag.phrase})
    return found


@cache
def words_in(text: str) -> frozenset[str]:
    """Return the words and the Chinese characters of a text, each once."""
    reading = read(text)
    han = han_of(reading.plain) if has_han(reading.plain) else ""
    return frozenset([*reading.words, *(one for one in han if _HAN_FROM <= one <= _HAN_TO)])


def nearness(words: frozenset[str], others: frozenset[str]) -> float:
    """Return how much two texts share: words in both, of all words in either (Jaccard)."""
    return len(words & others) / len(words | others) if words else 0.0


def _telling(words: frozenset[str], near: float) -> list[str]:
    """Return the words of which near texts share one: more than may differ, the longest first."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return ordered[: int(len(ordered) * (1 - near)) + 1]
