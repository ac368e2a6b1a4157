"""Ending coverage because of what happens here, such as a premium that stays unpaid, and undoing it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.utils import IntegrityError

from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor

SQL = Path(__file__).parents[1] / "sql"


class CannotReinstate(Exception):
    """The coverage cannot go on as it was; the message says why."""


@dataclass(frozen=True, slots=True)
class End:
    """Which coverage ends, and how. `reference` names the cause and undoes it later.

    Shape: with `ends_on`, coverage ends after that day, and what starts later is canceled. Without it,
    what began on `from_on` or later and reached `reached_on` is canceled as if it had never been; with
    `starts_on`, it starts on that day instead. `sponsor_id` ends it for all whom a sponsor enrolled.
    """

    account_number: str
    coverage_type: CoverageType
    reference: str
    ends_on: date | None = None
    from_on: date | None = None
    reached_on: date | None = None
    starts_on: date | None = None
    sponsor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """What one cause ended: how many spans, and the first day any of them had."""

    spans: int
    first_on: date


@transaction.atomic
def end_coverage(*, ends: Iterable[End], on: date, actor: Actor) -> dict[str, Ended]:
    """End coverage for several causes at once; return what each ended, by its reference."""
    asked = json.dumps([asdict(end) for end in ends], default=str)
    rows = fetch_all(
        sql_text(SQL / "end_coverage.sql"), {"ends": asked, "today": on, "actor": str(actor)}
    )
    return {row.reference: Ended(row.spans, row.first_on) for row in rows}


@transaction.atomic
def reinstate_coverage(*, reference: str, on: date, actor: Actor) -> int:
    """Let coverage go on as if the cause had not been; return how many spans. Again does nothing.

    Errors: CannotReinstate when other coverage has taken the place meanwhile.
    """
    try:
        with transaction.atomic():
            row = fetch_one(
                sql_text(SQL / "undo_ends.sql"),
                {"reference": reference, "today": on, "actor": str(actor)},
            )
    except IntegrityError as overlap:
        raise CannotReinstate("Other coverage has begun since: end it first.") from overlap
    return int(row.spans)
