"""Filing a dispute: by the member online, or by whoever takes it by phone or from the post."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from openmember.cases.services.opening import link_interaction, open_case
from openmember.cases.services.owning import bar
from openmember.cases.types import Case, Channel, NewCase, Priority
from openmember.directory.queries import zone_of
from openmember.grievances import queries
from openmember.grievances.access import require_appeal_for
from openmember.grievances.course import standing
from openmember.grievances.services import log, told
from openmember.grievances.services.telling import tell
from openmember.grievances.types import (
    AskedBy,
    BadCourse,
    Care,
    Dispute,
    Event,
    Kind,
    Matter,
    NewDispute,
    Speed,
    Standing,
)
from openmember.kernel.sql import fetch_one
from openmember.members.queries import get_member
from openmember.members.types import Actor

NEED_AT_MOST = 8000
_CATEGORIES = {
    Matter.GRIEVANCE: "grievance",
    Matter.DETERMINATION: "coverage_request",
    Matter.EXCEPTION: "coverage_request",
    Matter.APPEAL: "appeal",
    Matter.BILLING: "billing_dispute",
    Matter.ACCESS: "access_complaint",
}


@transaction.atomic
def file_dispute(
    *,
    new: NewDispute,
    channel: Channel,
    received_at: datetime,
    now: datetime,
    actor: Actor,
    interaction_id: int | None = None,
) -> Dispute:
    """Open the case of a dispute and start its clocks from the moment it was received, which may be earlier.

    Shape:  a member files for themselves, or for whom they may; the member is told of that.
            What came by post was received when the post was stamped.
    Errors: NotAllowed; BadCourse `nothing_said`, `no_decision_date`, `not_yet`, `no_appointment`; CaseRefused
            `sent_already`.
    """
    if actor.kind == "member":
        require_appeal_for(member_id=new.member_id, track=new.track, at=now, actor=actor)
    _check(new, received_at, now)
    person = get_member(member_id=new.member_id).person
    zone = zone_of(region=person.region)
    case = open_case(
        new=NewCase(
            category=_CATEGORIES[new.track.matter], member_id=new.member_id, channel=channel,
            account_number=new.account_number, need=new.need.strip(), language=new.language,
            priority=Priority.URGENT if new.speed is Speed.EXPEDITED else None,
            sent_as=new.sent_as or uuid4().hex,
        ),
        now=now,
        actor=actor,
    )  # fmt: skip
    if interaction_id is not None:
        link_interaction(case=case, interaction_id=interaction_id, now=now, actor=actor)
    if new.decider_id is not None:
        bar(case, new.decider_id, now=now, actor=actor)
    dispute_id = _insert(new, case, zone.key, received_at)
    log.begin(
        dispute_id=dispute_id, event=_receipt(new, zone.key, received_at), case=case, actor=actor
    )
    told.of_filing(case=case, now=now, actor=actor)
    dispute = queries.get_dispute(dispute_id=dispute_id)
    tell(dispute=dispute, now=now, actor=actor)
    return dispute


def preview(*, new: NewDispute, received_at: datetime) -> Standing:
    """Return what a dispute would come to, filed at a moment; nothing is written."""
    person = get_member(member_id=new.member_id).person
    return standing([_receipt(new, zone_of(region=person.region).key, received_at)])


def _check(new: NewDispute, received_at: datetime, now: datetime) -> None:
    if not new.need.strip():
        raise BadCourse("nothing_said", "say what happened")
    if len(new.need) > NEED_AT_MOST:
        raise BadCourse("too_long", str(NEED_AT_MOST))
    if received_at > now:
        raise BadCourse("not_yet", "it cannot have been received later than now")
    if new.asked_by is not AskedBy.MEMBER and not new.asked_name.strip():
        raise BadCourse("no_name", "say who asks for the member")
    if new.track.matter is Matter.APPEAL and new.track.care is Care.SERVICE:
        raise BadCourse("no_care", "say whether the care was given already")


def _receipt(new: NewDispute, zone: str, received_at: datetime) -> Event:
    track = new.track
    said: dict[str, object] = {
        "matter": track.matter.value, "law": track.law.value, "place": track.place, "care": track.care.value,
        "levels": track.levels, "zone": zone, "speed": new.speed.value, "level": new.level.value,
    }  # fmt: skip
    for name, day in (
        ("notice_on", new.notice_on),
        ("delivered_on", new.delivered_on),
        ("event_on", new.happened_on),
    ):
        if day is not None:
            said[name] = day.isoformat()
    for name, text in (("wish", new.wish.strip()), ("law_why", new.law_why.strip())):
        if text:
            said[name] = text[:2000]
    if new.form_seen:
        said["form_seen"] = True
    return Event(Kind.RECEIVED, received_at, said)


def _insert(new: NewDispute, case: Case, zone: str, received_at: datetime) -> int:
    row = fetch_one(
        "INSERT INTO grievances_dispute (case_id, member_id, matter, law, place, care, levels, zone,"
        " received_at, asked_by, asked_name, service, provider, served_from, served_until, amount_cents,"
        " notice_on, decider_id, good_cause, level, speed)"
        " VALUES (%(case)s, %(member)s, %(matter)s, %(law)s, %(place)s, %(care)s, %(levels)s, %(zone)s,"
        " %(received)s, %(by)s, %(name)s, %(service)s, %(provider)s, %(from)s, %(until)s, %(cents)s,"
        " %(notice)s, %(decider)s, %(cause)s, %(level)s, %(speed)s) RETURNING id",
        {
            "case": case.id,
            "member": new.member_id,
            "matter": new.track.matter.value,
            "law": new.track.law.value,
            "place": new.track.place,
            "care": new.track.care.value,
            "levels": new.track.levels,
            "zone": zone,
            "received": received_at,
            "by": new.asked_by.value,
            "name": new.asked_name.strip(),
            "service": new.service.strip(),
            "provider": new.provider.strip(),
            "from": new.served_from,
            "until": new.served_until,
            "cents": new.amount_cents,
            "notice": new.notice_on,
            "decider": new.decider_id,
            "cause": new.good_cause.strip(),
            "level": new.level.value,
            "speed": new.speed.value,
        },
    )
    return int(row.id)
