"""What becomes of a dispute's letters: they leave, arrive, or come back. Each is noted with what shows it."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction

from openmember.cases.queries import may_work
from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm
from openmember.grievances.letters.queries import find_by_letter, list_letters
from openmember.grievances.letters.receipt import receipt_of
from openmember.grievances.letters.types import Addressee, DisputeLetter, LetterKind, Proof
from openmember.grievances.queries import get_dispute
from openmember.grievances.services.log import write
from openmember.grievances.types import BadCourse, Dispute, Kind, Step
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.types import Letter
from openmember.members.types import Actor, NotAllowed, Scope, system

LOG = structlog.get_logger("openmember.grievances")

CHUNK = 500
_LEFT = """
SELECT g.id, g.dispute_id, g.serial, g.kind, l.delivered_at
FROM grievances_letter g JOIN letters_letter l ON l.account_number = g.account_number AND l.id = g.letter_id
WHERE g.left_at IS NULL AND l.delivered_at IS NOT NULL AND l.delivered_at <= %(now)s AND g.id > %(after)s
ORDER BY g.id LIMIT %(limit)s
"""
_LOCK = "SELECT id FROM grievances_dispute WHERE id = %(id)s FOR NO KEY UPDATE SKIP LOCKED"


def note_left(now: datetime) -> int:
    """Note which letters were mailed or told of, and the duties that met; return how many. Again does nothing.

    A letter that confirms receipt meets the duty to confirm at the moment it left, and a decision's the duty to
    confirm in writing what was said aloud. A dispute somebody has before them is looked at the next minute.
    """
    noted, after = 0, 0
    while rows := fetch_all(_LEFT, {"now": now, "after": after, "limit": CHUNK}):
        after = rows[-1].id
        for row in rows:
            noted += _note_left(row)
    return noted


def _note_left(row: Any) -> int:
    try:
        with transaction.atomic():
            if not fetch_one(_LOCK, {"id": row.dispute_id}):
                return 0
            _leave(row.id, row.delivered_at, system("letters"))
    except (
        BadCourse
    ) as refused:  # One whose log cannot be written holds up no other, and is tried again.
        LOG.warning("letter_left_not_noted", dispute=row.dispute_id, refused=refused.name)
        return 0
    return 1


@transaction.atomic
def note_mailed(*, dispute: Dispute, letter: DisputeLetter, now: datetime, actor: Actor) -> None:
    """Note that a letter somebody printed is in the mail. Errors: NotAllowed; BadCourse `not_by_hand`."""
    _require(dispute, actor)
    if not letter.is_by_hand:
        raise BadCourse("not_by_hand", "this letter leaves by itself")
    fetch_one(_LOCK.removesuffix(" SKIP LOCKED"), {"id": dispute.id})
    if letter.left_at is None:
        _leave(letter.id, now, actor)


@transaction.atomic
def note_carrier(
    *, dispute: Dispute, letter: DisputeLetter, on: date, how: str, now: datetime, actor: Actor
) -> None:
    """Note what whoever carried a letter shows of its arrival.

    Errors: NotAllowed; BadCourse `nothing_said`, `not_left`, `not_yet`.
    """
    _require(dispute, actor)
    if not how.strip():
        raise BadCourse("nothing_said", "say what shows it")
    zone = ZoneInfo(dispute.standing.zone)
    if letter.left_at is None or on < letter.left_at.astimezone(zone).date():
        raise BadCourse("not_left", "no letter arrives before it left")
    if on > now.astimezone(zone).date():
        raise BadCourse("not_yet", "it cannot have come later than now")
    _prove(dispute, letter, Proof.CARRIER, on, how.strip()[:200], now, actor)


@transaction.atomic
def note_returned(
    *, dispute: Dispute, letter: DisputeLetter, on: date, how: str, now: datetime, actor: Actor
) -> None:
    """Note that a letter came back, and put that before the owner. Errors: NotAllowed."""
    _require(dispute, actor)
    if _prove(dispute, letter, Proof.RETURNED, on, how.strip()[:200], now, actor):
        case = case_steps.again(dispute.case_id)
        case_steps.raise_alarm(
            case, Alarm.LETTER_RETURNED, at=now, subject_id=letter.id, user_id=case.owner_id, team=case.team
        )  # fmt: skip


@transaction.atomic
def note_read(*, dispute: Dispute, letter: DisputeLetter, now: datetime, actor: Actor) -> None:
    """Note that the member opened a letter on the portal. Somebody else’s reading shows nothing.

    Where the log fits the rules no more, nothing is noted: a later reading is, and no right ends meanwhile.
    """
    if dispute.misfit is not None:
        return
    is_theirs = actor.kind == "member" and actor.member_id == dispute.member_id
    if not is_theirs or letter.addressee is not Addressee.MEMBER:
        return
    if any(one.proof is Proof.READ for one in letter.evidence):
        return
    today = now.astimezone(ZoneInfo(dispute.standing.zone)).date()
    _prove(dispute, letter, Proof.READ, today, "", now, actor)


def note_opened(*, letter: Letter, now: datetime, actor: Actor) -> None:
    """As `note_read`, of a letter among all documents; does nothing where it is no dispute's."""
    known = find_by_letter(letter=letter)
    if known is None:
        return
    dispute = get_dispute(dispute_id=known[0])
    found = next(one for one in list_letters(dispute=dispute) if one.id == known[1])
    note_read(dispute=dispute, letter=found, now=now, actor=actor)


