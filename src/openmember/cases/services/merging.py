"""Making one case of two. Nothing is moved or lost: the old number leads to the case that stays."""

from datetime import datetime

from django.db import transaction

from openmember.cases import queries
from openmember.cases.categories import get_category
from openmember.cases.rows import CLOCK_KINDS
from openmember.cases.services.handing import hand_over_calls
from openmember.cases.services.moving import step
from openmember.cases.services.steps import again, append, lock, refresh_due
from openmember.cases.types import Case, CaseRefused, Status
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor, NotAllowed, Scope


@transaction.atomic
def merge(*, case: Case, into: Case, why: str, now: datetime, actor: Actor) -> Case:
    """Merge a case into another of the same member and return the one that stays.

    Shape:  notes, documents, links, contacts and callbacks stay where they are and are read with the case that
            stays; watchers and drafts go over, and so do calls not made; the earlier of the two promises holds.
            What would be lost refuses it: that only the team reads the case that goes, that its clock does
            not stand still where the other's does, and which promise is earlier while a clock stands still.
    Errors: NotAllowed; CaseRefused `same_case`, `other_member`, `no_such_move`, `nothing_said`,
            `less_restricted`, `clock_looser`, `clock_waits`, `filed`.
    """
    if case.id == into.id:
        raise CaseRefused("same_case", "a case is not merged into itself")
    first, second = sorted(
        (case.id, into.id)
    )  # Always in this order, so that two at once do not block.
    both = {first: lock(first), second: lock(second)}
    gone, stays = both[case.id], both[into.id]
    _check(gone, stays, why, actor)
    earlier = gone.due_at is not None and (stays.due_at is None or gone.due_at < stays.due_at)
    fetch_all(
        "UPDATE cases_case SET merged_into = %(into)s WHERE merged_into = %(id)s",
        {"id": gone.id, "into": stays.id},
    )
    if earlier:
        _carry_clock(gone, stays)
    _step_merged(gone, stays, why, now, actor)
    _carry_over(gone, stays)
    hand_over_calls(stays, before=gone.owner_id, now=now, actor=actor)
    append(stays, "merged_in", at=now, actor=actor, number=gone.number, case_id=gone.id, why=why)
    refresh_due(stays)
    return again(stays.id)


def _check(gone: Case, stays: Case, why: str, actor: Actor) -> None:
    if actor.kind == "member" or not all(
        queries.may_work(case=one, actor=actor) for one in (gone, stays)
    ):
        raise NotAllowed(Scope.WORK_CASES)
    if not why.strip():
        raise CaseRefused("nothing_said", "say why these are one")
    if gone.member_id != stays.member_id and gone.member_id is not None:
        raise CaseRefused("other_member", "the two are of different members")
    if not stays.is_open:
        raise CaseRefused("no_such_move", "the case to merge into is settled")
    _check_kept(gone, stays)


def _check_kept(gone: Case, stays: Case) -> None:
    """Refuse what would take from the case that goes what its category promises."""
    leaves, holds = get_category(code=gone.category), get_category(code=stays.category)
    if leaves.is_filed:
        raise CaseRefused("filed", "a dispute keeps its own number and clock")
    if leaves.is_restricted and not holds.is_restricted:
        raise CaseRefused(
            "less_restricted", "only its team reads this case; merge the other into it"
        )
    if not gone.is_open:
        return
    if not holds.pauses <= leaves.pauses:
        raise CaseRefused("clock_looser", "the clock of this case runs on where the other's waits")
    for one in (gone, stays):
        clock = queries.get_clock(case=one)
        if clock is not None and clock.stopped_at is None and clock.due_at is None:
            raise CaseRefused("clock_waits", "the clock of one waits: move it on, then merge")


def _step_merged(gone: Case, stays: Case, why: str, now: datetime, actor: Actor) -> None:
    # In one statement with its target, as the constraint asks; `step` writes the rest.
    fetch_all(
        "UPDATE cases_transfer SET state = 'withdrawn', answered_at = %(now)s, answered_by = %(actor)s"
        " WHERE case_id = %(id)s AND state = 'offered'",
        {"now": now, "actor": str(actor), "id": gone.id},
    )
    step(gone, Status.MERGED, now=now, actor=actor, why=why.strip(), into=stays.id)


def _carry_clock(gone: Case, stays: Case) -> None:
    """Write the events of the earlier promise into the log of the case that stays, as they were."""
    fetch_all(
        "INSERT INTO cases_event (case_id, at, kind, actor, actor_name, detail)"
        " SELECT %(into)s, at, kind, actor, actor_name, detail || jsonb_build_object('from_case', case_id)"
        " FROM cases_event WHERE case_id = %(id)s AND kind = ANY (%(kinds)s) ORDER BY id",
        {"id": gone.id, "into": stays.id, "kinds": CLOCK_KINDS},
    )


def _carry_over(gone: Case, stays: Case) -> None:
    ids = {"id": gone.id, "into": stays.id}
    fetch_all(
        "INSERT INTO cases_watch SELECT %(into)s, user_id, since FROM cases_watch WHERE case_id = %(id)s"
        " ON CONFLICT DO NOTHING",
        ids,
    )
    fetch_all(
        "INSERT INTO cases_draft AS d (case_id, user_id, body, saved_at)"
        " SELECT %(into)s, user_id, body, saved_at FROM cases_draft WHERE case_id = %(id)s"
        " ON CONFLICT (case_id, user_id) DO UPDATE"
        " SET body = left(d.body || E'\\n\\n' || excluded.body, 8000), version = d.version + 1",
        ids,
    )
    fetch_all("DELETE FROM cases_draft WHERE case_id = %(id)s", ids)
    # The alarms of the case that goes were taken back; of a call still to make there is one again.
    fetch_all(
        "UPDATE cases_callback SET alarmed_at = NULL WHERE case_id = %(id)s AND state = 'promised'",
        ids,
    )
