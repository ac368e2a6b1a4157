"""Who calls in a week, when, about what, and how it goes: everything drawn from one seed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import TypeVar

T = TypeVar("T")
# Arrivals by hour of the day, from midnight on: a morning peak, a smaller one after lunch, few at night.
BY_HOUR = (1, 1, 1, 1, 1, 2, 6, 20, 60, 90, 95, 80, 60, 75, 80, 70, 55, 35, 10, 6, 4, 3, 2, 1)
BY_WEEKDAY = (130, 110, 100, 100, 95, 12, 8)
LANGUAGES = (("en", 80), ("es", 14), ("zh-hant", 6))
# What they call about, with the facts its category asks for.
TOPICS: Mapping[str, Mapping[str, str]] = {
    "general_question": {},
    "id_card": {},
    "bill_question": {"bill": "October"},
    "payment_help": {},
    "claim_status": {"visit_on": "2026-11-02"},
    "refill_problem": {"medicine": "Metformin", "days_left": "3"},
}


class Fate(StrEnum):
    """How a call goes once it is answered."""

    ANSWERED = "answered"
    CASE = "case"
    CALLBACK = "callback"
    WARM = "warm"
    COLD = "cold"


FATES = (
    (Fate.ANSWERED, 55), (Fate.CASE, 22), (Fate.CALLBACK, 11), (Fate.WARM, 7), (Fate.COLD, 5),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One contact that must not be lost. `mark` is in what the caller says, and in no other call's."""

    mark: str
    at: datetime
    member_id: int
    category: str
    language: str
    fate: Fate
    patience: timedelta
    minutes: float
    facts: Mapping[str, str] = field(default_factory=dict)


def calls_of_a_week(
    count: int, *, monday: datetime, members: list[int], random: Random
) -> list[Call]:
    """Return so many calls, in the order of their arrival. `monday` is the week's first midnight."""
    moments = sorted(_moments(count, monday, random))
    return [_call(place, at, members, random) for place, at in enumerate(moments)]


def _moments(count: int, monday: datetime, random: Random) -> Iterator[datetime]:
    weights = [day * hour for day in BY_WEEKDAY for hour in BY_HOUR]
    for hour in random.choices(range(len(weights)), weights, k=count):
        yield monday + timedelta(hours=hour, seconds=random.uniform(0, 3600))


def _call(place: int, at: datetime, members: list[int], random: Random) -> Call:
    category = random.choice(list(TOPICS))
    return Call(
        mark=f"call-{place:06d}",
        at=at,
        member_id=random.choice(members),
        category=category,
        language=_drawn(LANGUAGES, random),
        fate=_drawn(FATES, random),
        patience=timedelta(minutes=random.expovariate(1 / 90)),
        minutes=random.uniform(0.8, 4.0),
        facts=TOPICS[category],
    )


def _drawn(weighted: tuple[tuple[T, int], ...], random: Random) -> T:
    return random.choices([one for one, _ in weighted], [weight for _, weight in weighted])[0]
