"""Reading needs. Whoever shows a member shows them; the page that does is audited."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openmember.kernel.sql import fetch_all
from openmember.members.needs.types import Accommodation, InterpreterMode, Needs, Relay

NOTHING = Needs()


def map_needs(*, member_ids: Sequence[int]) -> dict[int, Needs]:
    """Return the needs of these members who have said any, by member."""
    rows = fetch_all(
        "SELECT * FROM members_need WHERE member_id = ANY (%(ids)s)", {"ids": list(member_ids)}
    )
    return {row.member_id: needs_from(row._asdict()) for row in rows}


def get_needs(*, member_id: int) -> Needs:
    """Return what a member needs; nothing where nobody has said anything."""
    return map_needs(member_ids=[member_id]).get(member_id, NOTHING)


def needs_from(row: Mapping[str, Any]) -> Needs:
    """Return a row, or what JSON made of one, as a value."""
    given = row["accommodations"]
    codes = json.loads(given) if isinstance(given, str) else given
    return Needs(
        interpreter_language=row["interpreter_language"],
        interpreter_mode=InterpreterMode(row["interpreter_mode"]) if row["interpreter_mode"] else None,
        relay=Relay(row["relay"]) if row["relay"] else None,
        accommodations=frozenset(Accommodation(one) for one in codes),
        note=row["note"],
        version=row["version"],
    )  # fmt: skip
