"""Sending the file to whoever reviews it outside, and noting what they said.

Sources: 42 CFR 422.590 and 423.590 (to the independent review entity); 45 CFR 147.136(d) (to the reviewer).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm, Case
from openmember.grievances.file import list_exhibits
from openmember.grievances.handoffs.queries import latest_file, list_handoffs
from openmember.grievances.handoffs.services.making import mark_of
from openmember.grievances.handoffs.services.ordering import required
from openmember.grievances.handoffs.types import Handoff, Package, Said, ToSend, Way
from openmember.grievances.services.missing import write
from openmember.grievances.types import BadCourse, Dispute, Kind, Level, Step
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor

_OUTSIDE = {Level.EXTERNAL, Level.IRE}


@dataclass(frozen=True, slots=True)
class Sending:
    """How a file went: to which organization, how and where to, and what shows it."""

    reviewer: str
    reviewer_name: str
    way: Way
    sent_to: str
    proof: str
    sent_at: datetime
    again_why: str = ""


def find_to_send(dispute: Dispute) -> ToSend | None:
    """Return what can be sent on now: the case the law sends on, or the file a reviewer outside needs."""
    found = dispute.standing
    for one in found.clocks:
        if one.step is Step.FORWARD and one.visit == found.visit and found.level is Level.PLAN:
            return ToSend(Step.FORWARD, Level.IRE, found.visit)
    if found.level in _OUTSIDE and found.decision is None:
        return ToSend(Step.DOCUMENTS, found.level, found.visit)
    return None


def file_is_old(dispute: Dispute) -> bool:
    """Return whether the file that was made last has to be made anew before it is sent."""
    package = latest_file(dispute=dispute)
    return package is not None and _is_old(package, dispute, case_steps.again(dispute.case_id))


@transaction.atomic
def send_on(*, dispute: Dispute, sending: Sending, now: datetime, actor: Actor) -> Handoff:
    """Note that the file that was made last went to a reviewer. The step it fulfils is done when it was sent.

    Shape:  sent again it says why; the step stays done since the first time.
    Errors: NotAllowed; BadCourse `nothing_to_hand_on`, `no_file`, `file_is_old`, `say_why_again`, `not_yet`,
            `nothing_said`, `before_it_was_made`.
    """
    case = required(dispute, actor)
    wanted = find_to_send(dispute)
    if wanted is None:
        raise BadCourse("nothing_to_hand_on", "nobody outside reviews it now")
    package = _file_for(dispute, case)
    sent = [
        one
        for one in list_handoffs(dispute=dispute)
        if (one.visit, one.step) == (wanted.visit, wanted.step)
    ]
    _check(dispute, sending, bool(sent), now)
    if sending.sent_at < package.made_at.replace(second=0, microsecond=0):
        raise BadCourse("before_it_was_made", "a file cannot go before it is made")
    row = _insert(dispute, wanted, package, sending, len(sent) + 1, now, actor)
    if not sent:
        write(
            dispute_id=dispute.id, kind=Kind.DONE, at=now, actor=actor, step=wanted.step.value,
            was_at=sending.sent_at.isoformat(),
        )  # fmt: skip
    case_steps.append(
        case, "dispute_handed_on", at=now, actor=actor, is_visible=True, handoff_id=row.id,
        reviewer=sending.reviewer_name,
    )  # fmt: skip
    case_steps.clear_alarms(case, Alarm.FILE_READY, Alarm.HANDOFF_RETURNED, at=now, actor=actor)
    return next(one for one in list_handoffs(dispute=dispute) if one.id == row.id)


@transaction.atomic
def acknowledge(
    *,
    dispute: Dispute,
    handoff_id: int,
    at: datetime,
    by_whom: str,
    reference: str,
    now: datetime,
    actor: Actor,
) -> None:
    """Note that a reviewer has the file. A case that was sent on is with them from the moment they got it.

    Shape:  the member is told of that in a letter.
    Errors: NotAllowed; BadCourse `unknown_handoff`, `said_already`, `before_it_was_sent`, `not_yet`,
            `nothing_said`.
    """
    case = required(dispute, actor)
    found = _find(dispute, handoff_id)
    _answer(found, Said.ACKNOWLEDGED, at, by_whom, reference, "", now, actor)
    case_steps.append(
        case, "dispute_handoff_acknowledged", at=now, actor=actor, is_visible=True, handoff_id=found.id,
        reviewer=found.reviewer_name,
    )  # fmt: skip
    case_steps.clear_alarms(case, Alarm.HANDOFF_SILENT, at=now, actor=actor)
    standing = dispute.standing
    if found.step is Step.FORWARD and standing.visit == found.visit:
        write(
            dispute_id=dispute.id, kind=Kind.ESCALATED, at=now, actor=actor, level=found.level.value,
            received_at=at.isoformat(),
        )  # fmt: skip


@transaction.atomic
def note_returned(
    *,
    dispute: Dispute,
    handoff_id: int,
    at: datetime,
    by_whom: str,
    why: str,
    now: datetime,
    actor: Actor,
) -> None:
    """Note that a reviewer refused the file or sent it back. Whoever owns the dispute is told: it goes again.

    Errors: as `acknowledge`.
    """
    case = required(dispute, actor)
    found = _find(dispute, handoff_id)
    if not why.strip():
        raise BadCourse("nothing_said", "say why they sent it back")
    _answer(found, Said.RETURNED, at, by_whom, "", why, now, actor)
    case_steps.append(case, "dispute_handoff_returned", at=now, actor=actor, handoff_id=found.id)
    case_steps.raise_alarm(case, Alarm.HANDOFF_RETURNED, at=now, subject_id=found.id)


def _file_for(dispute: Dispute, case: Case) -> Package:
    package = latest_file(dispute=dispute)
    if package is None:
        raise BadCourse("no_file", "make the file first")
    if _is_old(package, dispute, case):
        raise BadCourse("file_is_old", "something came or went since the file was made")
    return package


def _is_old(package: Package, dispute: Dispute, case: Case) -> bool:
    """Whether a document, an event, an opinion or a fact came, went or changed since a file was made."""
    if package.contents:
        said = mark_of(dispute=dispute, purpose=package.purpose, language=package.language)
        return said != package.contents
    held = {one.document_id for one in package.bound}
    return held != {one.document.id for one in list_exhibits(case=case)}


def _check(dispute: Dispute, sending: Sending, is_again: bool, now: datetime) -> None:
    if is_again and not sending.again_why.strip():
        raise BadCourse("say_why_again", "it was sent already")
    if sending.sent_at > now:
        raise BadCourse("not_yet", "it cannot have been sent later than now")
    if sending.sent_at < dispute.standing.received_at:
        raise BadCourse("before_the_last", "it cannot have been sent before the dispute came")
    for said in (sending.reviewer_name, sending.sent_to, sending.proof):
        if not said.strip():
            raise BadCourse("nothing_said", "say to whom, where to, and what shows it")


def _insert(
    dispute: Dispute,
    wanted: ToSend,
    package: Package,
    sending: Sending,
    turn: int,
    now: datetime,
    actor: Actor,
) -> Any:
    return fetch_one(
        "INSERT INTO grievances_handoff (dispute_id, visit, step, turn, level, reviewer, reviewer_name,"
        " package_id, sha256, way, sent_to, proof, sent_at, again_why, noted_at, actor, actor_name)"
        " VALUES (%(dispute)s, %(visit)s, %(step)s, %(turn)s, %(level)s, %(reviewer)s, %(reviewer_name)s,"
        " %(package)s, %(sha256)s, %(way)s, %(sent_to)s, %(proof)s, %(sent_at)s, %(why)s, %(now)s,"
        " %(actor)s, %(name)s) RETURNING id",
        {
            "dispute": dispute.id,
            "visit": wanted.visit,
            "step": wanted.step.value,
            "turn": turn,
            "level": wanted.level.value,
            "reviewer": sending.reviewer,
            "reviewer_name": sending.reviewer_name.strip()[:160],
            "package": package.id,
            "sha256": package.bundle_sha256,
            "way": sending.way.value,
            "sent_to": sending.sent_to.strip()[:300],
            "proof": sending.proof.strip()[:300],
            "sent_at": sending.sent_at,
            "why": " ".join(sending.again_why.split())[:500] if turn > 1 else "",
            "now": now,
            "actor": str(actor),
            "name": case_steps.name_of(actor),
        },
    )


def _find(dispute: Dispute, handoff_id: int) -> Handoff:
    found = next((one for one in list_handoffs(dispute=dispute) if one.id == handoff_id), None)
    if found is None:
        raise BadCourse("unknown_handoff", "the dispute was not sent like that")
    return found


def _answer(
    found: Handoff,
    kind: Said,
    at: datetime,
    by_whom: str,
    reference: str,
    why: str,
    now: datetime,
    actor: Actor,
) -> None:
    if found.find(kind) is not None:
        raise BadCourse("said_already", "that is noted already")
    if at > now:
        raise BadCourse("not_yet", "it cannot have been later than now")
    if at < found.sent_at:
        raise BadCourse("before_it_was_sent", "nobody answers what was not sent yet")
    if not by_whom.strip():
        raise BadCourse("nothing_said", "say who said it")
    fetch_one(
        "INSERT INTO grievances_handoff_answer (handoff_id, kind, at, by_whom, reference, why, noted_at, actor,"
        " actor_name) VALUES (%(handoff)s, %(kind)s, %(at)s, %(by)s, %(reference)s, %(why)s, %(now)s,"
        " %(actor)s, %(name)s) RETURNING id",
        {
            "handoff": found.id, "kind": kind.value, "at": at, "by": by_whom.strip()[:160],
            "reference": reference.strip()[:80], "why": " ".join(why.split())[:500], "now": now,
            "actor": str(actor), "name": case_steps.name_of(actor),
        },
    )  # fmt: skip
