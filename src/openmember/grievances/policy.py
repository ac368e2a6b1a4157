"""What the organisation sets for itself about disputes: warnings, groups. Data, read once."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings


class BadPolicy(Exception):
    """The file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group whose disputes are not those of an insured one with one level."""

    number: str
    self_funded: bool
    levels: int


@dataclass(frozen=True, slots=True)
class Named:
    """What the operator says of a reviewer outside: its name where no law has it, and where to send to."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The figures of `policy.toml`; the file says what each is for."""

    warn_share: float
    warn_at_least: timedelta
    warn_at_most: timedelta
    answer_at_most: timedelta
    answer_within: timedelta
    answer_fast_within: timedelta
    groups: dict[str, Group]
    acknowledge_within: timedelta
    acknowledge_fast_within: timedelta
    reviewers: dict[str, Named]


@cache
def get_policy() -> Policy:
    """Return the policy. Errors: BadPolicy."""
    return read_policy(Path(settings.GRIEVANCE_POLICY_FILE))


def read_policy(path: Path) -> Policy:
    """Return the policy of a file. Errors: BadPolicy."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        groups = [
            Group(str(row["number"]), bool(row["self_funded"]), int(row["levels"]))
            for row in given.get("group", [])
        ]
        found = Policy(
            warn_share=float(given["warn"]["share"]),
            warn_at_least=timedelta(hours=int(given["warn"]["hours_at_least"])),
            warn_at_most=timedelta(days=int(given["warn"]["days_at_most"])),
            answer_at_most=timedelta(days=int(given["answer"]["days_more_at_most"])),
            answer_within=timedelta(days=int(given["answer"]["shared_days"])),
            answer_fast_within=timedelta(days=int(given["answer"]["shared_days_expedited"])),
            groups={group.number: group for group in groups},
            acknowledge_within=timedelta(days=int(given["handoff"]["acknowledge_days"])),
            acknowledge_fast_within=timedelta(
                hours=int(given["handoff"]["acknowledge_hours_expedited"])
            ),
            reviewers={
                str(row["code"]): Named(str(row.get("name", "")), str(row.get("address", "")))
                for row in given.get("reviewer", [])
            },
        )
    except (OSError, KeyError, TypeError, ValueError, tomllib.TOMLDecodeError) as wrong:
        raise BadPolicy(f"{path.name}: {wrong}") from wrong
    if any(group.levels not in {1, 2} for group in groups):
        raise BadPolicy(f"{path.name}: a group decides once or twice")
    if min(found.answer_within, found.answer_fast_within) < timedelta(days=1):
        raise BadPolicy(f"{path.name}: a member has a day at least to answer")
    if not 0 < found.warn_share < 1:
        raise BadPolicy(f"{path.name}: a share is between 0 and 1")
    return found
