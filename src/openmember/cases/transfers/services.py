"""Handing a case over: offered with its context, taken, refused with a reason, or run out."""

from datetime import datetime, timedelta

from django.db import transaction

from openmember.cases.clocks.business import after_working
from openmember.cases.policy import get_policy, hours_of
from openmember.cases.queries import reader_of
from openmember.cases.services.handing import hand_over_calls
from openmember.cases.services.owning import give
from openmember.cases.services.steps import (
    again,
    append,
    change,
    lock,
    locked,
    name_of,
    raise_alarm,
)
from openmember.cases.transfers.queries import SELECT, is_made_to, transfer_from_row
from openmember.cases.transfers.types import Offer, State, Transfer
from openmember.cases.types import Alarm, Case, CaseRefused
from openmember.directory.teams import UnknownTeam, get_team
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.skills import find_staff, get_skills
from openmember.members.types import Actor, NotAllowed, Scope, system

ACTOR = system("transfers")


def offer(*, case: Case, offer: Offer, now: datetime, actor: Actor) -> Transfer:
    """Offer a case to another team, to a person, or to supervisors. It stays where it is until it is taken.

    Shape:  a warm offer runs out in minutes, because the member waits; a cold one in working time of the team.
            What was proved of the caller's identity goes with it.
    Errors: NotAllowed; CaseRefused `nothing_said`, `offered_already`, `unknown_team`, `not_in_team`, `settled`.
    """
    with locked(case, actor=actor) as found:
        _check(found, offer)
        expires_at = _expires_at(found, offer, now)
        row = fetch_one(
            _OFFER,
            {
                "case": found.id,
                "interaction": offer.interaction_id,
                "warm": offer.is_warm,
                "from_team": found.team,
                "from_user": actor.id,
                "from_name": name_of(actor),
                "to_team": offer.to_team,
                "to_user": offer.to_user_id,
                "to_supervisor": offer.to_supervisor,
                "region": found.region,
                "reason": offer.reason.strip(),
                "summary": offer.summary.strip(),
                "tried": offer.tried.strip(),
                "documents": list(offer.document_ids),
                "now": now,
                "expires": expires_at,
            },
        )
        if row is None:
            raise CaseRefused("offered_already", "this case is offered and waits for an answer")
        append(
            found, "transfer_offered", at=now, actor=actor, transfer_id=row.id, to=offer.to_team,
            warm=offer.is_warm, supervisor=offer.to_supervisor,
        )  # fmt: skip
        return _again(row.id)


def accept(*, transfer: Transfer, now: datetime, actor: Actor, three_way: str = "") -> Case:
    """Take an offered case: it becomes the actor's, and their team's, and so do the calls promised on it.

    Shape:  `three_way` notes what was said while member, giver and taker were together on the line.
    Errors: NotAllowed; CaseRefused `answered_already`.
    """
    with transaction.atomic():
        found = lock(transfer.case_id)
        _require_taker(transfer, found, actor)
        _settle(transfer, State.ACCEPTED, now, actor, three_way=three_way.strip())
        if found.team != transfer.to_team:
            change(found.id, team=transfer.to_team)
        append(
            found, "transfer_accepted", at=now, actor=actor, is_visible=True,
            transfer_id=transfer.id, before=transfer.from_team, to=transfer.to_team,
        )  # fmt: skip
        if actor.id is not None:
            give(again(found.id), actor.id, now=now, actor=actor)
        if found.team != transfer.to_team:
            hand_over_calls(found, before=found.owner_id, now=now, actor=actor, every=True)
    return again(transfer.case_id)


def refuse(*, transfer: Transfer, reason: str, now: datetime, actor: Actor) -> Case:
    """Give an offer back with the reason; whoever offered it is alarmed.

    Errors: NotAllowed; CaseRefused `nothing_said`, `answered_already`.
    """
    if not reason.strip():
        raise CaseRefused("nothing_said", "say why, so that the case finds its place")
    with transaction.atomic():
        found = lock(transfer.case_id)
        _require_taker(transfer, found, actor)
        _settle(transfer, State.REFUSED, now, actor, refusal=reason.strip())
        _give_back(found, transfer, Alarm.TRANSFER_REFUSED, now, actor, reason.strip())
    return again(transfer.case_id)


def withdraw(*, transfer: Transfer, now: datetime, actor: Actor) -> Case:
    """Take an offer back. Errors: NotAllowed; CaseRefused `answered_already`."""
    with transaction.atomic():
        found = lock(transfer.case_id)
        if transfer.from_user_id != actor.id:
            actor.require(Scope.SUPERVISE_CARE)
        _settle(transfer, State.WITHDRAWN, now, actor)
        append(found, "transfer_withdrawn", at=now, actor=actor, transfer_id=transfer.id)
    return again(transfer.case_id)


def note_three_way(*, transfer: Transfer, note: str, now: datetime, actor: Actor) -> None:
    """Add what was said on the line by three. Errors: NotAllowed; CaseRefused `nothing_said`."""
    if not note.strip():
        raise CaseRefused("nothing_said", "write what was said")
    with transaction.atomic():
        found = lock(transfer.case_id)
        if transfer.from_user_id != actor.id:
            _require_taker(transfer, found, actor)
        fetch_all(
            "UPDATE cases_transfer SET three_way = btrim(three_way || E'\\n' || %(note)s, E'\\n')"
            " WHERE id = %(id)s",
            {"note": note.strip(), "id": transfer.id},
        )
        append(found, "three_way", at=now, actor=actor, transfer_id=transfer.id)


