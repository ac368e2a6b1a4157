"""Understanding a text with the model that was built from the utterances. No library, no network, no chance."""

import json
import math
from functools import cache
from operator import attrgetter
from pathlib import Path

from openmember.directory.reading import BadDirectory, folder
from openmember.directory.understanding.features import features_in
from openmember.directory.understanding.types import NOBODY, Guess, Model, Row, Understanding
from openmember.safety.text import Reading, read

FILE = "weights.json"
WORDS_SHOWN = 4
_probability = attrgetter("probability")
# Less than this says nothing: a text without one known word is no text about us.
_FEATURES_AT_LEAST = 1


def understand(text: str) -> Understanding:
    """Return what a text is about, teams by probability. Errors: BadDirectory."""
    return understand_in(read(text))


def understand_in(reading: Reading) -> Understanding:
    """Return what a text that was read already is about. Errors: BadDirectory."""
    return understand_with(_model_of(folder()), features_in(reading))


@cache
def _model_of(place: Path) -> Model:
    return read_model(place / FILE)


@cache
def read_model(path: Path) -> Model:
    """Return the model of a file. Errors: BadDirectory."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Model(
            teams=tuple(facts["teams"]),
            bias=tuple(facts["bias"]),
            weights=facts["weights"],
            temperature=facts["temperature"],
            sure_from=facts["sure_from"],
            made_from=facts["made_from"],
        )
    except (OSError, ValueError, KeyError) as wrong:
        raise BadDirectory(f"{path.name}: {wrong}") from wrong


def understand_with(model: Model, features: list[str]) -> Understanding:
    """Return what a text with these features is about according to one model."""
    width = len(model.teams)
    known = [(one, _row(model.weights[one], width)) for one in features if one in model.weights]
    scores: list[float] = list(
        map(sum, zip(model.bias, *(row for _feature, row in known), strict=True))
    )
    shares = softmax(scores, model.temperature)
    told = [guess for guess in map(Guess, model.teams, shares) if guess.team != NOBODY]
    guesses = sorted(told, key=_probability, reverse=True)
    best = guesses[0]
    sure = best.probability >= model.sure_from and len(known) >= _FEATURES_AT_LEAST
    return Understanding(tuple(guesses), _deciding(known, model.teams.index(best.team)), sure)


def softmax(scores: list[float], temperature: float) -> list[float]:
    """Return the probabilities of scores; a higher temperature makes them more alike."""
    highest = max(scores)
    powers = [math.exp((score - highest) / temperature) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _row(said: Row, width: int) -> list[float]:
    """Return a weight for each team."""
    row = [0.0] * width
    parts = said.split()
    for place, weight in zip(parts[::2], parts[1::2], strict=True):
        row[int(place)] = float(weight)
    return row


def _deciding(known: list[tuple[str, list[float]]], place: int) -> tuple[str, ...]:
    """Return the features that spoke most for a team, as they were read in the text."""
    said = sorted((-row[place], feature) for feature, row in known)
    best = [feature for weight, feature in said[:WORDS_SHOWN] if weight < 0]
    return tuple(feature.replace("+", " ").replace("~", "…") for feature in best)
