"""What is filed in a quarter, and what is done about each dispute and when, drawn from one seed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from openmember.grievances.types import Care, Kind, Law, Level, Matter, Outcome, Track

PLACES = ("CA", "CO", "GA", "HI", "MD", "VA", "DC", "OR", "WA")
REGIONS = {
    "CA": "california", "CO": "colorado", "GA": "georgia", "HI": "hawaii", "MD": "mid-atlantic",
    "VA": "mid-atlantic", "DC": "mid-atlantic", "OR": "northwest", "WA": "washington",
}  # fmt: skip
_CARES = {
    Matter.APPEAL: (Care.PRE_SERVICE, Care.POST_SERVICE),
    Matter.GRIEVANCE: (Care.SERVICE,),
    Matter.DETERMINATION: (Care.PRE_SERVICE, Care.POST_SERVICE),
    Matter.BILLING: (Care.POST_SERVICE,),
}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does so long after the dispute came, or as soon after as there is somebody."""

    after: timedelta
    kind: Kind
    detail: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """A dispute that comes in the quarter. `mark` finds it again, whatever crashed."""

    mark: str
    at: datetime
    track: Track
    member_id: int
    expedited: bool
    deeds: tuple[Deed, ...]


def draw(
    count: int, *, first: datetime, days: int, members: dict[str, list[int]], random: Random
) -> list[Filed]:
    """Return the disputes of a quarter in the order in which they come."""
    found = [_one(number, first, days, members, random) for number in range(count)]
    return sorted(found, key=lambda one: (one.at, one.mark))


def _one(
    number: int, first: datetime, days: int, members: dict[str, list[int]], random: Random
) -> Filed:
    matter = random.choices(list(_CARES), (5, 4, 3, 1))[0]
    law = random.choice(list(Law))
    place = random.choice(PLACES)
    care = random.choice(_CARES[matter])
    if law is Law.PART_D and matter is not Matter.GRIEVANCE:
        care = Care.DRUG
    levels = 2 if law in {Law.GROUP, Law.SELF_FUNDED} and random.random() < 0.3 else 1
    # No more filed in the last third: what was begun is to be seen through.
    at = first + timedelta(minutes=random.randrange(days * 24 * 60 * 2 // 3))
    expedited = matter is not Matter.BILLING and random.random() < 0.15
    return Filed(
        f"Q{number:06d}", at, Track(matter, law, place, care, levels), random.choice(members[place]),
        expedited, tuple(_deeds(matter, law, expedited, random)),
    )  # fmt: skip


def _deeds(matter: Matter, law: Law, expedited: bool, random: Random) -> list[Deed]:
    """Most are decided in time, some late, some never; a deed the law refuses is left out when it is tried."""
    unit = _HOUR if expedited else timedelta(days=1)
    whole = random.choice((2, 5, 8, 12, 20, 25, 29, 31, 40, 70))
    found = [Deed(random.randint(1, 4) * unit, Kind.ACKNOWLEDGED)]
    if not expedited and random.random() < 0.1:
        found.append(Deed(random.randint(2, 9) * unit, Kind.EXPEDITED))
    if random.random() < 0.2:
        found.append(
            Deed(whole * unit / 3, Kind.EXTENDED, (("days", random.choice((14, 15, 16))),))
        )
    if random.random() < 0.25:
        found.append(Deed(whole * unit / 2, Kind.TOLLED))
        found.append(Deed(whole * unit / 2 + random.randint(2, 30) * unit, Kind.RESUMED))
    if random.random() < 0.93:
        found += _decided(matter, law, whole * unit, random)
    return sorted(found, key=lambda one: one.after)


def _decided(matter: Matter, law: Law, after: timedelta, random: Random) -> list[Deed]:
    if matter is Matter.GRIEVANCE:
        return [Deed(after, Kind.DECIDED, (("outcome", Outcome.ANSWERED.value),))]
    outcome = random.choice((Outcome.UPHELD, Outcome.UPHELD, Outcome.OVERTURNED, Outcome.DISMISSED))
    found = [Deed(after, Kind.DECIDED, (("outcome", outcome.value),))]
    later = after + timedelta(hours=random.randint(1, 200))
    if outcome is Outcome.OVERTURNED:
        found.append(Deed(later, Kind.EFFECTUATED))
    elif outcome is Outcome.DISMISSED and random.random() < 0.3:
        found.append(Deed(later, Kind.VACATED))
    elif random.random() < 0.4:
        level = Level.IRE if law in {Law.MEDICARE_ADVANTAGE, Law.PART_D} else Level.EXTERNAL
        found.append(Deed(later, Kind.ESCALATED, (("level", level.value),)))
        found.append(
            Deed(later + timedelta(days=9), Kind.DECIDED, (("outcome", Outcome.UPHELD.value),))
        )
    return found
