"""Reading the organisation's policy table, once, and refusing one that cannot be right."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from openmember.assistance.terms import (
    WHOLE,
    Band,
    Discount,
    Policy,
    Presumption,
    StateFloor,
)
from openmember.assistance.types import Program
from openmember.billing.types import Line


class BadPolicy(Exception):
    """The policy's file is wrong; the message says where."""


@cache
def get_policy() -> Policy:
    """Return the configured policy. Errors: BadPolicy."""
    return read_policy(Path(settings.ASSISTANCE_POLICY_FILE))


def read_policy(path: Path) -> Policy:
    """Return the policy of a file. Errors: BadPolicy, naming the value at fault."""
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        policy = _policy(facts)
    except KeyError as missing:
        raise BadPolicy(f"{path.name}: {missing} is missing") from missing
    except (OSError, TypeError, ValueError) as wrong:
        raise BadPolicy(f"{path.name}: {wrong}") from wrong
    limits = [band.up_to_percent for band in policy.bands]
    if not limits or limits != sorted(set(limits)):
        raise BadPolicy(f"{path.name}: the bands do not go up")
    if any(
        low.discount.medical_bps < high.discount.medical_bps
        or low.discount.pharmacy_bps < high.discount.pharmacy_bps
        for low, high in zip(policy.bands, policy.bands[1:], strict=False)
    ):
        raise BadPolicy(f"{path.name}: a higher income would get more off than a lower one")
    return policy


def _policy(facts: dict[str, Any]) -> Policy:
    time = facts["time"]
    return Policy(
        version=str(facts["version"]),
        name=str(facts["name"]),
        confirmed=facts["confirmed"] is True,
        bands=tuple(
            Band(_whole(band, "up_to_percent", 1, 10_000), _discount(band))
            for band in facts["band"]
        ),
        presumptions=tuple(
            Presumption(
                program=Program(one["program"]),
                discount=_discount(one),
                automatic=one.get("automatic", False) is True,
                needs_proof=one.get("needs_proof", True) is True,
            )
            for one in facts.get("presumptive", ())
        ),
        billed_cap_bps=_bps(facts["generally_billed"], "percent"),
        billed_cap_lines=tuple(Line(name) for name in facts["generally_billed"]["lines"]),
        floors=tuple(
            StateFloor(str(one["code"]), str(one["amount"]), _discount(one))
            for one in facts.get("state", ())
        ),
        award_months=_whole(facts["award"], "months", 1, 60),
        decide_within_days=_whole(time, "decide_within_days", 1, 365),
        complete_within_days=_whole(time, "complete_within_days", 1, 365),
        appeal_within_days=_whole(time, "appeal_within_days", 1, 365),
        late_bills_in=tuple(str(state) for state in time.get("late_bills_in", ())),
        wants_proof_of_income=facts["proof"]["income"] is True,
        guidelines_from=(
            _whole(facts["guidelines"], "from_month", 1, 12),
            _whole(facts["guidelines"], "from_day", 1, 31),
        ),
    )


def _discount(facts: dict[str, Any]) -> Discount:
    return Discount(_bps(facts, "medical"), _bps({"pharmacy": 0} | facts, "pharmacy"))


def _bps(facts: dict[str, Any], name: str) -> int:
    """Return a percentage, which may have two decimals, in hundredths of a percent."""
    bps: float = facts[name] * 100
    if isinstance(facts[name], bool) or bps != round(bps) or not 0 <= bps <= WHOLE:
        raise ValueError(f"{name} = {facts[name]} is no percentage with at most two decimals")
    return round(bps)


def _whole(facts: dict[str, Any], name: str, least: int, most: int) -> int:
    value = facts[name]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name} = {value} is no whole number from {least} to {most}")
    return value
