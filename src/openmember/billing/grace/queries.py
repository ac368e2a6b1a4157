"""Reading cases of unpaid premium, always for one account unless it is a worklist."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from openmember.billing.grace.types import Case, Dated, Regime, Status, Step, Taken
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference
from openmember.rulebook.clocks import get_clock
from openmember.rulebook.types import UnknownRule

SQL = Path(__file__).parent / "sql"
_CASES = """
SELECT c.*, owed.* FROM billing_grace c CROSS JOIN LATERAL
    billing_grace_arrears(
        c.account_number, c.coverage_type, c.regime, c.unpaid_month, c.scope_until, %(today)s
    ) owed
"""


class UnknownCase(Exception):
    """The account has no such case."""


def list_cases(*, numbers: tuple[str, ...], today: date) -> tuple[Case, ...]:
    """Return the account's cases, the newest first."""
    rows = fetch_all(
        f"{_CASES} WHERE c.account_number = ANY(%(numbers)s) ORDER BY c.opened_on DESC, c.id DESC",
        {"numbers": list(numbers), "today": today},
    )
    return tuple(case_from_row(row) for row in rows)


def find_open_case(*, numbers: tuple[str, ...], today: date) -> Case | None:
    """Return the case the account is in now, or None."""
    row = fetch_one(
        f"{_CASES} WHERE c.account_number = ANY(%(numbers)s) AND c.status = 'open'"
        " ORDER BY c.id DESC LIMIT 1",
        {"numbers": list(numbers), "today": today},
    )
    return case_from_row(row) if row else None


def get_case(*, numbers: tuple[str, ...], case_id: int, today: date) -> Case:
    """Return one case of the account. Errors: UnknownCase."""
    row = fetch_one(
        f"{_CASES} WHERE c.account_number = ANY(%(numbers)s) AND c.id = %(id)s",
        {"numbers": list(numbers), "id": case_id, "today": today},
    )
    if row is None:
        raise UnknownCase
    return case_from_row(row)


def list_steps(*, case: Case) -> tuple[Taken, ...]:
    """Return the history of a case, in order."""
    return list_histories(cases=(case,))[case.id]


def list_histories(*, cases: tuple[Case, ...]) -> dict[int, tuple[Taken, ...]]:
    """Return the history of each case, in order, by its id."""
    rows = fetch_all(
        "SELECT * FROM billing_grace_step WHERE account_number = ANY(%(numbers)s)"
        " AND case_id = ANY(%(ids)s) ORDER BY case_id, position",
        {
            "numbers": [case.account_number for case in cases],
            "ids": [case.id for case in cases],
        },
    )
    return {
        case.id: tuple(_taken(case, row) for row in rows if row.case_id == case.id)
        for case in cases
    }


def is_pended(*, numbers: tuple[str, ...], on: date) -> bool:
    """Return whether claims for care on a day wait, because grace is in its second or third month.

    Source: 45 CFR 156.270(d). A case that ended takes the coverage away; one made good releases the claims.
    """
    row = fetch_one(
        "SELECT EXISTS (SELECT FROM billing_grace WHERE account_number = ANY(%(numbers)s)"
        " AND status = 'open' AND pended_from <= %(on)s AND last_on >= %(on)s) AS pended",
        {"numbers": list(numbers), "on": on},
    )
    return bool(row.pended)


def list_waiting(*, today: date, limit: int = 100) -> tuple[Case, ...]:
    """Return open cases whose time is up and which a person has to decide, the longest waiting first."""
    rows = fetch_all(
        f"{_CASES} WHERE c.status = 'open' AND NOT c.is_automatic"
        " AND greatest(c.last_on, c.not_before, c.held_until) < %(today)s"
        " ORDER BY c.last_on, c.account_number LIMIT %(limit)s",
        {"today": today, "limit": limit},
    )
    return tuple(case_from_row(row) for row in rows)


def count_waiting(*, today: date) -> int:
    """Return how many open cases a person has to decide."""
    row = fetch_one(
        "SELECT count(*) AS cases FROM billing_grace WHERE status = 'open' AND NOT is_automatic"
        " AND greatest(last_on, not_before, held_until) < %(today)s",
        {"today": today},
    )
    return int(row.cases)


def list_accounts_with_paid_uncovered(*, limit: int) -> tuple[str, ...]:
    """Return accounts with bills that are paid for months no longer covered."""
    rows = fetch_all(
        "SELECT DISTINCT account_number FROM billing_grace_uncovered"
        " WHERE canceled_cents < uncovered_cents ORDER BY account_number LIMIT %(limit)s",
        {"limit": limit},
    )
    return tuple(row.account_number for row in rows)


def list_paid_uncovered(*, account_number: str) -> tuple[tuple[int, int], ...]:
    """Return (bill, cents) of what was paid for months no longer covered."""
    rows = fetch_all(
        "SELECT bill_id, sum(uncovered_cents - canceled_cents)::bigint AS cents"
        " FROM billing_grace_uncovered WHERE account_number = %(number)s"
        " AND canceled_cents < uncovered_cents GROUP BY bill_id ORDER BY bill_id",
        {"number": account_number},
    )
    return tuple((row.bill_id, row.cents) for row in rows)


def list_differences() -> tuple[Difference, ...]:
    """Return every case that its history, its bills or the coverage do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number, row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def case_from_row(row: Any) -> Case:
    """Return a row of the cases, with its arrears, as a value."""
    rules = row.rules if isinstance(row.rules, dict) else json.loads(row.rules)
    names = (
        "id", "account_number", "state", "unpaid_month", "scope_until", "first_on", "last_on",
        "coverage_ends_on", "pended_from", "notice_by", "warn_on", "threshold_percent",
        "is_automatic", "opened_on", "noticed_on", "pended_on", "warned_on", "shortfall_on",
        "closed_on", "not_before", "held_until", "next_on", "owed_cents", "open_cents",
        "overdue_cents", "own_month_cents", "counted_until",
    )  # fmt: skip
    return Case(
        **{name: getattr(row, name) for name in names},
        coverage_type=CoverageType(row.coverage_type),
        regime=Regime(row.regime),
        status=Status(row.status),
        dates={
            name: Dated(
                date.fromisoformat(told["on"]), told["rule"], told["citation"], told["confidence"]
            )
            for name, told in rules.items()
        },
    )


def _taken(case: Case, row: Any) -> Taken:
    return Taken(
        step=Step(row.step),
        taken_on=row.taken_on,
        dated=_dated(case, row.rule, row.due_on),
        owed_cents=row.owed_cents,
        open_cents=row.open_cents,
        reason=row.reason,
        actor=row.actor,
    )


def _dated(case: Case, rule: str, on: date | None) -> Dated | None:
    """Return the rule of a step: as the case keeps it, else as the rulebook knows it."""
    if not rule or on is None:
        return None
    for known in case.dates.values():
        if known.rule == rule:
            return Dated(on, rule, known.citation, known.confidence)
    try:
        clock = get_clock(rule)
    except UnknownRule:
        return Dated(on, rule, "", "")
    return Dated(on, rule, clock.citation, clock.confidence.value)
