"""The steps of every kind of dispute and the clocks the law sets for each, from `data/steps.csv`."""

from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from openmember.grievances.types import (
    Care,
    Lapse,
    Law,
    Level,
    Matter,
    Rule,
    Speed,
    Step,
    Tolls,
    Track,
    Whose,
)
from openmember.rulebook.clocks import get_clock
from openmember.rulebook.reading import Row, read_rows
from openmember.rulebook.types import ClockActor, UnknownRule

COLUMNS = (
    "law", "place", "matter", "level", "step", "care", "speed", "levels", "clock_id", "added", "presumed",
    "tolls", "lapse",
)  # fmt: skip
# Which laws a row of each name speaks for.
FAMILIES = {
    "commercial": {Law.INDIVIDUAL, Law.GROUP, Law.SELF_FUNDED},
    "insured": {Law.INDIVIDUAL, Law.GROUP},
    "grouped": {Law.GROUP, Law.SELF_FUNDED},
    "group": {Law.GROUP},
    "medicare": {Law.MEDICARE_ADVANTAGE, Law.PART_D},
    "ma": {Law.MEDICARE_ADVANTAGE},
    "pd": {Law.PART_D},
}
_REVIEWERS = {ClockActor.IRO, ClockActor.IRE, ClockActor.REGULATOR}


@lru_cache(maxsize=100_000)
def rules_for(track: Track, level: Level, step: Step, speed: Speed) -> tuple[Rule, ...]:
    """Return the rules of a step, federal ones first. None where no law sets a clock."""
    found = [
        rule
        for rule in _by_step().get((track.matter, level, step), ())
        if track.law in FAMILIES[rule.law]
        and rule.place in {"US", track.place}
        and rule.care in {None, track.care}
        and rule.speed in {None, speed}
        and rule.levels in {None, track.levels}
    ]
    if found and whose(step, found[0]) is Whose.REVIEWER and any(r.place != "US" for r in found):
        # A state's own process takes the place of the federal one; both do not decide.
        found = [rule for rule in found if rule.place != "US"]
    return tuple(found)


def whose(step: Step, rule: Rule) -> Whose:
    """Return who acts, as the clock says."""
    return _whose(step, rule.clock_id)


@cache
def _whose(step: Step, clock_id: str) -> Whose:
    # No row of a clock says anything else than another of it: nobody proposes that.
    actor = get_clock(clock_id).actor
    # What the plan may do for so long, the member may ask it to.
    if actor is ClockActor.MEMBER or step in {Step.MORE, Step.VACATE}:
        return Whose.MEMBER
    return Whose.REVIEWER if actor in _REVIEWERS else Whose.PLAN


def read_steps(path: Path) -> tuple[Rule, ...]:
    """Return the rules of a file. Errors: BadRulebook naming file, row and column."""
    return tuple(_rule_of(row) for row in read_rows(path, COLUMNS))


@cache
def all_rules() -> tuple[Rule, ...]:
    return read_steps(Path(str(files("openmember.grievances"))) / "data" / "steps.csv")


@cache
def _by_step() -> dict[tuple[Matter, Level, Step], tuple[Rule, ...]]:
    found: dict[tuple[Matter, Level, Step], tuple[Rule, ...]] = {}
    for rule in sorted(all_rules(), key=lambda one: one.place != "US"):
        key = (rule.matter, rule.level, rule.step)
        found[key] = (*found.get(key, ()), rule)
    return found


def _rule_of(row: Row) -> Rule:
    law = row.text("law")
    if law not in FAMILIES:
        raise row.wrong("law", f"{law!r} is not one of {', '.join(FAMILIES)}")
    try:
        clock = get_clock(row.text("clock_id"))
    except UnknownRule as unknown:
        raise row.wrong("clock_id", str(unknown)) from unknown
    place = row.place("place")
    if clock.jurisdiction != place:
        raise row.wrong("place", f"{clock.id} is of {clock.jurisdiction}")
    return Rule(
        law=law,
        place=place,
        matter=row.word("matter", Matter),
        level=row.word("level", Level),
        step=row.word("step", Step),
        care=None if row.cells["care"] == "any" else row.word("care", Care),
        speed=None if row.cells["speed"] == "any" else row.word("speed", Speed),
        levels=row.whole("levels") if row.cells["levels"] else None,
        clock_id=clock.id,
        added=row.whole("added"),
        presumed=row.whole("presumed"),
        tolls=Tolls.NO if row.text("tolls") == "no" else row.word("tolls", Tolls),
        lapse=row.word("lapse", Lapse),
    )
