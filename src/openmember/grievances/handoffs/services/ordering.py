"""Asking for the file of a dispute, and making what was asked for."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from openmember.cases.documents.services import list_documents
from openmember.cases.queries import may_work
from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm, Case
from openmember.grievances.handoffs.evidence import list_sharings, waiting
from openmember.grievances.handoffs.queries import TRIES_AT_MOST
from openmember.grievances.handoffs.services.making import make_package
from openmember.grievances.handoffs.types import Package, Purpose
from openmember.grievances.handoffs.words import WITHHELD
from openmember.grievances.queries import get_dispute
from openmember.grievances.types import BadCourse, Dispute
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.services import write_letter
from openmember.letters.types import LANGUAGES, Letter
from openmember.members.queries import get_member
from openmember.members.types import Actor, NotAllowed, Scope, system
from openmember.threads.access import require_for

REVIEWERS_LANGUAGE = "en"
CLOCKS = system("clocks")


@transaction.atomic
def order_file(*, dispute: Dispute, now: datetime, actor: Actor) -> None:
    """Have the file made for a reviewer. Asked for while it is made does nothing. Errors: NotAllowed."""
    case = required(dispute, actor)
    if _order(dispute, Purpose.REVIEWER, False, now, actor):
        case_steps.append(case, "dispute_file_asked", at=now, actor=actor)


@transaction.atomic
def order_copy(*, dispute: Dispute, on_paper: bool, now: datetime, actor: Actor) -> None:
    """Have the member's copy made, free of charge: for the member, who writes for them, or whom they told.

    Shape:  asked for while it is made does nothing. It tells when it was asked for and by whom.
    Errors: NotAllowed; BadCourse `no_address` where paper can go nowhere.
    Source: 29 CFR 2560.503-1(h)(2)(iii).
    """
    if actor.kind == "member":
        require_for(member_id=dispute.member_id, at=now, actor=actor)
        case = case_steps.again(dispute.case_id)
    else:
        case = required(dispute, actor)
    if on_paper and case.account_number is None:
        raise BadCourse("no_address", "the member is on no account, so no letter reaches them")
    if _order(dispute, Purpose.COPY, on_paper, now, actor):
        case_steps.append(
            case, "dispute_copy_asked", at=now, actor=actor, is_visible=True, paper=on_paper
        )


@transaction.atomic
def withhold(
    *, dispute: Dispute, document_id: int, code: str, why: str, now: datetime, actor: Actor
) -> None:
    """Leave a document out of the member's copies, or with an empty code give it after all.

    Shape:  the member reads the words of the code; `why` stays with us. Copies given already stay as they are.
    Errors: NotAllowed; BadCourse `unknown_document`, `their_own`, `seen_already`,
            `unknown_reason`, `nothing_said`.
    """
    case = required(dispute, actor)
    actor.require(Scope.SUPERVISE_CARE)
    found = next((one for one in list_documents(case=case) if one.id == document_id), None)
    if found is None:
        raise BadCourse("unknown_document", "the dispute has no such document")
    if code and found.is_members:
        raise BadCourse("their_own", "what the member sent is theirs")
    if code and found.is_visible:
        raise BadCourse("seen_already", "the member reads it already")
    if code and code not in WITHHELD:
        raise BadCourse("unknown_reason", code)
    if not why.strip():
        raise BadCourse("nothing_said", "say why")
    fetch_all(
        "INSERT INTO grievances_withheld (document_id, code, why, at, actor, actor_name)"
        " VALUES (%(document)s, %(code)s, %(why)s, %(now)s, %(actor)s, %(name)s)",
        {
            "document": document_id, "code": code, "why": " ".join(why.split())[:500], "now": now,
            "actor": str(actor), "name": case_steps.name_of(actor),
        },
    )  # fmt: skip
    kind = "dispute_withheld" if code else "dispute_not_withheld"
    case_steps.append(case, kind, at=now, actor=actor, document_id=document_id, code=code)


def make_ordered(*, order_id: int, now: datetime) -> Package | None:
    """Make what an order asks for; None where it is made, or somebody makes it this moment."""
    with transaction.atomic():
        row = fetch_one(
            "UPDATE grievances_order SET tries = tries + 1 WHERE id = ("
            "  SELECT id FROM grievances_order WHERE id = %(id)s AND package_id IS NULL AND tries < %(most)s"
            "  FOR NO KEY UPDATE SKIP LOCKED) RETURNING *",
            {"id": order_id, "most": TRIES_AT_MOST},
        )
    if row is None:
        return None
    dispute = get_dispute(dispute_id=row.dispute_id)
    purpose = Purpose(row.purpose)
    made = make_package(
        dispute=dispute, purpose=purpose, language=_language(dispute, purpose), now=now,
        actor=system("files"),
    )  # fmt: skip
    _give(row, dispute, made, now)
    return made


@transaction.atomic
def tell_failed(*, order_id: int, now: datetime) -> bool:
    """Put a file that could not be made before the owner of its dispute, once; return whether that was now."""
    row = fetch_one(
        "UPDATE grievances_order o SET failed_at = %(now)s FROM grievances_dispute d"
        " WHERE o.id = %(id)s AND o.package_id IS NULL AND o.tries >= %(most)s AND o.failed_at IS NULL"
        "  AND d.id = o.dispute_id RETURNING d.case_id",
        {"id": order_id, "most": TRIES_AT_MOST, "now": now},
    )
    if row is None:
        return False
    case_steps.raise_alarm(
        case_steps.again(row.case_id), Alarm.FILE_FAILED, at=now, subject_id=order_id
    )
    return True


def required(dispute: Dispute, actor: Actor) -> Case:
    """Return the case of a dispute the actor may work on. Errors: NotAllowed."""
    case = case_steps.again(dispute.case_id)
    if actor.kind == "member" or not may_work(case=case, actor=actor):
        raise NotAllowed(Scope.WORK_CASES)
    return case


def order_by_itself(*, dispute_id: int, now: datetime) -> None:
    """Have the file made because the law sends the case on. Again does nothing."""
    dispute = get_dispute(dispute_id=dispute_id)
    row = fetch_one(
        "SELECT id FROM grievances_order WHERE dispute_id = %(id)s AND asked_by = %(by)s",
        {"id": dispute_id, "by": str(CLOCKS)},
    )
    if row is not None:
        return
    case = case_steps.again(dispute.case_id)
    if not _order(dispute, Purpose.REVIEWER, False, now, CLOCKS):
        # Somebody asked for it this minute: it is theirs, and the next one is ours.
        return
    case_steps.append(case, "dispute_file_asked", at=now, actor=CLOCKS)


def _order(dispute: Dispute, purpose: Purpose, on_paper: bool, now: datetime, actor: Actor) -> bool:
    row = fetch_one(
        "INSERT INTO grievances_order (dispute_id, purpose, asked_at, asked_by, asked_name, on_paper)"
        " VALUES (%(dispute)s, %(purpose)s, %(now)s, %(actor)s, %(name)s, %(paper)s)"
        " ON CONFLICT (dispute_id, purpose) WHERE package_id IS NULL DO UPDATE"
        "  SET on_paper = grievances_order.on_paper OR excluded.on_paper, tries = 0,"
        "  failed_at = NULL"
        " RETURNING xmax = 0 AS is_new",
        {
            "dispute": dispute.id, "purpose": purpose.value, "now": now, "actor": str(actor),
            "name": case_steps.name_of(actor), "paper": on_paper,
        },
    )  # fmt: skip
    # Asked for again is what one does about a file that could not be made.
    _clear_failed(dispute, now, actor)
    return bool(row.is_new)


def _clear_failed(dispute: Dispute, now: datetime, actor: Actor) -> None:
    """Take the alarm back when no file of the dispute is given up any more."""
    failed = fetch_one(
        "SELECT 1 FROM grievances_order WHERE dispute_id = %(id)s AND failed_at IS NOT NULL LIMIT 1",
        {"id": dispute.id},
    )
    if failed is None:
        case = case_steps.again(dispute.case_id)
        case_steps.clear_alarms(case, Alarm.FILE_FAILED, at=now, actor=actor)


def _language(dispute: Dispute, purpose: Purpose) -> str:
    if purpose is Purpose.REVIEWER:
        return REVIEWERS_LANGUAGE
    language = get_member(member_id=dispute.member_id).person.language
    return language if language in LANGUAGES else "en"


@transaction.atomic
def _give(row: Any, dispute: Dispute, made: Package, now: datetime) -> None:
    given = fetch_one(
        "UPDATE grievances_order SET package_id = %(package)s, given_at = greatest(%(now)s, asked_at),"
        " failed_at = NULL"
        " WHERE id = %(id)s AND package_id IS NULL RETURNING id, on_paper",
        {"package": made.id, "now": now, "id": row.id},
    )
    if given is None:
        return
    case = case_steps.again(dispute.case_id)
    _clear_failed(dispute, now, CLOCKS)
    if row.asked_by == str(CLOCKS):
        case_steps.raise_alarm(case, Alarm.FILE_READY, at=now)
    if made.purpose is not Purpose.COPY:
        return
    case_steps.append(
        case,
        "dispute_copy_given",
        at=now,
        actor=system("files"),
        is_visible=True,
        package_id=made.id,
    )
    if case.account_number is not None:
        letter = _tell(case, dispute, made, given, now)
        fetch_all(
            "UPDATE grievances_order SET letter_id = %(letter)s WHERE id = %(id)s",
            {"letter": letter.id, "id": given.id},
        )


def _tell(case: Case, dispute: Dispute, made: Package, order: Any, now: datetime) -> Letter:
    zone = ZoneInfo(dispute.standing.zone)
    shared = None
    if order.on_paper:
        # Who reads on paper learns from this letter what is new and until when they may answer.
        shared = waiting(list_sharings(dispute=dispute), zone=dispute.standing.zone, now=now)
    return write_letter(
        account_number=str(case.account_number),
        kind="file_copy",
        key=f"file_copy:{order.id}",
        values={
            "number": case.number,
            "pages": made.pages,
            "paper": order.on_paper,
            "withheld": len(made.withheld),
            "shared": shared.message if shared else "",
            "answer_on": shared.answer_on.isoformat() if shared else "",
        },
        on=now.astimezone(zone).date(),
        actor=system("files"),
        member_id=dispute.member_id,
    )
