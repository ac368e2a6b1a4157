"""Who reviews a dispute outside the plan: by law, state, level and day. Data, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openmember.grievances.handoffs.types import ToSend
from openmember.grievances.policy import get_policy
from openmember.grievances.types import Dispute, Kind, Law, Level, Step, Track
from openmember.rulebook.types import Confidence


class BadReviewers(Exception):
    """The file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """An organization outside. `name` and `address` are empty where nobody named them yet."""

    code: str
    name: str
    laws: frozenset[Law]
    place: str
    level: Level
    from_on: date | None
    until_on: date | None
    confidence: Confidence
    source: str
    address: str = ""

    def holds(self, track: Track, level: Level, on: date) -> bool:
        return (
            track.law in self.laws
            and level is self.level
            and self.place in {"US", track.place}
            and (self.from_on is None or self.from_on <= on)
            and (self.until_on is None or on <= self.until_on)
        )


def reviewers_for(*, track: Track, level: Level, on: date) -> tuple[Reviewer, ...]:
    """Return who may get the file, the likeliest first, with what the operator says of them."""
    found = [one for one in list_reviewers() if one.holds(track, level, on)]
    found.sort(key=lambda one: one.place == "US")
    return tuple(_as_named(one) for one in found)


def reviewers_at(dispute: Dispute, wanted: ToSend, *, now: datetime) -> tuple[Reviewer, ...]:
    """Return who may get what is to be sent; of a level that has it, who reviewed on the day it came."""
    standing = dispute.standing
    came_at = next(
        (
            datetime.fromisoformat(
                str(one.event.detail.get("received_at") or one.event.at.isoformat())
            )
            for one in reversed(dispute.events)
            if one.event.kind is Kind.ESCALATED
        ),
        standing.received_at,
    )
    moment = now if wanted.step is Step.FORWARD else came_at
    on = moment.astimezone(ZoneInfo(standing.zone)).date()
    return reviewers_for(track=standing.track, level=wanted.level, on=on)


@cache
def list_reviewers() -> tuple[Reviewer, ...]:
    """Return the reviewers in their order. Errors: BadReviewers."""
    return read_reviewers(Path(str(files("openmember.grievances"))) / "data" / "reviewers.toml")


def read_reviewers(path: Path) -> tuple[Reviewer, ...]:
    """Return the reviewers of a file. Errors: BadReviewers."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["reviewer"]
        found = tuple(_reviewer(row) for row in rows)
    except (OSError, KeyError, TypeError, ValueError) as wrong:
        raise BadReviewers(f"{path.name}: {wrong}") from wrong
    if len({one.code for one in found}) != len(found):
        raise BadReviewers(f"{path.name}: a code is there twice")
    for one in found:
        if one.level not in {Level.EXTERNAL, Level.IRE}:
            raise BadReviewers(f"{path.name}: {one.code} reviews at no level outside")
        if one.from_on and one.until_on and one.from_on > one.until_on:
            raise BadReviewers(f"{path.name}: {one.code} ends before it begins")
    return found


def _reviewer(row: Mapping[str, Any]) -> Reviewer:
    return Reviewer(
        code=str(row["code"]), name=str(row.get("name", "")),
        laws=frozenset(Law(one) for one in row["laws"]), place=str(row["place"]),
        level=Level(row["level"]), from_on=row.get("from_on"), until_on=row.get("until_on"),
        confidence=Confidence(row["confidence"]), source=str(row["source"]),
    )  # fmt: skip


def _as_named(one: Reviewer) -> Reviewer:
    named = get_policy().reviewers.get(one.code)
    if named is None:
        return one
    return replace(one, name=named.name or one.name, address=named.address)
