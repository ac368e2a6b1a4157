"""What every service on a case does: lock it, see who may, write the log, and keep `due_at` true to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from openmember.cases import queries
from openmember.cases.clocks.types import ClockEvent
from openmember.cases.rows import CASE, case_from_row
from openmember.cases.types import Alarm, Case, CaseRefused, EditedMeanwhile
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.skills import find_staff
from openmember.members.types import Actor, NotAllowed, Scope


@contextmanager
def locked(case: Case, *, actor: Actor, expected_version: int | None = None) -> Iterator[Case]:
    """Give the case as it now is, locked, to somebody on the staff who may work it.

    Errors: NotAllowed; CaseRefused when it was merged meanwhile; EditedMeanwhile.
    """
    with transaction.atomic():
        now = lock(case.id)
        if actor.kind == "member" or not queries.may_work(case=now, actor=actor):
            raise NotAllowed(Scope.WORK_CASES)
        if now.merged_into is not None:
            raise CaseRefused("merged", "this case was merged into another")
        if expected_version is not None and now.version != expected_version:
            raise EditedMeanwhile(now.version)
        yield now


@contextmanager
def locked_for_member(case: Case, *, actor: Actor) -> Iterator[Case]:
    """Give the member's own case as it now is, locked. Errors: NotAllowed."""
    with transaction.atomic():
        now = lock(case.id)
        # Whoever may act for the member was let in by the query that gave the case; it stays the same person's.
        if actor.kind != "member" or now.member_id != case.member_id or now.member_id is None:
            raise NotAllowed(Scope.CONTACT)
        yield now


def lock(case_id: int) -> Case:
    """Return a case with its row locked."""
    row = fetch_one(
        f"SELECT {CASE} FROM cases_case c WHERE c.id = %(id)s FOR NO KEY UPDATE",  # noqa: S608  names of our own columns
        {"id": case_id},
    )
    return case_from_row(row)


def again(case_id: int) -> Case:
    """Return a case as it now is, within the service that changed it."""
    row = fetch_one(
        f"SELECT {CASE} FROM cases_case c WHERE c.id = %(id)s",  # noqa: S608  names of our own columns
        {"id": case_id},
    )
    return case_from_row(row)


def change(case_id: int, **columns: Any) -> None:
    """Set columns of a case and count its version up."""
    names = ", ".join(f"{name} = %({name})s" for name in columns)
    fetch_all(
        f"UPDATE cases_case SET {names}, version = version + 1 WHERE id = %(id)s",  # noqa: S608  keyword names from our own code
        {**columns, "id": case_id},
    )


def append(
    case: Case,
    kind: str,
    *,
    at: datetime,
    actor: Actor,
    is_visible: bool = False,
    **detail: Any,
) -> int:
    """Add one event to the log, audited, and return its id. `detail` holds ids and codes."""
    row = fetch_one(
        "INSERT INTO cases_event (case_id, at, kind, actor, actor_name, is_visible, detail)"
        " VALUES (%(case)s, %(at)s, %(kind)s, %(actor)s, %(name)s, %(visible)s, %(detail)s) RETURNING id",
        {
            "case": case.id,
            "at": at,
            "kind": kind,
            "actor": str(actor),
            "name": name_of(actor),
            "visible": is_visible,
            "detail": json.dumps(detail, default=str),
        },
    )
    audit.record(
        actor=str(actor), action=f"case.{kind}", account_number=case.account_number,
        member_id=case.member_id, case_id=case.id, event_id=row.id,
    )  # fmt: skip
    return int(row.id)


def clock(case: Case, event: ClockEvent, *, actor: Actor, why: str = "") -> None:
    """Add what happened to the clock, and bring the case's `due_at` to what the log now says."""
    detail = {
        "rule": event.rule.as_json() if event.rule else None,
        "hours": event.hours.as_json() if event.hours else None,
        "added": event.added,
        "loosens": event.loosens,
        "why": why,
    }
    told: dict[str, Any] = {name: value for name, value in detail.items() if value}
    append(case, event.kind.value, at=event.at, actor=actor, **told)
    refresh_due(case)


def refresh_due(case: Case) -> None:
    """Set `due_at` to what the log of the case says."""
    state = queries.get_clock(case=case)
    due = state.due_at if state and state.stopped_at is None else None
    fetch_all(
        "UPDATE cases_case SET due_at = %(due)s WHERE id = %(id)s AND due_at IS DISTINCT FROM %(due)s",
        {"due": due, "id": case.id},
    )


def raise_alarm(
    case: Case,
    kind: Alarm,
    *,
    at: datetime,
    subject_id: int | None = None,
    user_id: int | None = None,
    team: str = "",
) -> None:
    """Put a case before whoever must look at it: a person where one is named, else the team."""
    fetch_all(
        "INSERT INTO cases_alarm (case_id, kind, subject_id, team, region, user_id, at)"
        " VALUES (%(case)s, %(kind)s, %(subject)s, %(team)s, %(region)s, %(user)s, %(at)s)"
        " ON CONFLICT DO NOTHING",
        {
            "case": case.id,
            "kind": kind.value,
            "subject": subject_id,
            "team": team or case.team,
            "region": case.region,
            "user": user_id if user_id is not None else case.owner_id,
            "at": at,
        },
    )


def clear_alarms(case: Case, *kinds: Alarm, at: datetime, actor: Actor) -> None:
    """Take the alarms of these kinds about a case back."""
    fetch_all(
        "UPDATE cases_alarm SET cleared_at = %(at)s, cleared_by = %(actor)s"
        " WHERE case_id = %(case)s AND kind = ANY (%(kinds)s) AND cleared_at IS NULL",
        {
            "at": at,
            "actor": str(actor),
            "case": case.id,
            "kinds": [kind.value for kind in kinds],
        },
    )


def name_of(actor: Actor) -> str:
    """Return the first name members hear of somebody on the staff; empty for anybody else."""
    if actor.kind != "staff" or actor.id is None:
        return ""
    found = find_staff(user_id=actor.id)
    return found.first_name if found else ""
