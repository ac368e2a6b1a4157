"""The unauthorised-return rate over time, as columns under a line. The figures stand in the table beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openmember.payments.ach.types import RatePoint

WIDTH, HEIGHT = 560, 150
TOP, BOTTOM, LEFT = 16, 126, 44
_GAP = 6


@dataclass(frozen=True, slots=True)
class Column:
    """One day's rate: where its column stands, and whether it is over the limit."""

    on: date
    x: float
    y: float
    width: float
    height: float
    is_over: bool
    is_labelled: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class RateChart:
    """Columns from left to right, and the height of the limit."""

    columns: tuple[Column, ...]
    limit_y: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = BOTTOM


def rate_chart(points: Sequence[RatePoint], limit_percent: Decimal) -> RateChart:
    """Return the rates as columns; the limit, or the highest of them, is near the top."""
    most = max([limit_percent * Decimal("1.25"), *(point.percent for point in points)])
    room = (WIDTH - LEFT) / max(len(points), 1)
    return RateChart(
        columns=tuple(
            Column(
                on=point.on,
                x=round(LEFT + place * room + _GAP / 2, 1),
                y=round(_y(point.percent, most), 1),
                width=round(room - _GAP, 1),
                height=round(BOTTOM - _y(point.percent, most), 1),
                is_over=point.percent > limit_percent,
                # Every third, and the last: more would not fit on a phone.
                is_labelled=(len(points) - 1 - place) % 3 == 0,
            )
            for place, point in enumerate(points)
        ),
        limit_y=round(_y(limit_percent, most), 1),
    )


def _y(percent: Decimal, most: Decimal) -> float:
    return float(BOTTOM - (BOTTOM - TOP) * percent / most)
