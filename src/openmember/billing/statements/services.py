"""Making a month's statements, in sets: a range of accounts at a time, each once."""

import json
from collections.abc import Callable
from datetime import date

from django.db import transaction

from openmember.billing.statements import queries, words
from openmember.billing.statements.types import Totals
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.letters import layouts
from openmember.letters.types import LANGUAGES
from openmember.members.types import Actor, Scope

# Enough for a set to pay off, few enough that payers at the door wait a second at most.
RANGE_ACCOUNTS = 5_000
# Statements in one print file.
PRINT_FILE = 200


class RunRefused(Exception):
    """The month's statements cannot be made now; the message says why in words."""


def run_month(
    *,
    month: date,
    today: date,
    actor: Actor,
    progress: Callable[[int, int], None] = lambda done, ranges: None,
) -> Totals:
    """Make the statements of a month that is over; again, or after a crash, only what is missing.

    Committed range by range. Locks: the balance rows of one range at a time.
    Errors: NotAllowed; RunRefused.
    """
    actor.require(Scope.RUN_BILLING)
    month = month.replace(day=1)
    _begin(month, today, actor)
    ranges = fetch_all(
        "SELECT position, made_at IS NOT NULL AS is_made FROM billing_statement_range"
        " WHERE month = %(month)s ORDER BY position",
        {"month": month},
    )
    for done, part in enumerate(ranges, start=1):
        if not part.is_made:
            _make(month, part.position)
        progress(done, len(ranges))
    with transaction.atomic():
        fetch_one(
            "SELECT billing_statements_end(%(month)s, %(size)s)",
            {"month": month, "size": PRINT_FILE},
        )
    return queries.get_totals(month=month)


@transaction.atomic
def _begin(month: date, today: date, actor: Actor) -> None:
    try:
        fetch_one(
            "SELECT billing_statements_begin(%(month)s, %(today)s, %(layouts)s, %(size)s, %(actor)s)",
            {
                "month": month,
                "today": today,
                "layouts": json.dumps(
                    {language: layouts.keep(words.layout_in(language)).id for language in LANGUAGES}
                ),
                "size": RANGE_ACCOUNTS,
                "actor": str(actor),
            },
        )
    except Refused as refused:
        raise RunRefused(refused.detail or refused.name) from refused


@transaction.atomic
def _make(month: date, position: int) -> None:
    fetch_one(
        "SELECT billing_statements_make(%(month)s, %(position)s)",
        {"month": month, "position": position},
    )
