"""Whose a case is, and who follows it."""

from datetime import datetime

from openmember.cases.services.handing import hand_over_calls
from openmember.cases.services.moving import step
from openmember.cases.services.steps import again, append, change, locked
from openmember.cases.types import Case, CaseRefused, Status
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.skills import find_staff
from openmember.members.types import Actor, NotAllowed, Scope


def take(*, case: Case, now: datetime, actor: Actor) -> Case:
    """Make a case the actor's own, and open it if it is new. Again does nothing.

    Errors: NotAllowed; CaseRefused `owned` where it is somebody else's and the actor supervises nobody.
    """
    if actor.kind != "staff" or actor.id is None:
        raise NotAllowed(Scope.WORK_CASES)
    with locked(case, actor=actor) as found:
        is_others = found.owner_id not in {None, actor.id}
        if is_others and not actor.may(Scope.SUPERVISE_CARE):
            raise CaseRefused("owned", f"{found.owner_name} works on this")
        give(found, actor.id, now=now, actor=actor)
    return again(case.id)


def assign(*, case: Case, user_id: int, now: datetime, actor: Actor) -> Case:
    """Give a case to somebody. Errors: NotAllowed but for supervisors; CaseRefused `unknown_staff`."""
    actor.require(Scope.SUPERVISE_CARE)
    with locked(case, actor=actor) as found:
        give(found, user_id, now=now, actor=actor)
    return again(case.id)


def release(*, case: Case, why: str, now: datetime, actor: Actor) -> Case:
    """Put a case back into its team's queue. Errors: NotAllowed; CaseRefused `nothing_said`."""
    with locked(case, actor=actor) as found:
        if not why.strip():
            raise CaseRefused("nothing_said", "say why you put it back")
        if found.owner_id is None:
            return found
        if found.owner_id != actor.id:
            actor.require(Scope.SUPERVISE_CARE)
        change(found.id, owner_id=None, owner_name="")
        append(found, "released", at=now, actor=actor, owner_id=found.owner_id, why=why.strip())
        hand_over_calls(found, before=found.owner_id, now=now, actor=actor)
    return again(case.id)


def give(case: Case, user_id: int, *, now: datetime, actor: Actor) -> None:
    """Make a locked case somebody's, with its calls.

    Errors: CaseRefused `unknown_staff`, `settled`, `barred`.
    """
    if not case.is_open:
        raise CaseRefused("settled", "this case is settled; reopen it first")
    person = find_staff(user_id=user_id)
    if person is None or not person.is_active:
        raise CaseRefused("unknown_staff", "nobody works here under this name")
    if barred_of(case) == user_id:
        raise CaseRefused("barred", "who made a decision does not work on what disputes it")
    if case.owner_id != user_id:
        change(case.id, owner_id=user_id, owner_name=person.first_name)
        append(
            case, "owned", at=now, actor=actor, is_visible=True, owner_id=user_id,
            owner_name=person.first_name, before=case.owner_id,
        )  # fmt: skip
        hand_over_calls(case, before=case.owner_id, now=now, actor=actor)
    if case.status in {Status.NEW, Status.REOPENED}:
        step(again(case.id), Status.OPEN, now=now, actor=actor)


def bar(case: Case, user_id: int, *, now: datetime, actor: Actor) -> None:
    """Let nobody give a case just opened to somebody; where it is theirs already, it is nobody's again."""
    owner = {"owner_id": None, "owner_name": ""} if case.owner_id == user_id else {}
    change(case.id, barred_id=user_id, **owner)
    if owner:
        append(case, "released", at=now, actor=actor, owner_id=user_id, why="barred")


def barred_of(case: Case) -> int | None:
    """Return who may not have a case."""
    row = fetch_one("SELECT barred_id FROM cases_case WHERE id = %(id)s", {"id": case.id})
    found: int | None = row.barred_id
    return found


def watch(*, case: Case, now: datetime, actor: Actor) -> None:
    """Follow a case. Again does nothing. Errors: NotAllowed."""
    with locked(case, actor=actor) as found:
        fetch_all(
            "INSERT INTO cases_watch (case_id, user_id, since) VALUES (%(case)s, %(user)s, %(now)s)"
            " ON CONFLICT DO NOTHING",
            {"case": found.id, "user": actor.id, "now": now},
        )


def unwatch(*, case: Case, actor: Actor) -> None:
    """Follow a case no more. Errors: NotAllowed."""
    with locked(case, actor=actor) as found:
        fetch_all(
            "DELETE FROM cases_watch WHERE case_id = %(case)s AND user_id = %(user)s",
            {"case": found.id, "user": actor.id},
        )
