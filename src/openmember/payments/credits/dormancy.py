"""The organisation's table of dormancy periods, read once; one that cannot be right is refused."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from openmember.payments.credits.types import Dormancy

OURS = Path(__file__).parent / "data" / "dormancy.toml"
LONGEST_MONTHS = 600


class BadDormancy(Exception):
    """The file is wrong; the message says where."""


def find_dormancy(*, state: str) -> Dormancy | None:
    """Return what is configured for a state, or None when the table does not name it. Errors: BadDormancy."""
    return get_table().get(state)


@cache
def get_table() -> dict[str, Dormancy]:
    """Return the configured table by state. Errors: BadDormancy."""
    return read_table(Path(getattr(settings, "DORMANCY_FILE", OURS)))


def read_table(path: Path) -> dict[str, Dormancy]:
    """Return the table a file describes. Errors: BadDormancy."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("state", [])
        found = [_row(facts) for facts in rows]
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as wrong:
        raise BadDormancy(f"{path.name}: {wrong}") from wrong
    table = {row.state: row for row in found}
    if len(table) != len(found):
        raise BadDormancy(f"{path.name}: a state stands in it twice")
    return table


def _row(facts: dict[str, Any]) -> Dormancy:
    months, citation = facts.get("months"), facts.get("citation", "")
    if months is not None and (
        not isinstance(months, int) or not 0 < months <= LONGEST_MONTHS or not citation
    ):
        raise ValueError(f"{facts['code']} needs whole months and a citation")
    return Dormancy(facts["code"], months, citation, facts.get("confidence", "uncertain"))
