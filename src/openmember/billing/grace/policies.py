"""The organisation's choices of `policies.toml`, read once and strictly."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from openmember.rulebook.amounts import get_amount
from openmember.rulebook.types import BadRulebook, Confidence

FILE = Path(__file__).with_name("policies.toml")
GRACE_END, PAID_THROUGH = "grace-end", "paid-through"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: a word or a number of days, where it is from, and how sure that is."""

    name: str
    citation: str
    confidence: str
    at: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Policies:
    """All choices."""

    ends: dict[str, Choice]
    grace: dict[str, Choice]
    employer_is_automatic: bool
    federal_binder_states: frozenset[str]
    threshold: dict[str, str]
    warn_days: int
    least_days: int
    cobra_mail_days: int

    def ends_in(self, state: str) -> Choice:
        """Return where coverage ends in a state."""
        return self.ends.get(state, self.ends["other"])


@cache
def get_policies() -> Policies:
    """Return the organisation's choices. Errors: BadRulebook naming the key."""
    return read_policies(FILE)


def read_policies(path: Path) -> Policies:
    """Return the choices of a file. Errors: BadRulebook naming the key."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        policies = Policies(
            ends={name: _choice(f"ends.{name}", table) for name, table in told["ends"].items()},
            grace={name: _choice(f"grace.{name}", table) for name, table in told["grace"].items()},
            employer_is_automatic=told["grace"]["employer"]["is_automatic"],
            federal_binder_states=frozenset(told["binder"]["federal_states"]),
            threshold=dict(told["threshold"]),
            warn_days=told["notices"]["warn_days"],
            least_days=told["notices"]["least_days"],
            cobra_mail_days=told["notices"]["cobra_mail_days"],
        )
    except KeyError as missing:
        raise BadRulebook(f"{path.name}: {missing} is missing") from missing
    for name, choice in policies.ends.items():
        if choice.at not in {GRACE_END, PAID_THROUGH}:
            raise BadRulebook(f"{path.name}, ends.{name}.at: {choice.at!r} is not a known end")
    for amount_id in policies.threshold.values():
        get_amount(amount_id)
    return policies


def _choice(name: str, table: dict[str, object]) -> Choice:
    days = table.get("days", 0)
    if not isinstance(days, int) or days < 0:
        raise BadRulebook(f"policies.toml, {name}.days: {days!r} is not a count of days")
    try:
        confidence = Confidence(str(table["confidence"]))
    except ValueError:
        raise BadRulebook(f"policies.toml, {name}.confidence: not a word of confidence") from None
    return Choice(
        name, str(table["citation"]), confidence.value, at=str(table.get("at", "")), days=days
    )
