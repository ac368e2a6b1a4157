"""Taking a dispute in at the desk: which law governs it, and what comes along from an earlier case."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction

from openmember.cases.documents.services import add_documents, list_documents, read_document
from openmember.cases.documents.types import Added
from openmember.cases.queries import may_work
from openmember.cases.services import linking
from openmember.cases.services import steps as case_steps
from openmember.cases.types import Case, Channel, LinkKind
from openmember.documents.types import Upload
from openmember.grievances.choosing import care_as, list_covered, track_of
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.types import AskedBy, BadCourse, Dispute, Law, Matter, NewDispute, Track
from openmember.kernel.audit import services as audit
from openmember.members.queries import get_member
from openmember.members.skills import skills_of
from openmember.members.types import Actor, NotAllowed, Scope, system

TEAM = "grievances"
_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Brought:
    """What comes with a dispute: files just sent, the case it grew out of, the claim it is about."""

    uploads: Sequence[Upload] = ()
    source: Case | None = None
    claim: str = ""
    interaction_id: int | None = None


def is_specialist(*, actor: Actor) -> bool:
    """Return whether somebody may say that another law governs than the coverage's."""
    return actor.may(Scope.SUPERVISE_CARE) or TEAM in skills_of(actor=actor).teams


def track_for(*, new: NewDispute, on: date) -> Track:
    """Return what chooses the clocks of a dispute: by the coverage on a day, and where the member lives."""
    coverages = list_covered(member_id=new.member_id, on=on)
    mine = [one for one in coverages if one.account_number == new.account_number]
    covered = next(iter([*mine, *coverages]), None)
    person = get_member(member_id=new.member_id).person
    return track_of(matter=new.track.matter, care=new.track.care, covered=covered, person=person)


@transaction.atomic
def take_in(
    *,
    new: NewDispute,
    law: Law | None,
    brought: Brought,
    channel: Channel,
    received_at: datetime,
    now: datetime,
    actor: Actor,
) -> tuple[Dispute, Added]:
    """File what somebody brings, with its documents and whatever it grew out of.

    Shape:  the law is that of the coverage on the day of the care, the event, the decision, or the receipt; a
            specialist may name another in `law`, with `new.law_why`.
    Errors: NotAllowed; BadCourse as `file_dispute`, `no_form`, `no_reason_for_law`; CaseRefused.
    """
    if new.asked_by is AskedBy.REPRESENTATIVE and not new.form_seen:
        raise BadCourse("no_form", "have the appointment form, or file it as the member's own")
    on = new.served_from or new.happened_on or new.notice_on or received_at.date()
    track = _with_law(track_for(new=new, on=on), law, new.law_why, actor)
    is_medicare_s = (
        track.law in {Law.MEDICARE_ADVANTAGE, Law.PART_D} and track.matter is Matter.APPEAL
    )
    if new.asked_by is AskedBy.PROXY and is_medicare_s and not new.form_seen:
        raise BadCourse("no_form", "leave to act is no appointment: 42 CFR 422.561")
    why = new.law_why if law else ""
    dispute = file_dispute(
        new=replace(new, track=track, law_why=why), channel=channel, received_at=received_at, now=now,
        actor=actor, interaction_id=brought.interaction_id,
    )  # fmt: skip
    return dispute, _bring(dispute, brought, now, actor)


def _with_law(track: Track, law: Law | None, why: str, actor: Actor) -> Track:
    if law is None or law is track.law:
        return track
    if not is_specialist(actor=actor):
        raise NotAllowed(Scope.SUPERVISE_CARE)
    if not why.strip():
        raise BadCourse("no_reason_for_law", "say why another law governs")
    return replace(track, law=law, care=care_as(law, track.care, track.matter))


def _bring(dispute: Dispute, brought: Brought, now: datetime, actor: Actor) -> Added:
    """Give the new case its documents and links.

    Whoever answers members may take a dispute in and not work it: their files are added by the system then, and
    the audit says for whom.
    """
    case = case_steps.again(dispute.case_id)
    writer = actor if may_work(case=case, actor=actor) else system("intake")
    if brought.source is not None:
        linking.link(
            case=case, kind=LinkKind.CASE, target=brought.source.number, now=now, actor=writer
        )
    if brought.claim:
        linking.link(case=case, kind=LinkKind.CLAIM, target=brought.claim, now=now, actor=writer)
    copies = _files_of(brought.source, actor) if brought.source else ()
    added = add_documents(
        case=case, uploads=[*copies, *brought.uploads], is_visible=True, now=now, actor=writer
    )
    if added.kept:
        audit.record(
            actor=str(actor), action="dispute.documents", account_number=case.account_number,
            member_id=case.member_id, case_id=case.id, files=len(added.kept),
        )  # fmt: skip
    return added


@dataclass(frozen=True, slots=True)
class _Copy:
    """A document of another case on its way into this one."""

    name: str
    case: Case
    document_id: int
    actor: Actor

    def chunks(self) -> Iterator[bytes]:
        with read_document(case=self.case, document_id=self.document_id, actor=self.actor) as (
            _known,
            source,
        ):
            yield from _blocks(source)


def _files_of(source: Case, actor: Actor) -> list[_Copy]:
    """Return the documents of a case that can be read; one the scanner holds stays where it is."""
    return [
        _Copy(one.name, source, one.id, actor)
        for one in list_documents(case=source)
        if one.is_readable
    ]


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        yield block
