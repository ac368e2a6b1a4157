"""Bars drawn as SVG: plain rectangles whose figures stand in the table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

LABEL_WIDTH, BAR_WIDTH, AMOUNT_WIDTH = 150, 320, 130
ROW_HEIGHT, BAR_HEIGHT = 28, 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it begins, how long it is, and the figure at its end."""

    label: str
    cents: int
    y: int
    width: float
    tone: int

    @property
    def text_y(self) -> int:
        return self.y + BAR_HEIGHT - 4

    @property
    def amount_x(self) -> float:
        return LABEL_WIDTH + self.width + 6


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the top down. `title` is what a screen reader says of the picture."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        return LABEL_WIDTH + BAR_WIDTH + AMOUNT_WIDTH

    @property
    def height(self) -> int:
        return max(len(self.bars), 1) * ROW_HEIGHT

    @property
    def label_width(self) -> int:
        return LABEL_WIDTH


def chart(title: str, figures: Sequence[tuple[str, int]]) -> Chart:
    """Return the figures as bars, the longest as long as there is room. The sign is shown by the tone."""
    most = max((abs(cents) for _label, cents in figures), default=0) or 1
    return Chart(
        title,
        tuple(
            Bar(
                label, cents, place * ROW_HEIGHT + (ROW_HEIGHT - BAR_HEIGHT) // 2,
                round(BAR_WIDTH * abs(cents) / most, 1), -1 if cents < 0 else 1,
            )
            for place, (label, cents) in enumerate(figures)
        ),
    )  # fmt: skip
