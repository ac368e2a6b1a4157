"""How many calls will come, by half hour, and how far such forecasts were off.

The mean of the same weekday and half hour of the last weeks: the seasonal moving average. Source: J. W. Taylor,
A comparison of univariate time series methods for forecasting intraday arrivals at a call center, Management
Science 54 (2008), which found it hard to beat for more than two or three days ahead. It can be explained: every
figure is the mean of figures that anybody can look up.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

HALF_HOURS = 48
_WEEK = timedelta(days=7)

# Calls by day and half hour of the day (0 is midnight to half past).
History = Mapping[tuple[date, int], int]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of a day, by half hour. `from_days` are those it is the mean of."""

    on: date
    calls: tuple[float, ...]
    from_days: tuple[date, ...]

    @property
    def total(self) -> float:
        return sum(self.calls)


@dataclass(frozen=True, slots=True)
class Backtest:
    """How far forecasts were off: the share of all calls that was misplaced, by half hour and by day.

    `bias` is the share by which too many (above zero) or too few were foreseen.
    """

    days: int
    calls: int
    half_hour_error: float
    day_error: float
    bias: float


def forecast(
    history: History, on: date, *, weeks: int, first: date, closed: Collection[date] = ()
) -> Forecast:
    """Return what a day will bring, from the same weekday of so many weeks before it.

    Shape:  days before `first` were not recorded; days in `closed` (holidays) say nothing of others. No day
            left: no forecast, and `from_days` is empty.
    """
    days = tuple(
        day for count in range(1, weeks + 1)
        if (day := on - count * _WEEK) >= first and day not in closed
    )  # fmt: skip
    if not days:
        return Forecast(on, (0.0,) * HALF_HOURS, ())
    calls = tuple(
        sum(history.get((day, half), 0) for day in days) / len(days) for half in range(HALF_HOURS)
    )
    return Forecast(on, calls, days)


def backtest(
    history: History,
    *,
    since: date,
    until: date,
    weeks: int,
    first: date,
    closed: Collection[date] = (),
) -> Backtest | None:
    """Return how well each day from `since` to before `until` would have been foreseen a week earlier.

    None where no day can be judged, or nobody called.
    """
    judged, came, misplaced, day_off, foreseen = 0, 0, 0.0, 0.0, 0.0
    for count in range((until - since).days):
        day = since + timedelta(days=count)
        guess = forecast(history, day, weeks=weeks, first=first, closed=closed)
        if day in closed or not guess.from_days:
            continue
        real = [history.get((day, half), 0) for half in range(HALF_HOURS)]
        judged += 1
        came += sum(real)
        foreseen += guess.total
        misplaced += sum(abs(a - b) for a, b in zip(real, guess.calls, strict=True))
        day_off += abs(sum(real) - guess.total)
    if not came:
        return None
    return Backtest(judged, came, misplaced / came, day_off / came, (foreseen - came) / came)
