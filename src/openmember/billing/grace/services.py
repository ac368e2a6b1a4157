"""What people do with a case, and what the end of one does to coverage and bills."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from openmember.billing.grace import queries, rules
from openmember.billing.grace.types import Case, Regime, Status, Step
from openmember.coverage.services.terminations import (
    CannotReinstate,
    End,
    end_coverage,
    reinstate_coverage,
)
from openmember.coverage.types import CoverageType
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.services import write_letter
from openmember.members.types import Actor, Scope
from openmember.rulebook.clocks import due_on

# A stretch of new coverage began no longer than this before its first premium: see find_unpaid.sql.
_NEW_WITHIN = timedelta(days=120)
_REASON = "The month is not covered: the premium stayed unpaid."


class GraceRefused(Exception):
    """The case does not allow this now; the message says why."""


@dataclass(frozen=True, slots=True)
class Finish:
    """A case that was just closed by a step that ends or moves coverage."""

    case: Case
    step: Step


def last_day_to_pay(*, case: Case) -> date:
    """Return until when the arrears can be made good, holds and late notices included."""
    return rules.ends_after(case)


@transaction.atomic
def finish_cases(*, finishes: Iterable[Finish], on: date, actor: Actor) -> int:
    """End the coverage of these cases and take uncovered months off their bills; return how many cents."""
    closing = tuple(finishes)
    numbers = {finish.case.id: _numbers(finish.case) for finish in closing}
    sponsors = _sponsors(tuple({number for known in numbers.values() for number in known}))
    ends = [
        end
        for finish in closing
        for number in numbers[finish.case.id]
        for end in _ends(finish, number, sponsors)
    ]
    ended = end_coverage(ends=ends, on=on, actor=actor) if ends else {}
    uncovered = 0
    for finish in closing:
        known = ended.get(_reference(finish.case))
        first, last = _uncovered_months(finish, known.first_on if known else None)
        row = fetch_one(
            "SELECT billing_grace_uncover(%(number)s, %(case)s, %(numbers)s, %(first)s, %(last)s,"
            " %(reason)s, %(actor)s, %(on)s) AS cents",
            {
                "number": finish.case.account_number, "case": finish.case.id,
                "numbers": numbers[finish.case.id], "first": first, "last": last,
                "reason": _REASON, "actor": str(actor), "on": on,
            },
        )  # fmt: skip
        uncovered += row.cents
    return uncovered


@transaction.atomic
def hold_case(*, case: Case, until: date, reason: str, on: date, actor: Actor) -> None:
    """Keep coverage from ending before a day, as when a member needs to be accommodated.

    Source: 45 CFR 155.430(c)(3). Errors: NotAllowed; GraceRefused when the case is closed.
    """
    actor.require(Scope.RUN_BILLING)
    _change(
        case,
        "held_until = %(until)s, next_on = least(next_on, %(until)s::date + 1)",
        Status.OPEN,
        until=until,
    )
    _note(case, Step.HELD, on=on, reason=reason, actor=actor, due_on=until)


@transaction.atomic
def terminate_case(*, case: Case, reason: str, on: date, actor: Actor) -> int:
    """End coverage where only a person may: after the time is up. Returns cents taken off bills.

    Errors: NotAllowed; GraceRefused while there is still time, or when it was paid.
    """
    actor.require(Scope.RUN_BILLING)
    now = queries.get_case(numbers=(case.account_number,), case_id=case.id, today=on)
    if on <= rules.ends_after(now):
        raise GraceRefused(f"There is time to pay until {rules.ends_after(now)}.")
    if rules.is_enough(
        owed_cents=now.owed_cents, open_cents=now.open_cents, percent=now.threshold_percent
    ):
        raise GraceRefused("What was owed is paid.")
    _change(
        now,
        "status = 'terminated', closed_on = %(on)s, closed_through = %(through)s",
        Status.OPEN,
        on=on,
        through=rules.closed_through(now, Step.TERMINATED),
    )
    position = _note(now, Step.TERMINATED, on=on, reason=reason, actor=actor)
    _tell(now, "coverage_ended", position, on=on, actor=actor)
    return finish_cases(finishes=[Finish(now, Step.TERMINATED)], on=on, actor=actor)


@transaction.atomic
def reinstate_case(*, case: Case, reason: str, is_error: bool, on: date, actor: Actor) -> None:
    """Let coverage go on as if it had not ended: for good cause, or because ending it was a mistake.

    For good cause (Medicare, 42 CFR 422.74(d)(1)(v)) all arrears must be paid within three months of the end.
    Errors: NotAllowed; GraceRefused; CannotReinstate when other coverage has begun since.
    """
    actor.require(Scope.RUN_BILLING)
    now = queries.get_case(numbers=(case.account_number,), case_id=case.id, today=on)
    if now.status is not Status.TERMINATED:
        raise GraceRefused("Coverage did not end with this case.")
    if not is_error:
        _check_good_cause(now, on)
    _change(
        now,
        "status = 'reinstated', closed_on = %(on)s, closed_through = NULL",
        Status.TERMINATED,
        on=on,
    )
    reinstate_coverage(reference=_reference(now), on=on, actor=actor)
    fetch_all(
        "SELECT billing_grace_keep(%(number)s, %(case)s)",
        {"number": now.account_number, "case": now.id},
    )
    position = _note(now, Step.REINSTATED, on=on, reason=reason, actor=actor)
    _tell(now, "coverage_reinstated", position, on=on, actor=actor)


def _check_good_cause(case: Case, on: date) -> None:
    if case.regime is not Regime.MEDICARE or case.coverage_ends_on is None:
        raise GraceRefused("Only Medicare coverage is reinstated for good cause.")
    last_on = due_on("MA-PREM-REINST", case.coverage_ends_on)
    if on > last_on:
        raise GraceRefused(f"The arrears had to be paid by {last_on}.")
    if case.open_cents:
        raise GraceRefused("All arrears must be paid first.")


def _ends(finish: Finish, number: str, sponsors: dict[str, list[int]]) -> Iterable[End]:
    case, reference = finish.case, _reference(finish.case)
    if finish.step is Step.PROSPECTIVE:
        yield End(
            number, case.coverage_type, reference,
            from_on=case.unpaid_month - _NEW_WITHIN, reached_on=case.unpaid_month,
            starts_on=case.unpaid_month,
        )  # fmt: skip
    elif case.coverage_ends_on is None:
        yield End(
            number, case.coverage_type, reference,
            from_on=case.unpaid_month - _NEW_WITHIN, reached_on=case.unpaid_month,
        )  # fmt: skip
    elif case.coverage_type is CoverageType.EMPLOYER:
        for sponsor_id in sponsors.get(number, []):
            yield End(
                number, case.coverage_type, reference,
                ends_on=case.coverage_ends_on, sponsor_id=sponsor_id,
            )  # fmt: skip
    else:
        yield End(number, case.coverage_type, reference, ends_on=case.coverage_ends_on)


def _uncovered_months(finish: Finish, began_on: date | None) -> tuple[date, date]:
    """Return the first and last day of the months that are wholly without coverage."""
    case = finish.case
    begin = min(began_on or case.unpaid_month, case.unpaid_month).replace(day=1)
    if finish.step is Step.PROSPECTIVE:
        return begin, case.unpaid_month - timedelta(days=1)
    if case.coverage_ends_on is None:
        return begin, date.max
    after = case.coverage_ends_on + timedelta(days=1)
    # The rest of a month that coverage ends in is for the next premium run: it knows what a day costs.
    return (after if after.day == 1 else _next_month(after)), date.max


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _numbers(case: Case) -> list[str]:
    """Return the numbers whose coverage is not paid: of joined accounts only those the bills are for."""
    row = fetch_one(
        "SELECT billing_grace_numbers(%(number)s, %(kind)s, %(from)s, %(until)s) AS numbers",
        {
            "number": case.account_number, "kind": case.coverage_type.value,
            "from": case.unpaid_month, "until": case.scope_until,
        },
    )  # fmt: skip
    return list(row.numbers)


def _sponsors(numbers: tuple[str, ...]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in fetch_all(
        "SELECT account_number, sponsor_id FROM billing_sponsor_account"
        " WHERE account_number = ANY(%(numbers)s)",
        {"numbers": list(numbers)},
    ):
        found.setdefault(row.account_number, []).append(row.sponsor_id)
    return found


def _reference(case: Case) -> str:
    return f"grace:{case.id}"


def _change(case: Case, changes: str, status: Status, **values: object) -> None:
    """Change a case that still has the status. Errors: GraceRefused when it has not."""
    rows = fetch_all(
        f"UPDATE billing_grace SET {changes}"  # noqa: S608  our own columns
        " WHERE account_number = %(number)s AND id = %(id)s AND status = %(status)s RETURNING id",
        {"number": case.account_number, "id": case.id, "status": status.value, **values},
    )
    if not rows:
        raise GraceRefused("The case has moved on meanwhile.")


def _note(
    case: Case, step: Step, *, on: date, reason: str, actor: Actor, due_on: date | None = None
) -> int:
    row = fetch_one(
        "INSERT INTO billing_grace_step (account_number, case_id, position, step, taken_on, due_on,"
        " owed_cents, open_cents, reason, actor)"
        " SELECT account_number, case_id, 1 + max(position), %(step)s, %(on)s, %(due_on)s, %(owed)s,"
        " %(open)s, %(reason)s, %(actor)s FROM billing_grace_step"
        " WHERE account_number = %(number)s AND case_id = %(id)s"
        " GROUP BY account_number, case_id RETURNING position",
        {
            "number": case.account_number, "id": case.id, "step": step.value, "on": on,
            "due_on": due_on, "owed": case.owed_cents, "open": case.open_cents, "reason": reason,
            "actor": str(actor),
        },
    )  # fmt: skip
    audit.record(
        actor=str(actor), action=f"grace.{step.value}", account_number=case.account_number,
        case_id=case.id, reason=reason,
    )  # fmt: skip
    return int(row.position)


def _tell(case: Case, kind: str, position: int, *, on: date, actor: Actor) -> None:
    row = fetch_one(
        "SELECT billing_grace_letter(c, %(owed)s, %(open)s) AS facts FROM billing_grace c"
        " WHERE account_number = %(number)s AND id = %(id)s",
        {
            "number": case.account_number, "id": case.id, "owed": case.owed_cents,
            "open": case.open_cents,
        },
    )  # fmt: skip
    facts = row.facts if isinstance(row.facts, dict) else json.loads(row.facts)
    write_letter(
        account_number=case.account_number, kind=kind, key=f"grace:{case.id}:{position}",
        values=facts, on=on, actor=actor,
    )  # fmt: skip


__all__ = [
    "CannotReinstate", "Finish", "GraceRefused", "finish_cases", "hold_case", "reinstate_case",
    "terminate_case",
]  # fmt: skip