def _leave(own_id: int, at: datetime, actor: Actor) -> None:
    row = fetch_one(
        "UPDATE grievances_letter SET left_at = %(at)s, left_by = %(by)s WHERE id = %(id)s AND left_at IS NULL"
        " RETURNING dispute_id, serial, kind, addressee",
        {"id": own_id, "at": at, "by": str(actor)},
    )
    if row is None or row.addressee != Addressee.MEMBER:
        return
    dispute = get_dispute(dispute_id=row.dispute_id)
    # The log is in order: what left before the last event is written after it.
    moment = max(at, dispute.events[-1].event.at)
    if row.kind == LetterKind.RECEIVED and _waits_for_confirmation(dispute, row.serial):
        write(dispute_id=dispute.id, kind=Kind.ACKNOWLEDGED, at=moment, actor=actor)
    elif _confirms(dispute, row.serial):
        write(
            dispute_id=dispute.id, kind=Kind.DONE, at=moment, actor=actor, step=Step.CONFIRM.value
        )


def _waits_for_confirmation(dispute: Dispute, serial: int) -> bool:
    """Whether the level that the letter confirmed is the one it is at, undecided, and nobody confirmed it."""
    since = [one.event.kind for one in dispute.events[serial:]]
    over = {Kind.ACKNOWLEDGED, Kind.ESCALATED, Kind.REOPENED, Kind.DECIDED, Kind.WITHDRAWN}
    return dispute.standing.decision is None and not over & set(since)


def _confirms(dispute: Dispute, serial: int) -> bool:
    """Whether a decision's letter meets a duty to confirm it in writing."""
    if dispute.events[serial - 1].event.kind is not Kind.DECIDED:
        return False
    here = dispute.standing.visit
    return any(
        one.step is Step.CONFIRM and one.visit == here and one.met_at is None
        for one in dispute.standing.clocks
    )


def _prove(
    dispute: Dispute,
    letter: DisputeLetter,
    proof: Proof,
    on: date,
    how: str,
    now: datetime,
    actor: Actor,
) -> bool:
    """Keep a proof; the first of a decision’s arrival starts the clocks of rights. False where it is known."""
    fetch_one(_LOCK.removesuffix(" SKIP LOCKED"), {"id": dispute.id})
    kept = fetch_one(
        "INSERT INTO grievances_letter_proof (letter_id, proof, on_day, how, at, actor, actor_name)"
        " VALUES (%(letter)s, %(proof)s, %(on)s, %(how)s, %(now)s, %(actor)s, %(name)s)"
        " ON CONFLICT DO NOTHING RETURNING id",
        {
            "letter": letter.id,
            "proof": proof.value,
            "on": on,
            "how": how,
            "now": now,
            "actor": str(actor),
            "name": case_steps.name_of(actor),
        },
    )
    if kept is None:
        return False
    again = get_dispute(dispute_id=dispute.id)
    if again.misfit is not None and proof is not Proof.RETURNED:
        raise BadCourse("log_unfit", "what came cannot be written now")
    events = [one.event for one in again.events]
    event = receipt_of(events, serial=letter.serial, proof=proof, on=on, at=now)
    if event is not None and letter.addressee is Addressee.MEMBER:
        write(
            dispute_id=dispute.id,
            kind=event.kind,
            at=event.at,
            actor=actor,
            how=how,
            **event.detail,
        )
    return True


def _require(dispute: Dispute, actor: Actor) -> None:
    if actor.kind == "member" or not may_work(case=case_steps.again(dispute.case_id), actor=actor):
        raise NotAllowed(Scope.WORK_CASES)
