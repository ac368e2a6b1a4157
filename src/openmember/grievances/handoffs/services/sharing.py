"""Sharing what the plan added to an appeal with the member, in time for an answer."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from openmember.cases.documents.services import show_documents
from openmember.cases.services import steps as case_steps
from openmember.cases.types import Case
from openmember.grievances.file import list_reviewers
from openmember.grievances.handoffs.evidence import (
    Unshared,
    list_sharings,
    list_unshared,
    waiting,
)
from openmember.grievances.handoffs.services.ordering import order_copy, required
from openmember.grievances.policy import get_policy
from openmember.grievances.services.log import write
from openmember.grievances.types import BadCourse, Dispute, Kind, Speed, Step
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.queries import get_consent
from openmember.members.queries import get_member
from openmember.members.types import Actor
from openmember.threads.services.sending import inform
from openmember.ui import formats

LANGUAGES = ("en", "es", "zh-hant")
_DAY = timedelta(days=1)


def usual_day(dispute: Dispute, *, now: datetime) -> date:
    """Return the day that is offered for the answer, as the policy has it; sooner where it is expedited."""
    policy, is_fast = get_policy(), dispute.standing.speed is Speed.EXPEDITED
    days = policy.answer_fast_within if is_fast else policy.answer_within
    return now.astimezone(ZoneInfo(dispute.standing.zone)).date() + days


def last_possible_day(dispute: Dispute, *, now: datetime) -> date:
    """Return the latest day an answer may be awaited: nobody stops a clock by it for as long as they like."""
    usual = usual_day(dispute, now=now)
    if dispute.standing.speed is Speed.EXPEDITED:
        return usual
    return usual + get_policy().answer_at_most


@transaction.atomic
def share(*, dispute: Dispute, message: str, answer_on: date, now: datetime, actor: Actor) -> bool:
    """Give the member everything that is new, with a message in their language and the day to answer by.

    Shape:  documents are theirs to read from then on; an opinion stands in the message. Who reads on paper is
            mailed a copy of the file; False where no letter can reach them, so that somebody mails it. Where
            the decision is due before that day is over, its clock stands still until then, if the law lets it.
    Errors: NotAllowed; BadCourse `nothing_to_share`, `nothing_said`, `answer_too_soon`, `toll_too_long`.
    """
    case = required(dispute, actor)
    unshared = list_unshared(dispute=dispute)
    if not unshared:
        raise BadCourse("nothing_to_share", "the member has everything")
    if not message.strip():
        raise BadCourse("nothing_said", "say what is new")
    zone = ZoneInfo(dispute.standing.zone)
    if answer_on <= now.astimezone(zone).date():
        raise BadCourse("answer_too_soon", "give them a day at least")
    if answer_on > last_possible_day(dispute, now=now):
        raise BadCourse("toll_too_long", "nobody waits that long for an answer")
    _keep(dispute, unshared, message, answer_on, now, actor)
    show_documents(
        case=case, document_ids=[one.document_id for one in unshared if one.document_id], now=now, actor=actor
    )  # fmt: skip
    body = words_for(dispute, unshared, message, answer_on)
    inform(case=case, body=body, now=now, actor=actor)
    is_sent = _mail(case, dispute, now, actor)
    _stand_still(dispute, answer_on, now, actor)
    case_steps.append(
        case, "dispute_shared", at=now, actor=actor, is_visible=True, on=answer_on.isoformat()
    )
    return is_sent


@transaction.atomic
def note_theirs(
    *, dispute: Dispute, document_id: int, why: str, now: datetime, actor: Actor
) -> None:
    """Note that a document came from the member or who helps them: then it is not to be shared with them.

    Errors: NotAllowed; BadCourse `unknown_document`, `nothing_said`.
    """
    case = required(dispute, actor)
    if document_id not in {one.document_id for one in list_unshared(dispute=dispute)}:
        raise BadCourse("unknown_document", "it is not among what is to be shared")
    if not why.strip():
        raise BadCourse("nothing_said", "say from whom it came")
    fetch_all(
        "INSERT INTO grievances_sharing_item (document_id, theirs_why, at, actor)"
        " VALUES (%(document)s, %(why)s, %(now)s, %(actor)s)",
        {
            "document": document_id,
            "why": " ".join(why.split())[:500],
            "now": now,
            "actor": str(actor),
        },
    )
    case_steps.append(case, "dispute_theirs", at=now, actor=actor, document_id=document_id)


@transaction.atomic
def note_answer(*, dispute: Dispute, how: str, now: datetime, actor: Actor) -> None:
    """Note that the member answered what was shared, so that it can be decided and its clock goes on.

    Shape:  for the member who adds something to their dispute, and for who heard it; nothing open does nothing.
    Errors: NotAllowed.
    """
    if actor.kind != "member":
        required(dispute, actor)
    open_ones = [
        one for one in list_sharings(dispute=dispute) if one.waits(now, dispute.standing.zone)
    ]
    for one in open_ones:
        fetch_all(
            "INSERT INTO grievances_sharing_answer (sharing_id, at, how, actor, actor_name)"
            " VALUES (%(id)s, %(now)s, %(how)s, %(actor)s, %(name)s) ON CONFLICT DO NOTHING",
            {
                "id": one.id, "now": now, "how": " ".join(how.split())[:300] or "-",
                "actor": str(actor), "name": case_steps.name_of(actor),
            },
        )  # fmt: skip
    if open_ones and actor.kind != "member":
        case = case_steps.again(dispute.case_id)
        case_steps.append(case, "dispute_answered", at=now, actor=actor)
        if dispute.standing.is_tolled:
            write(dispute_id=dispute.id, kind=Kind.RESUMED, at=now, actor=actor)


def awaited(dispute: Dispute, *, now: datetime) -> date | None:
    """Return the last day on which the member may answer what was shared; None where nothing is awaited."""
    found = waiting(list_sharings(dispute=dispute), zone=dispute.standing.zone, now=now)
    return found.answer_on if found else None


def words_for(
    dispute: Dispute, unshared: tuple[Unshared, ...], message: str, answer_on: date
) -> str:
    """Return what the member reads, in their language; what somebody wrote stands as it was written."""
    opinions = {one.user_id: one for one in list_reviewers(dispute=dispute)}
    ids = {
        row.id: row.user_id
        for row in fetch_all(
            "SELECT id, user_id FROM grievances_reviewer WHERE dispute_id = %(id)s",
            {"id": dispute.id},
        )
    }
    with override(_language(dispute)):
        lines = [
            _(
                "We added something to the file of your appeal before we decide. You can read it and answer."
            ),
            message.strip(),
        ]
        names = [one.name for one in unshared if not one.is_opinion]
        if names:
            lines.append(_("New documents: %(names)s") % {"names": ", ".join(names)})
        for one in unshared:
            if one.reviewer_id is not None:
                found = opinions[ids[one.reviewer_id]]
                title = _("Clinical opinion: %(specialty)s") % {"specialty": found.specialty}
                lines.append(f"{title}\n{found.opinion}")
        lines.append(
            _(
                "You may answer until %(day)s, here or by phone. You need not. We decide after that day, or"
                " once you answered."
            )
            % {"day": formats.day(answer_on, "weekday")}
        )
    return "\n\n".join(lines)


def _language(dispute: Dispute) -> str:
    language = get_member(member_id=dispute.member_id).person.language
    return language if language in LANGUAGES else "en"


def _keep(
    dispute: Dispute,
    unshared: tuple[Unshared, ...],
    message: str,
    answer_on: date,
    now: datetime,
    actor: Actor,
) -> None:
    row = fetch_one(
        "INSERT INTO grievances_sharing (dispute_id, message, at, answer_on, actor, actor_name)"
        " VALUES (%(dispute)s, %(message)s, %(now)s, %(on)s, %(actor)s, %(name)s) RETURNING id",
        {
            "dispute": dispute.id, "message": message.strip()[:4000], "now": now, "on": answer_on,
            "actor": str(actor), "name": case_steps.name_of(actor),
        },
    )  # fmt: skip
    for one in unshared:
        fetch_all(
            "INSERT INTO grievances_sharing_item (sharing_id, document_id, reviewer_id, at, actor)"
            " VALUES (%(sharing)s, %(document)s, %(reviewer)s, %(now)s, %(actor)s)",
            {
                "sharing": row.id, "document": one.document_id, "reviewer": one.reviewer_id, "now": now,
                "actor": str(actor),
            },
        )  # fmt: skip


def _mail(case: Case, dispute: Dispute, now: datetime, actor: Actor) -> bool:
    """Mail the file to a member who reads on paper: the message alone would not reach them."""
    if case.account_number is None:
        order_copy(dispute=dispute, on_paper=False, now=now, actor=actor)
        return False
    if not get_consent(account_number=case.account_number).given:
        order_copy(dispute=dispute, on_paper=True, now=now, actor=actor)
    return True


def _stand_still(dispute: Dispute, answer_on: date, now: datetime, actor: Actor) -> None:
    """Stop the clock of the decision where it would end before the member could answer."""
    found = dispute.standing
    decide = next(
        (one for one in found.clocks if one.step is Step.DECIDE and one.visit == found.visit), None
    )
    if decide is None or decide.due_at is None:
        return
    ends = datetime.combine(answer_on + _DAY, time.min, ZoneInfo(found.zone))
    if ends < decide.due_at:
        return
    with override(_language(dispute)):
        why = _("New evidence was shared; the member may answer.")
    try:
        with transaction.atomic():
            write(
                dispute_id=dispute.id, kind=Kind.TOLLED, at=now, actor=actor,
                until=answer_on.isoformat(), why=why,
            )  # fmt: skip
    except BadCourse as refused:
        if refused.name != "no_tolling":
            raise
