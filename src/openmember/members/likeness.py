"""How like a typed name is to one on file. Words are compared as the database folds them."""

from collections.abc import Sequence

# How many slips words of at least so many letters may have.
SLIPS = ((9, 3), (6, 2), (3, 1), (0, 0))
PREFIX_LETTERS = 3
_PREFIX, _SLIP = 1, 2


def is_like(typed: str, word: str) -> bool:
    """Return whether somebody who typed the one may have meant the other."""
    return _cost(typed, word, prefix_letters=PREFIX_LETTERS) is not None


def unlikeness(typed: Sequence[str], words: Sequence[str]) -> int | None:
    """Return how far typed words are from a name's, 0 where all are in it; None where one fits nothing.

    Shape: each word of the name answers for one typed word. A word may be only begun, but not all of them.
    """
    left, total, is_named = list(words), 0, False
    for one in sorted(typed, key=len, reverse=True):
        costs = [(cost, word) for word in left if (cost := _cost(one, word)) is not None]
        if not costs:
            return None
        cost, word = min(costs)
        left.remove(word)
        total += cost
        is_named |= cost != _PREFIX or len(one) >= PREFIX_LETTERS
    return total if is_named else None


def distance(one: str, other: str, most: int) -> int:
    """Return how many slips lead from one word to the other, or `most` + 1 where more than `most` do.

    A slip is a letter more, less or other, or two neighbours swapped (optimal string alignment).
    """
    # Told before counting, because almost all that are asked about are far apart: a slip changes two letters.
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, last, row = row, before, [place]
        for at, known in enumerate(other, 1):
            steps = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != known))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == known:
                steps = min(steps, last[at - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return most + 1
    return row[-1]


def _cost(typed: str, word: str, *, prefix_letters: int = 1) -> int | None:
    if typed == word:
        return 0
    if len(typed) >= prefix_letters and word.startswith(typed):
        return _PREFIX
    allowed = next(slips for letters, slips in SLIPS if len(typed) >= letters)
    slips = distance(typed, word, allowed) if allowed else 1
    return _SLIP + slips if slips <= allowed else None
