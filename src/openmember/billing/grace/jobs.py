"""The daily sweep: opens cases, takes the steps that are due, ends coverage. Set-based and restartable.

Each transaction takes a few hundred cases whole. A sweep that is killed is run again and goes on; run twice
on one day it changes nothing the second time.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from openmember.billing.grace import queries, rules
from openmember.billing.grace.policies import get_policies
from openmember.billing.grace.providers import tell_providers
from openmember.billing.grace.queries import SQL, case_from_row
from openmember.billing.grace.services import Finish, finish_cases
from openmember.billing.grace.types import Case, Grace, Move, Status, Step, Swept, Unpaid
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, Scope

# No premium older than this opens a case; what was made good longer ago is not looked at again.
LOOK_BACK = timedelta(days=400)
CASES_AT_ONCE = 500
# A dispute is looked at again well before a hold for it is over.
HELD_DAYS = 30
ACCOUNTS_AT_ONCE = 10_000
_CLOSING = {Step.TERMINATED, Step.PROSPECTIVE}


def sweep_grace(*, today: date, actor: Actor, at_once: int = CASES_AT_ONCE) -> Swept:
    """Take every step that is due on a day. Again does nothing. Errors: NotAllowed.

    Locks: `at_once` cases, and their accounts' balance rows, in each transaction.
    """
    actor.require(Scope.RUN_BILLING)
    with _alone():
        return _sweep(today, actor, at_once)


def _sweep(today: date, actor: Actor, at_once: int) -> Swept:
    counted: Counter[str] = Counter()
    swept = Swept(steps={})
    while reopened := _reopen(today, actor):
        counted[Step.REOPENED.value] += reopened
    while opened := _open(today, actor):
        counted[Step.OPENED.value] += opened
    if held := _hold_disputed(today, actor):
        counted[Step.HELD.value] += held
    while moved := _move_all(today, actor, swept, at_once):
        counted.update(moved)
    swept.steps = dict(sorted(counted.items()))
    with transaction.atomic():
        swept.providers_told = tell_providers(today=today, actor=actor)
    swept.waiting_for_a_person = queries.count_waiting(today=today)
    return swept


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for a sweep at work elsewhere, also for what the database still does for one that was killed."""
    fetch_all("SELECT pg_advisory_lock(hashtext('billing_grace_sweep'))")
    try:
        yield
    finally:
        fetch_all("SELECT pg_advisory_unlock(hashtext('billing_grace_sweep'))")


@transaction.atomic
def _reopen(today: date, actor: Actor) -> int:
    return len(
        fetch_all(
            sql_text(SQL / "reopen_cases.sql"),
            {
                "today": today, "since": today - LOOK_BACK, "limit": CASES_AT_ONCE,
                "least_days": get_policies().least_days, "actor": str(actor),
            },
        )
    )  # fmt: skip


@transaction.atomic
def _open(today: date, actor: Actor) -> int:
    """Open the cases of some accounts. The rules are asked once for each kind of unpaid premium."""
    fetch_all(
        sql_text(SQL / "find_unpaid.sql"),
        {
            "today": today, "since": today - LOOK_BACK, "limit": ACCOUNTS_AT_ONCE,
            "thresholds": json.dumps({
                kind.value: float(rules.threshold_percent(kind)) for kind in CoverageType
            }),
        },
    )  # fmt: skip
    kinds = fetch_all(
        "SELECT DISTINCT coverage_type, state, has_aptc, covers, issued_on, due_on, is_first,"
        " had_full_month FROM grace_unpaid"
    )
    plans = [plan for kind in kinds if (plan := _plan(kind, today))]
    opened = fetch_all(
        sql_text(SQL / "open_cases.sql"),
        {"plans": json.dumps(plans, default=str), "today": today, "actor": str(actor)},
    )
    fetch_all("DROP TABLE grace_unpaid")
    return len(opened)


@transaction.atomic
def _hold_disputed(today: date, actor: Actor) -> int:
    """Let no case run out while a bill of it is in dispute; return how many are held now."""
    row = fetch_one(
        sql_text(SQL / "hold_disputed.sql"),
        {
            "today": today, "least_days": get_policies().least_days, "days": HELD_DAYS,
            "reason": "A bill of these months is in dispute.", "actor": str(actor),
        },
    )  # fmt: skip
    return int(row.cases)


def _plan(kind: Any, today: date) -> dict[str, Any] | None:
    said = kind._asdict()
    grace = rules.open_grace(
        Unpaid(**{**said, "coverage_type": CoverageType(kind.coverage_type)}), today
    )
    if grace is None:
        return None
    next_on = rules.next_look(_begun(grace, today), today)
    return {**asdict(grace), **said, "next_on": next_on}


def _begun(grace: Grace, today: date) -> Case:
    """Return the case a grace opens, as far as its days go."""
    names = {name: getattr(grace, name) for name in _SHARED}
    return Case(
        id=0, account_number="", coverage_type=CoverageType.DIRECT, state="", **names,
        status=Status.OPEN, opened_on=today, noticed_on=today, pended_on=None,
        warned_on=None, shortfall_on=None, closed_on=None, held_until=None, next_on=today,
    )  # fmt: skip


_SHARED = (
    "regime", "unpaid_month", "scope_until", "first_on", "last_on", "coverage_ends_on",
    "pended_from", "notice_by", "warn_on", "threshold_percent", "is_automatic", "dates",
    "not_before",
)  # fmt: skip


def _move_all(today: date, actor: Actor, swept: Swept, at_once: int) -> Counter[str]:
    """Take one step in every case that is due for one; return how many of each."""
    counted: Counter[str] = Counter()
    after = ""
    while True:
        with transaction.atomic():
            rows = fetch_all(
                sql_text(SQL / "cases_to_move.sql"),
                {"today": today, "after_account": after, "limit": at_once},
            )
            moves = [
                (case, move)
                for case in map(case_from_row, rows)
                if (move := rules.next_move(case, today))
            ]
            if moves:
                swept.uncovered_cents += _make(moves, today, actor)
        counted.update(move.step.value for _, move in moves)
        if len(rows) < at_once:
            return counted
        after = rows[-1].account_number


def _make(moves: list[tuple[Case, Move]], today: date, actor: Actor) -> int:
    asked = [_told(case, move, today) for case, move in moves]
    fetch_all(
        sql_text(SQL / "make_moves.sql"),
        {"moves": json.dumps(asked, default=str), "today": today, "actor": str(actor)},
    )
    finishes = [Finish(case, move.step) for case, move in moves if move.step in _CLOSING]
    return finish_cases(finishes=finishes, on=today, actor=actor) if finishes else 0


def _told(case: Case, move: Move, today: date) -> dict[str, Any]:
    taken = replace(
        case,
        last_on=move.last_on or case.last_on,
        pended_on=today if move.step is Step.PENDED else case.pended_on,
        warned_on=today if move.step is Step.WARNED else case.warned_on,
        shortfall_on=today if move.step is Step.SHORTFALL else case.shortfall_on,
        not_before=max(case.not_before, move.last_on or case.not_before),
    )
    return {
        "account_number": case.account_number,
        "id": case.id,
        "step": move.step.value,
        "status": move.status.value,
        "rule": move.rule,
        "due_on": move.due_on,
        "last_on": move.last_on,
        "next_on": rules.next_look(taken, today),
        "letter": move.letter,
        "owed_cents": case.owed_cents,
        "open_cents": case.open_cents,
        "closed_through": rules.closed_through(case, move.step),
    }
