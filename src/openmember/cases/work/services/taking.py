"""Taking work: people pull what comes next, nobody pushes it at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from openmember.cases.callbacks import services as callbacks
from openmember.cases.callbacks.types import Callback, State
from openmember.cases.duty import services as duty
from openmember.cases.duty.types import Cause
from openmember.cases.interactions.services import contacts
from openmember.cases.policy import get_policy
from openmember.cases.rules import Reader
from openmember.cases.services.owning import give
from openmember.cases.services.steps import again, lock
from openmember.cases.types import Case, CaseRefused
from openmember.cases.work.queries import queue_reader, regions_of
from openmember.cases.work.types import Filter, Line, Puller, Taken
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, NotAllowed, Scope

SQL = Path(__file__).parents[2] / "sql"
# More than may be taken at the same moment; only when all of these are, is a longer look needed.
CANDIDATES = (64, 1024)
EVERYBODYS = ("en", "")
STALE_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class _Puller:
    """Who asks for work, and what of it they can do."""

    reader: Reader
    user_id: int
    now: datetime
    teams: tuple[str, ...]

    def values(self) -> dict[str, Any]:
        queue = get_policy().queue
        return {
            "user": self.user_id,
            "teams": [*self.teams],
            "regions": regions_of(Filter(), self.reader),
            "languages": [*EVERYBODYS, *sorted(self.reader.languages)],
            "everybodys": list(EVERYBODYS),
            "now": self.now,
            "any_language_before": self.now - timedelta(minutes=queue.language_minutes),
            "tried_before": self.now - timedelta(minutes=queue.retry_minutes),
            "breaks_before": self.now + timedelta(minutes=get_policy().alarm_minutes),
            "share_from": queue.share_from,
        }


@transaction.atomic
def pull_next(*, now: datetime, actor: Actor, lines: Sequence[Line] = ()) -> Taken | None:
    """Give the actor what comes first of all that waits for their teams, languages and regions.

    Shape:  a promised call about to break; who waits for a person, the longest first; a promised call whose
            window is open; a case, by priority and by the promise, to settle it or to reply, that ends first.
            None where nothing waits. Two who ask at once get two things. Whoever asks is there, and available.
            `lines` are those of rooms above in which people wait too.
    Errors: NotAllowed; CaseRefused `contact_runs` while a contact of theirs has not ended.
    """
    asks = _puller(now, actor, ())
    # First, because it makes somebody who asks twice at once ask one after the other.
    duty.pulled(user_id=asks.user_id, now=now)
    if duty.has_contact(asks.user_id):
        raise CaseRefused("contact_runs", "end your contact first")
    breaks_before = now + timedelta(minutes=get_policy().alarm_minutes)
    return (
        _take_call(asks, breaks_before, actor)
        or _take_person(asks, lines, actor)
        or _take_call(asks, None, actor)
        or _take_case(asks, actor)
    )


@transaction.atomic
def take_next(*, now: datetime, actor: Actor, teams: tuple[str, ...] = ()) -> Case | None:
    """Give the actor the case that comes first of those nobody has, in their teams, regions and languages.

    Shape:  `teams` narrows theirs. None where nothing waits. Two who ask at once get two cases. Whoever has as
            many as the policy's `share_from` gets none that somebody free, with fewer, could take.
    Errors: NotAllowed.
    """
    asks = _puller(now, actor, teams)
    taken = _take_case(asks, actor)
    return again(taken.case_id) if taken and taken.case_id else None


@transaction.atomic
def clear_alarm(*, alarm_id: int, now: datetime, actor: Actor) -> None:
    """Say that the actor has seen to an alarm of theirs or their teams'. Errors: NotAllowed."""
    reader = queue_reader(actor=actor)
    fetch_all(
        "UPDATE cases_alarm SET cleared_at = %(now)s, cleared_by = %(actor)s"
        " WHERE id = %(id)s AND cleared_at IS NULL"
        " AND (user_id = %(user)s OR team = ANY (%(teams)s) OR %(supervises)s)",
        {
            "now": now,
            "actor": str(actor),
            "id": alarm_id,
            "user": actor.id,
            "teams": list(reader.teams),
            "supervises": actor.may(Scope.SUPERVISE_CARE),
        },
    )


def _puller(now: datetime, actor: Actor, teams: tuple[str, ...]) -> _Puller:
    reader = queue_reader(actor=actor)
    if actor.id is None or not actor.may(Scope.WORK_CASES):
        raise NotAllowed(Scope.WORK_CASES)
    # Also for a supervisor only the teams they work in themselves.
    mine = reader.teams & set(teams) if teams else reader.teams
    return _Puller(reader, actor.id, now, tuple(sorted(mine)))


def _take_person(asks: _Puller, lines: Sequence[Line], actor: Actor) -> Taken | None:
    """Take who has waited longest, here or in one of the lines."""
    if not asks.teams:
        return None
    values = asks.values()
    puller = Puller(actor, asks.teams, values["languages"], values["any_language_before"], asks.now)
    values["teams"] = ["", *values["teams"]]
    row = fetch_one(sql_text(SQL / "take_contact.sql"), values)
    for line in lines:
        waiter = line.take_first(puller, before=row.arrived_at if row else None)
        if waiter is not None:
            return Taken(waiter=waiter)
    if row is None:
        return None
    contacts.answer(interaction_id=row.id, now=asks.now, actor=actor)
    return Taken(contact_id=row.id)


def _take_call(asks: _Puller, ends_before: datetime | None, actor: Actor) -> Taken | None:
    values = {**asks.values(), "ends_before": ends_before}
    for _ in range(STALE_AT_MOST):
        row = fetch_one(sql_text(SQL / "take_call.sql"), values)
        if row is None:
            return None
        # The case is locked only now: what was read of the call before may be old.
        found = callbacks.again(row.id)
        if _may_take(found, asks.user_id, values):
            if found.assignee_id != asks.user_id:
                found = callbacks.assign(
                    callback=found, user_id=asks.user_id, now=asks.now, actor=actor
                )
            duty.begin_contact(user_id=asks.user_id, now=asks.now, cause=Cause.CALL)
            return Taken(case_id=found.case_id, case_number=found.case_number, callback_id=found.id)
    return None


def _may_take(call: Callback, user_id: int, values: dict[str, Any]) -> bool:
    is_free = call.assignee_id in {None, user_id} or call.window.ends_at <= values["breaks_before"]
    was_tried = any(one.at > values["tried_before"] for one in call.attempts)
    return call.state is State.PROMISED and is_free and not was_tried


def _take_case(asks: _Puller, actor: Actor) -> Taken | None:
    values = {**asks.values(), "own": _count_own(asks.user_id)}
    for candidates in CANDIDATES:
        row = fetch_one(sql_text(SQL / "take_next.sql"), {**values, "candidates": candidates})
        if row is not None:
            case = lock(row.id)
            give(case, asks.user_id, now=asks.now, actor=actor)
            return Taken(case_id=case.id, case_number=case.number)
    return None


def _count_own(user_id: int) -> int:
    row = fetch_one(
        "SELECT count(*) AS count FROM cases_case WHERE owner_id = %(user)s AND is_open"
        " AND status IN ('new', 'open', 'reopened')",
        {"user": user_id},
    )
    return int(row.count)
