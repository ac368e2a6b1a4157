"""The states' own bars, read once from the data file beside this; one that cannot be right is refused."""

import tomllib
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from openmember.billing.debts.rules import StateLaws
from openmember.billing.debts.types import StateLaw

OURS = Path(__file__).parent / "data" / "states.toml"


class BadLaws(Exception):
    """The file is wrong; the message says where."""


@cache
def get_laws() -> StateLaws:
    """Return what the states add. Errors: BadLaws."""
    return read_laws(OURS)


def read_laws(path: Path) -> StateLaws:
    """Return what a file says the states add. Errors: BadLaws."""
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        return StateLaws(**{kind: _by_state(facts[kind]) for kind in ("report", "suit", "lien")})
    except (tomllib.TOMLDecodeError, KeyError, InvalidOperation, ValueError) as wrong:
        raise BadLaws(f"{path.name}: {wrong}") from wrong


def _by_state(rows: list[dict[str, Any]]) -> dict[str, StateLaw]:
    return {
        row["state"]: StateLaw(
            state=row["state"],
            citation=row["citation"],
            confidence=row["confidence"],
            apply_days=int(row.get("apply_days", 0)),
            at_most_cents=int(Decimal(row.get("at_most", "0")) * 100),
        )
        for row in rows
    }
