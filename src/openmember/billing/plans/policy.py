"""Reading the organisation's policy file, once, and refusing one that cannot be right."""

import tomllib
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from openmember.billing.plans.types import Band, Policy
from openmember.billing.types import Line

OURS = Path(__file__).parent / "data" / "policy.toml"


class BadPolicy(Exception):
    """The policy file is wrong; the message says where."""


@cache
def get_policy() -> Policy:
    """Return the configured policy. Errors: BadPolicy."""
    return read_policy(Path(getattr(settings, "PLAN_POLICY_FILE", OURS)))


def read_policy(path: Path) -> Policy:
    """Return the policy a file describes. Errors: BadPolicy, naming the value at fault."""
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        policy = Policy(
            version=facts["version"],
            lines=frozenset(Line(line) for line in facts["lines"]),
            minimum_monthly_cents=_cents(facts["minimum_monthly"]),
            down_payment_percent=_whole(facts, "down_payment_percent", 0, 90),
            first_due_after_days=_whole(facts, "first_due_after_days", 1, 60),
            grace_days=_whole(facts, "grace_days", 0, 60),
            notice_days=_whole(facts, "notice_days", 0, 89),
            bands=tuple(_band(band) for band in facts["band"]),
            affordable_states=frozenset(facts["affordable"]["states"]),
            affordable_amount=facts["affordable"]["amount"],
            lapse_days=_whole(facts["lapse"], "all_missed_days", 1, 3650),
            lapse_citation=facts["lapse"]["citation"],
            lapse_confidence=facts["lapse"]["confidence"],
        )
    except KeyError as missing:
        raise BadPolicy(f"{path.name}: {missing} is missing") from missing
    except (tomllib.TOMLDecodeError, InvalidOperation, ValueError) as wrong:
        raise BadPolicy(f"{path.name}: {wrong}") from wrong
    limits = [band.up_to_cents for band in policy.bands]
    if not limits or limits[-1] is not None or None in limits[:-1] or limits[:-1] != sorted(
        limit for limit in limits if limit is not None
    ):  # fmt: skip
        raise BadPolicy(f"{path.name}: the bands go up, and the last one alone holds any sum")
    return policy


def _band(facts: dict[str, Any]) -> Band:
    months = tuple(sorted(facts["months"]))
    if not months or not all(1 < count <= 120 for count in months):
        raise ValueError(f"a plan runs for 2 to 120 months, not {facts['months']}")
    return Band(_cents(facts["up_to"]) if "up_to" in facts else None, months)


def _cents(text: str) -> int:
    cents = Decimal(text) * 100
    if cents <= 0 or cents != int(cents):
        raise ValueError(f"{text} is no amount in dollars and cents")
    return int(cents)


def _whole(facts: dict[str, Any], name: str, least: int, most: int) -> int:
    value = facts[name]
    if not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name} is a whole number from {least} to {most}, not {value}")
    return value