def expire_due(*, now: datetime, limit: int = 200) -> int:
    """Give back the offers nobody took in time, each with an alarm, and return how many. Safe to repeat."""
    done = 0
    while done < limit and _expire_one(now):
        done += 1
    return done


@transaction.atomic
def _expire_one(now: datetime) -> bool:
    row = fetch_one(
        SELECT + "WHERE t.state = 'offered' AND t.expires_at <= %(now)s"
        " ORDER BY t.expires_at LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED",
        {"now": now},
    )
    if row is None:
        return False
    # The case is locked first, as everywhere; what the row said may be old by now.
    transfer = _again(row.id)
    if transfer.state is State.OFFERED:
        _settle(transfer, State.EXPIRED, now, ACTOR)
        found = again(transfer.case_id)
        _give_back(found, transfer, Alarm.TRANSFER_EXPIRED, now, ACTOR, "")
    return True


_OFFER = """
INSERT INTO cases_transfer (case_id, interaction_id, is_warm, from_team, from_user_id, from_name, to_team,
    to_user_id, to_supervisor, region, reason, summary, tried, document_ids, verified_at, verified_factors,
    offered_at, expires_at)
SELECT %(case)s, %(interaction)s, %(warm)s, %(from_team)s, %(from_user)s, %(from_name)s, %(to_team)s,
       %(to_user)s, %(to_supervisor)s, %(region)s, %(reason)s, %(summary)s, %(tried)s, %(documents)s,
       i.verified_at, coalesce(i.verified_factors, '{}'), %(now)s, %(expires)s
FROM (SELECT 1) AS one LEFT JOIN cases_interaction i ON i.id = %(interaction)s
ON CONFLICT (case_id) WHERE state = 'offered' DO NOTHING RETURNING id
"""


def _check(case: Case, offer: Offer) -> None:
    if not case.is_open:
        raise CaseRefused("settled", "this case is settled; reopen it first")
    if not offer.reason.strip() or not offer.summary.strip():
        raise CaseRefused("nothing_said", "say why, and tell the story so far")
    try:
        get_team(code=offer.to_team)
    except UnknownTeam as unknown:
        raise CaseRefused("unknown_team", "there is no such team") from unknown
    if offer.to_user_id is None:
        return
    person = find_staff(user_id=offer.to_user_id)
    if person is None or not person.is_active:
        raise CaseRefused("not_in_team", "nobody works here under this name")
    if not offer.to_supervisor and offer.to_team not in get_skills(user_id=person.id).teams:
        raise CaseRefused("not_in_team", f"{person.first_name} is not in this team")


def _expires_at(case: Case, offer: Offer, now: datetime) -> datetime:
    policy = get_policy()
    if offer.is_warm:
        return now + timedelta(minutes=policy.warm_minutes)
    hours = hours_of(team=offer.to_team, region=case.region)
    return after_working(hours, now, timedelta(minutes=policy.cold_minutes))


def _require_taker(transfer: Transfer, case: Case, actor: Actor) -> None:
    """Errors: NotAllowed for whoever the case is not offered to."""
    actor.require(Scope.WORK_CASES)
    if actor.kind == "member":
        raise NotAllowed(Scope.WORK_CASES)
    reader = reader_of(actor=actor)
    if actor.may(Scope.SUPERVISE_CARE) and reader.works_in(case.region):
        return
    if not is_made_to(transfer=transfer, reader=reader):
        raise NotAllowed(Scope.WORK_CASES)


def _settle(
    transfer: Transfer,
    state: State,
    now: datetime,
    actor: Actor,
    *,
    refusal: str = "",
    three_way: str = "",
) -> None:
    row = fetch_one(
        "UPDATE cases_transfer SET state = %(state)s, answered_at = %(now)s, answered_by = %(actor)s,"
        " answered_name = %(name)s, refusal = %(refusal)s, three_way = %(three_way)s"
        " WHERE id = %(id)s AND state = 'offered' RETURNING id",
        {
            "state": state.value,
            "now": now,
            "actor": str(actor),
            "name": name_of(actor),
            "refusal": refusal,
            "three_way": three_way,
            "id": transfer.id,
        },
    )
    if row is None:
        raise CaseRefused("answered_already", "this offer was answered already")


def _give_back(
    case: Case, transfer: Transfer, alarm: Alarm, now: datetime, actor: Actor, why: str
) -> None:
    append(
        case, alarm.value, at=now, actor=actor, transfer_id=transfer.id, to=transfer.to_team,
        why=why,
    )  # fmt: skip
    raise_alarm(
        case, alarm, at=now, subject_id=transfer.id, user_id=transfer.from_user_id,
        team=transfer.from_team,
    )  # fmt: skip


def _again(transfer_id: int) -> Transfer:
    return transfer_from_row(fetch_one(SELECT + "WHERE t.id = %(id)s", {"id": transfer_id}))
