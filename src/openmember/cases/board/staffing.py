"""How many people are needed, where callers hang up: the Erlang A model, and Erlang C where nobody does.

Source: C. Palm, Research on telephone traffic carried by full availability groups (1957); O. Garnett,
A. Mandelbaum, M. Reiman, Designing a call center with impatient customers (2002).
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, exp, inf, sqrt

# Beyond this a state of the queue has no weight that a sum of floats could hold.
NEGLIGIBLE = 1e-15
# Simpson's rule, in steps over which the density of the wait changes by a tenth: then the error is below one
# caller in a million.
CHANGE_A_STEP, PANELS_AT_LEAST = 0.1, 16
PEOPLE_AT_MOST = 2000


class TooMuch(ValueError):
    """More people would be needed than any team has; the figures given are not of one."""


@dataclass(frozen=True, slots=True)
class Load:
    """Calls an hour, how long one takes, and how long a caller is ready to wait (`inf`: for ever)."""

    calls_per_hour: float
    handling_seconds: float
    patience_seconds: float = inf

    @property
    def erlangs(self) -> float:
        """How many people would be busy if nobody waited or hung up."""
        return self.calls_per_hour * self.handling_seconds / 3600


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised: a share answered within some seconds, a share at most who hang up, or both."""

    answered_share: float = 0.0
    within_seconds: int = 0
    abandoned_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What so many people make of a load. `is_stable` is not set where the queue would only grow.

    `answered_share` is of all callers, those who hang up included. `wait_seconds` is the mean of all callers,
    and `queue` how many wait at a moment.
    """

    people: int
    answered_share: float
    abandoned_share: float
    waits_share: float
    wait_seconds: float
    queue: float
    busy_share: float
    is_stable: bool = True


@lru_cache(maxsize=4096)
def people_for(load: Load, target: Target) -> Outlook:
    """Return the fewest people that keep the target, and what to expect of them. Errors: TooMuch."""
    if load.calls_per_hour <= 0:
        return Outlook(0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    # Enough for any target that can be kept: twelve deviations above the load.
    high = int(load.erlangs + 12 * sqrt(load.erlangs)) + 12
    if high > PEOPLE_AT_MOST:
        raise TooMuch(load)
    low = 1
    while low < high:
        middle = (low + high) // 2
        if _keeps(outlook(load, middle, target.within_seconds), target):
            high = middle
        else:
            low = middle + 1
    return outlook(load, low, target.within_seconds)


def outlook(load: Load, people: int, within_seconds: float) -> Outlook:
    """Return what so many people make of a load."""
    states = state_probabilities(load, people)
    if not states:
        return Outlook(people, 0.0, 0.0, 1.0, inf, inf, 1.0, is_stable=False)
    rate = load.calls_per_hour / 3600
    queue = sum((place - people) * share for place, share in enumerate(states) if place > people)
    waits = sum(states[people:])
    busy = sum(min(place, people) * share for place, share in enumerate(states)) / people
    late_free = (1 - waits) + rate * states[people - 1] * _served_within(
        load, people, within_seconds
    )
    return Outlook(
        people=people,
        answered_share=min(late_free, 1.0),
        abandoned_share=0.0 if load.patience_seconds == inf else queue / load.patience_seconds / rate,
        waits_share=waits,
        wait_seconds=queue / rate,
        queue=queue,
        busy_share=busy,
    )  # fmt: skip


def state_probabilities(load: Load, people: int) -> list[float]:
    """Return the share of time in which so many callers are there, by how many; empty where it only grows."""
    rate, served = load.calls_per_hour / 3600, 1 / load.handling_seconds
    leaving = 0.0 if load.patience_seconds == inf else 1 / load.patience_seconds
    if leaving == 0 and rate >= people * served:
        return []

    def going(there: int) -> float:
        return min(there, people) * served + max(there - people, 0) * leaving

    # Outwards from the likeliest state, so that nothing overflows however many people there are.
    likeliest = int(rate / served)
    if likeliest >= people:
        likeliest = people + (int((rate - people * served) / leaving) if leaving else 0)
    fewer = [1.0]
    for here in range(likeliest, 0, -1):
        fewer.append(fewer[-1] * going(here) / rate)
    states, total = fewer[::-1], sum(fewer)
    while True:
        share = rate / going(len(states))
        states.append(states[-1] * share)
        total += states[-1]
        if len(states) > people and share < 1 and states[-1] / (1 - share) < NEGLIGIBLE * total:
            break
    return [one / total for one in states]


def _keeps(found: Outlook, target: Target) -> bool:
    return found.is_stable and (
        found.answered_share >= target.answered_share
        and found.abandoned_share <= target.abandoned_share
    )


def _served_within(load: Load, people: int, seconds: float) -> float:
    """Return the integral, over the wait of who would never hang up, of being still there when it ends.

    Source: F. Baccelli, G. Hebuterne, On queues with impatient customers (1981): the wait's density is that
    of its beginning times exp(rate * H(x) - people * served * x), H(x) the integral of the chance to be there.
    """
    if seconds <= 0:
        return 0.0
    rate, served = load.calls_per_hour / 3600, 1 / load.handling_seconds
    leaving = 0.0 if load.patience_seconds == inf else 1 / load.patience_seconds

    def density(x: float) -> float:
        still = (1 - exp(-leaving * x)) / leaving if leaving else x
        return exp(rate * still - people * served * x - leaving * x)

    # The rate of change is monotone, so that it is greatest at one of the ends.
    ends = (rate, rate * exp(-leaving * seconds))
    changes = max(abs(end - people * served - leaving) for end in ends)
    panels = max(PANELS_AT_LEAST, 2 * ceil(seconds * changes / CHANGE_A_STEP / 2))
    step = seconds / panels
    inner = sum((4 if place % 2 else 2) * density(place * step) for place in range(1, panels))
    return (density(0) + inner + density(seconds)) * step / 3
