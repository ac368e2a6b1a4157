"""What was understood."""

from dataclasses import dataclass
from typing import NamedTuple

# Stands where a team does for what no team is there for: a stranger's question, a greeting.
NOBODY = "nobody"

# Of a feature: the place of a team and its weight, in turn (`3 0.25 7 -0.1`); other teams have none.
Row = str


class Guess(NamedTuple):
    """One team a text may be for, and how probable that is."""

    team: str
    probability: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """Teams by probability, the words that decided for the first, and whether that is sure enough to act on.

    What probabilities lack to one is that the text is for nobody here.
    """

    guesses: tuple[Guess, ...]
    words: tuple[str, ...]
    is_sure: bool

    @property
    def team(self) -> str:
        """The most probable team."""
        return self.guesses[0].team


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model: what each feature says for each team, and for nobody.

    `weights` are kept as they are read: of the many features a text has few, and only theirs are laid out.
    `made_from` is the hash of what it was built of.
    """

    teams: tuple[str, ...]
    bias: tuple[float, ...]
    weights: dict[str, Row]
    temperature: float
    sure_from: float
    made_from: str
