"""Building the model from the utterances: multinomial logistic regression, the same every time.

`python scripts/train_routing.py` writes it. Utterances are written for this product, one file a language and
team, one text a line. One in seven is kept aside to choose the temperature, at which probabilities are as often
right as they say; then all are used. Nothing here runs while members are served.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from openmember.directory.understanding.features import features_of
from openmember.directory.understanding.model import softmax
from openmember.directory.understanding.types import Model, Row
from openmember.safety.text import has_han

EPOCHS, RATE, DECAY = 18, 0.35, 1e-3
SEED = 20261129
KEPT_ASIDE = 7
# Pairs of words and three Chinese characters say something from the second text on.
LONG_SEEN_AT_LEAST, _LONG_HAN = 2, 3
SMALLEST_WEIGHT = 0.06
# Under this share a text is asked about. At the temperature chosen it means: right less often than this.
SURE_FROM = 0.45
TEMPERATURES = [0.4 + 0.05 * step for step in range(53)]


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody might say, and the team it is for."""

    team: str
    text: str
    language: str


def read_utterances(folder: Path) -> list[Utterance]:
    """Return the utterances of a folder: of each language's folder, a file for each team, a text a line."""
    return [
        Utterance(path.stem, text, path.parent.name)
        for path in sorted(folder.glob("*/*.txt"))
        for text in path.read_text(encoding="utf-8").splitlines()
    ]


def hash_of(utterances: Iterable[Utterance]) -> str:
    """Return a hash that changes with any utterance, and with how the model is built."""
    digest = hashlib.sha256(
        f"{EPOCHS} {RATE} {DECAY} {SEED} {SURE_FROM} {LONG_SEEN_AT_LEAST}".encode()
    )
    for one in utterances:
        digest.update(f"{one.team}\t{one.text}\n".encode())
    return digest.hexdigest()[:16]


def build(utterances: Sequence[Utterance]) -> Model:
    """Return the model of all utterances, with the temperature that suits those kept aside."""
    aside = [one for place, one in enumerate(utterances) if place % KEPT_ASIDE == 0]
    rest = [one for place, one in enumerate(utterances) if place % KEPT_ASIDE]
    trial = _fit(rest)
    temperature = min(TEMPERATURES, key=lambda degree: _surprise(trial, aside, degree))
    teams, bias, weights = _fit(utterances)
    return Model(
        teams=teams,
        bias=tuple(round(one, 3) for one in bias),
        weights={feature: kept for feature, row in sorted(weights.items()) if (kept := _kept(row))},
        temperature=round(temperature, 2),
        sure_from=SURE_FROM,
        made_from=hash_of(utterances),
    )


Fitted = tuple[tuple[str, ...], list[float], dict[str, list[float]]]


def _fit(utterances: Sequence[Utterance]) -> Fitted:
    teams = tuple(sorted({one.team for one in utterances}))
    rows = [(features_of(one.text), teams.index(one.team)) for one in utterances]
    seen = Counter(feature for features, _team in rows for feature in features)
    rows = [([one for one in features if _is_kept(one, seen)], team) for features, team in rows]
    weights = {feature: [0.0] * len(teams) for features, _team in rows for feature in features}
    bias = [0.0] * len(teams)
    order = Random(SEED)  # noqa: S311  the order of examples, not a secret
    for epoch in range(EPOCHS):
        order.shuffle(rows)
        for features, team in rows:
            _step(weights, bias, features, team, RATE / (1 + epoch / 3))
    return teams, bias, weights


def _is_kept(feature: str, seen: Counter[str]) -> bool:
    is_long = "+" in feature or (len(feature) == _LONG_HAN and has_han(feature))
    return not is_long or seen[feature] >= LONG_SEEN_AT_LEAST


def _step(
    weights: dict[str, list[float]], bias: list[float], features: list[str], team: int, rate: float
) -> None:
    """Move the weights of one utterance's features toward its team."""
    if not features:
        return
    rows = [weights[feature] for feature in features]
    scores = [start + sum(row[place] for row in rows) for place, start in enumerate(bias)]
    step = rate / math.sqrt(len(rows))
    for place, share in enumerate(softmax(scores, 1.0)):
        error = (1.0 if place == team else 0.0) - share
        bias[place] += 0.1 * step * error
        change = step * error
        for row in rows:
            row[place] += change - DECAY * row[place]


def _kept(row: list[float]) -> Row:
    """Return the weights of a feature that say something, each after the place of its team."""
    kept = [(place, one) for place, one in enumerate(row) if abs(one) >= SMALLEST_WEIGHT]
    return " ".join(f"{place} {round(one, 2)}" for place, one in kept)


def _surprise(fitted: Fitted, aside: Sequence[Utterance], temperature: float) -> float:
    """Return the mean negative logarithm of the probability of the right team."""
    teams, bias, weights = fitted
    total = 0.0
    for one in aside:
        rows = [weights[feature] for feature in features_of(one.text) if feature in weights]
        scores = [start + sum(row[place] for row in rows) for place, start in enumerate(bias)]
        share = softmax(scores, temperature)[teams.index(one.team)]
        total -= math.log(max(share, 1e-9))
    return total / len(aside)
