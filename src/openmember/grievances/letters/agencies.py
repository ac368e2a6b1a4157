"""Who outside helps or decides: what letters name. Data, read once."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from openmember.cases.categories import Words, in_language
from openmember.grievances.types import Law, Track
from openmember.rulebook.types import Confidence

LANGUAGES = {"en", "es", "zh-hant"}
ROLES = {"help", "external", "entity"}


class BadAgencies(Exception):
    """The file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency or reviewer. `phone` is empty where we are not sure of one."""

    code: str
    roles: frozenset[str]
    laws: frozenset[Law]
    place: str
    phone: str
    is_fallback: bool
    source: str
    confidence: Confidence
    first: date | None
    last: date | None
    names: Words
    whats: Words

    @property
    def name(self) -> str:
        return in_language(self.names)

    @property
    def what(self) -> str:
        return in_language(self.whats)


def agencies_for(track: Track, role: str, *, on: date) -> tuple[Agency, ...]:
    """Return who helps, or decides, in disputes of a track; of a fallback only where there is nobody else."""
    found = [
        one
        for one in all_agencies()
        if role in one.roles and track.law in one.laws and one.place in {"US", track.place}
        and (one.first or date.min) <= on <= (one.last or date.max)
    ]  # fmt: skip
    named = [one for one in found if not one.is_fallback]
    return tuple(named or found)


@cache
def all_agencies() -> tuple[Agency, ...]:
    """Return the agencies in their order. Errors: BadAgencies."""
    return read_agencies(Path(str(files("openmember.grievances"))) / "data" / "agencies.toml")


def read_agencies(path: Path) -> tuple[Agency, ...]:
    """Return the agencies of a file. Errors: BadAgencies."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["agency"]
        found = tuple(_agency(row) for row in rows)
    except (OSError, KeyError, TypeError, ValueError) as wrong:
        raise BadAgencies(f"{path.name}: {wrong}") from wrong
    for one in found:
        spoken = (one.names, one.whats)
        if (
            not one.roles
            or not one.roles <= ROLES
            or any(set(words) != LANGUAGES for words in spoken)
        ):
            raise BadAgencies(
                f"{path.name}: {one.code} needs known roles and words in each language"
            )
    return found


def _agency(row: dict[str, Any]) -> Agency:
    return Agency(
        code=str(row["code"]),
        roles=frozenset(row["roles"]),
        laws=frozenset(Law(one) for one in row["laws"]),
        place=str(row["place"]),
        phone=str(row.get("phone", "")),
        is_fallback=bool(row.get("fallback", False)),
        source=str(row["source"]),
        confidence=Confidence(row["confidence"]),
        first=row.get("from"),
        last=row.get("until"),
        names=dict(row["name"]),
        whats=dict(row["what"]),
    )
