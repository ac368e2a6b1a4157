"""What a change of law does to the dates of open disputes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

NUMBERS_KEPT = 50


class Task(StrEnum):
    """What a run does with what it finds."""

    SURVEY = "survey"  # counts it
    RECOMPUTE = "recompute"  # keeps it


class Way(StrEnum):
    """Where a date goes."""

    EARLIER = "earlier"
    LATER = "later"
    NEW = "new"  # there was none
    NONE = "none"  # there is none any more


class What(NamedTuple):
    """Which dates: of a clock, under a law, in a state."""

    clock_id: str
    step: str
    law: str
    place: str


@dataclass(slots=True)
class Effect:
    """What was looked at and what is not as the rulebook has it.

    `dates` counts those that are not met yet. `numbers` are the first cases that change, `unfit` the first
    whose log the rulebook of now would not take, `unfits` how many those are in all: they stay as they are, and
    somebody has to look at them.
    """

    looked: int = 0
    changed: int = 0
    dates: Counter[tuple[What, Way]] = field(default_factory=Counter)
    numbers: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)
    unfits: int = 0

    def add(self, other: "Effect") -> None:
        """Take in what another part found."""
        self.looked += other.looked
        self.changed += other.changed
        self.dates.update(other.dates)
        self.numbers = [*self.numbers, *other.numbers][:NUMBERS_KEPT]
        self.unfit = [*self.unfit, *other.unfit][:NUMBERS_KEPT]
        self.unfits += other.unfits

    @property
    def moved(self) -> int:
        """How many dates change."""
        return self.dates.total()

    def by_what(self) -> list[tuple[What, dict[Way, int]]]:
        """Return how many dates go where, by clock, law and state; the most first."""
        found: dict[What, dict[Way, int]] = {}
        for (what, way), count in self.dates.items():
            found.setdefault(what, dict.fromkeys(Way, 0))[way] += count
        return sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0]))

    def as_json(self) -> dict[str, object]:
        return {
            "looked": self.looked,
            "changed": self.changed,
            "dates": [[*what, way.value, count] for (what, way), count in self.dates.items()],
            "numbers": self.numbers,
            "unfit": self.unfit,
            "unfits": self.unfits,
        }

    @staticmethod
    def of_json(kept: Mapping[str, Any]) -> "Effect":
        return Effect(
            looked=kept["looked"],
            changed=kept["changed"],
            dates=Counter({(What(*row[:4]), Way(row[4])): row[5] for row in kept["dates"]}),
            numbers=list(kept["numbers"]),
            unfit=list(kept["unfit"]),
            unfits=int(kept.get("unfits", len(kept["unfit"]))),
        )

    @staticmethod
    def of_all(parts: Iterable["Effect"]) -> "Effect":
        whole = Effect()
        for one in parts:
            whole.add(one)
        return whole


@dataclass(frozen=True, slots=True)
class Run:
    """One run over the open disputes; `effect` is that of the parts done so far."""

    id: int
    task: Task
    rulebook: str
    started_at: datetime
    ended_at: datetime | None
    started_by: str
    parts: int
    done: int
    effect: Effect
