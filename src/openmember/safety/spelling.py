"""Which words of the patterns a typed word stands for: itself, by its stem, with a slip, or two in one."""

from functools import cache, lru_cache

from openmember.safety.patterns import spelt_patterns

# Shorter words are too near one another for slips to say anything.
_SLIPS_FROM = 5
# Of a word of four letters, only two that changed places.
_EXCHANGED_FROM = 4
_SPLIT_FROM = 7
_SHORTEST_PART = 4
# Words that are other words by a slip, and mean no danger.
_OWN_WORDS = frozenset(
    """
    cheese choose beast bleach blessed billing filling feeling breaking wedding heading leading strike strokes
    smoke store stored storm chess chart cheap check checks checked great heard beard heart hearts health
    healthy wealth board broad broth brother bother mother death deaths faith fault feint paint paints point
    plain pains train drain brain grain swelling spelling selling telling smelling sending ending spending
    treat threat thread throat coat boat float bread break breast breasts weight eight right night light fight
    short shirt sport store start shoot shot short stomach patch match watch catch latch poison prison person
    season reason parson pension tension mention infant instant tablet table bottle battle battery better
    letter bitter butter kidding killing billing milling filling willing rolling pulling polling calling
    falling stating starting staring sharing shaking making taking waking walking talking baking
    part parts party checking cooking rayed violation violations
    tiras tira tirar tipo tipos
    cuanto cuento puesto pecho hecho techo lecho derecho cobro libro sobre pobre padre madre sangre tarde
    tarjeta carta parto pardo pasta pesos presos precio preso parte corte costa corta cuenta cuenca renta
    venta vista visita lista pista plan plaza pagar pegar papel pasar pesar matar mayor menor motor mover
    morir mejor sello cuello cabello caballo cambio camino camion farmacia formacion informacion infeccion
    subsidio subsidios aparto
    afiliacion asfalto seguro seguros segura numero numeros nuevo nueva nueve noche coche leche fecha ficha
    """.split()  # noqa: SIM905  words read better than a list of strings
)


@lru_cache(maxsize=16384)
def read_typed(language: str, typed: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the word or words typed as one, each with the words of the patterns that it stands for."""
    return tuple((word, read_word(language, word)) for word in split_word(language, typed))


def read_word(language: str, typed: str) -> frozenset[str]:
    """Return the words of the patterns that a typed word stands for, stems with their star."""
    found = _exactly(language, typed)
    if found or len(typed) < _EXCHANGED_FROM or typed in _OWN_WORDS or not typed.isalpha():
        return found
    return _with_a_slip(language, typed)


def split_word(language: str, typed: str) -> tuple[str, ...]:
    """Return two words that were typed as one (chestpain), or the word itself."""
    if len(typed) < _SPLIT_FROM or read_word(language, typed) or typed in _OWN_WORDS:
        return (typed,)
    known = spelt_patterns(language).words
    if typed[0] == "i" and len(parts := split_word(language, typed[1:])) > 1:
        return parts
    for at in range(_SHORTEST_PART, len(typed) - _SHORTEST_PART + 1):
        first, rest = typed[:at], typed[at:]
        if first in known and _exactly(language, rest):
            return first, rest
    return (typed,)


def _exactly(language: str, typed: str) -> frozenset[str]:
    patterns = spelt_patterns(language)
    found = {typed} if typed in patterns.words else set()
    shortest, longest = _stem_lengths(language)
    for length in range(shortest, min(longest, len(typed)) + 1):
        if typed[:length] in patterns.stems:
            found.add(f"{typed[:length]}*")
    return frozenset(found)


@cache
def _stem_lengths(language: str) -> tuple[int, int]:
    lengths = [len(stem) for stem in spelt_patterns(language).stems]
    return min(lengths), max(lengths)


def _with_a_slip(language: str, typed: str) -> frozenset[str]:
    """Return the words one slip away: a letter too many, too few, another, or two exchanged."""
    near = _near(language)
    found: set[str] = set()
    for variant in {typed, *_shorter(typed)}:
        found |= {word for word in near.get(variant, ()) if _is_one_slip(typed, word)}
    return frozenset(name for word in found for name in _exactly(language, word))


@cache
def _near(language: str) -> dict[str, tuple[str, ...]]:
    near: dict[str, set[str]] = {}
    # What lets a flag go is read as it stands: a slip must not (from is no form).
    for word in spelt_patterns(language).raising:
        if len(word) >= _EXCHANGED_FROM:
            for variant in {word, *_shorter(word)}:
                near.setdefault(variant, set()).add(word)
    return {variant: tuple(sorted(words)) for variant, words in near.items()}


def _shorter(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _is_one_slip(typed: str, word: str) -> bool:
    """Return whether one slip leads from one word to the other. The first letter is rarely wrong."""
    if typed[0] != word[0] and typed[:2] != word[1::-1]:
        return False
    if len(typed) != len(word):
        if len(word) < _SLIPS_FROM:
            return False
        longer, shorter = (typed, word) if len(typed) > len(word) else (word, typed)
        return len(longer) - len(shorter) == 1 and shorter in _shorter(longer)
    differing = [at for at in range(len(word)) if typed[at] != word[at]]
    if len(differing) == 1:
        return len(word) >= _SLIPS_FROM
    two = 2
    return (
        len(differing) == two
        and differing[1] - differing[0] == 1
        and typed[differing[0]] == word[differing[1]]
        and typed[differing[1]] == word[differing[0]]
    )
