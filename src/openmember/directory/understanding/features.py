"""The features of a text: words, pairs and beginnings of words; one to three Chinese characters."""

from itertools import pairwise

from openmember.safety.patterns import written_patterns
from openmember.safety.text import Reading, han_of, has_han, read

# Longer texts say no more about what they are about.
WORDS_AT_MOST, HAN_AT_MOST = 80, 160
_STEM = 5
# Words in nearly every sentence say nothing alone; beside another word they do.
_COMMON = frozenset(
    """
    a an and are as at be been but by can could did do does for from get got had has have how i if im in is it
    its ive just me my no not of on or our please she so some that the their them there they this to too up us
    want was we were what when where which who why will with would yes you your need id he him her his hello
    al como con cual cuando cuanto de del donde el ella en es esta estan este esto ha hay la las le les lo los
    me mi mis muy o para pero por porque que quien se ser si sin sobre su sus te tengo tiene tu un una uno unos
    y ya yo quiero necesito puedo puede hola favor soy estoy
    """.split()  # noqa: SIM905  words read better than a list of strings
)
_HAN_FROM, _HAN_TO = "\u3400", "\u9fff"


def features_of(text: str) -> list[str]:
    """Return the features of a text, each once. `+` joins a pair, `~` ends the beginning of a word."""
    return features_in(read(text))


def features_in(reading: Reading) -> list[str]:
    """Return the features of a text that was read already, each once."""
    simple, words = reading.plain, reading.words[:WORDS_AT_MOST]
    telling = [word for word in words if word not in _COMMON]
    found = set(telling)
    found.update([f"{first}+{then}" for first, then in pairwise(words)])
    found.update([f"{word[:_STEM]}~" for word in telling if len(word) > _STEM])
    if has_han(simple):
        found.update(_of_han(han_of(simple)))
    return sorted(found)


def _of_han(text: str) -> set[str]:
    """Return single Chinese characters, and two and three that follow one another."""
    text = text.translate(written_patterns().simplified)[:HAN_AT_MOST]
    found: set[str] = set()
    run = ""
    for letter in f"{text} ":
        if _HAN_FROM <= letter <= _HAN_TO:
            run += letter
            continue
        for length in (1, 2, 3):
            found.update(run[at : at + length] for at in range(len(run) - length + 1))
        run = ""
    return found
