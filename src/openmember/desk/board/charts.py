"""Charts drawn as SVG, whose figures stand in the table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, COLUMN, GAP, LABELS = 150, 22, 4, 18
BAR, BAR_ROW, NAME, FIGURE = 260, 26, 236, 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or one of two beside each other, and the label under it."""

    x: float
    y: float
    width: float
    height: float
    tone: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns from the left. `title` is what a screen reader says of the picture."""

    title: str
    columns: tuple[Column, ...]
    labels: tuple[tuple[float, str], ...]
    width: float
    most: str

    @property
    def height(self) -> int:
        return HEIGHT + LABELS


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a share, with its name before and its figure after it."""

    name: str
    figure: str
    y: int
    width: float
    is_low: bool


@dataclass(frozen=True, slots=True)
class Bars:
    """Shares from the top down, and the line they are to reach."""

    title: str
    bars: tuple[Bar, ...]
    target: float

    @property
    def name_width(self) -> int:
        return NAME

    @property
    def height(self) -> int:
        return len(self.bars) * BAR_ROW

    @property
    def width(self) -> int:
        return NAME + BAR + FIGURE


def columns(
    title: str, figures: Sequence[tuple[str, Sequence[float]]], *, every: int = 1
) -> Columns:
    """Return figures as columns, those of one label beside each other; every so many labels are written."""
    most = max((value for _label, values in figures for value in values), default=0) or 1
    drawn, labels = [], []
    for place, (label, values) in enumerate(figures):
        left = place * (COLUMN + GAP)
        each = COLUMN / max(len(values), 1)
        for tone, value in enumerate(values):
            tall = round((HEIGHT - 4) * value / most, 1)
            drawn.append(
                Column(round(left + tone * each, 1), HEIGHT - tall, round(each - 1, 1), tall, tone)
            )
        if place % every == 0:
            labels.append((left, label))
    return Columns(
        title, tuple(drawn), tuple(labels), len(figures) * (COLUMN + GAP), f"{most:,.0f}"
    )


def bars(title: str, figures: Sequence[tuple[str, float | None]], target: float) -> Bars:
    """Return shares as bars; a share of nothing is left out."""
    known = [(name, value) for name, value in figures if value is not None]
    return Bars(
        title,
        tuple(
            Bar(name, f"{value:.0%}", place * BAR_ROW, round(BAR * value, 1), value < target)
            for place, (name, value) in enumerate(known)
        ),
        round(NAME + BAR * target, 1),
    )
