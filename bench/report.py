"""What a benchmark answers: figures for orientation, and bars that hold or do not."""

from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio or count with its bound: at least, or at most, `bound`."""

    name: str
    value: float
    bound: float
    at_most: bool = False

    @property
    def holds(self) -> bool:
        return self.value <= self.bound if self.at_most else self.value >= self.bound


@dataclass(slots=True)
class Report:
    """One benchmark's answer."""

    name: str
    figures: dict[str, float] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)


def paired_ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of the ratios of runs that stood side by side; noise hits both of a pair."""
    return median(our / their for our, their in zip(ours, theirs, strict=True))
