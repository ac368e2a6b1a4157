"""Writing a dispute's log together with the letter that its event owes, in one transaction."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction

from openmember.accounts.queries import list_accounts_of, list_members_on
from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm, Case
from openmember.grievances.course import following
from openmember.grievances.file import list_reviewers
from openmember.grievances.letters.composing import Addressed, Draft, copy_of, draft, language_of
from openmember.grievances.letters.facts import Told
from openmember.grievances.letters.kinds import letter_owed
from openmember.grievances.letters.types import Addressee, LetterKind
from openmember.grievances.services import log
from openmember.grievances.types import AskedBy, BadCourse, Dispute, Event, Kind, Logged
from openmember.kernel.sql import fetch_all
from openmember.letters import layouts
from openmember.letters.composing import UnknownKind
from openmember.letters.rules import BadLetter
from openmember.letters.services import write_letter
from openmember.letters.types import Reader, ReadingFormat
from openmember.members.queries import get_member
from openmember.members.rules import is_adult
from openmember.members.types import Actor, Member, Person

LOG = structlog.get_logger("openmember.grievances")


@transaction.atomic
def write(*, dispute_id: int, kind: Kind, at: datetime, actor: Actor, **detail: object) -> Dispute:
    """Add what happened to the log, and write the letter it owes. The same event never makes a second one.

    Errors: BadCourse, also `letter_lacks` with what a letter of whoever works it does not say; nothing is
            written then. What the member or the law does happens all the same: such a letter is an alarm.
    Locks:  the dispute's row.
    """
    dispute = log.write(dispute_id=dispute_id, kind=kind, at=at, actor=actor, **detail)
    tell(dispute=dispute, now=at, actor=actor)
    return dispute


def tell(*, dispute: Dispute, now: datetime, actor: Actor) -> None:
    """Write the letter that the last event owes, to the member and to whoever was appointed.

    Errors: BadCourse `letter_lacks`, where whoever works it wrote the event.
    """
    event = dispute.events[-1].event
    kind = letter_owed(event, dispute.standing)
    if kind is None:
        return
    told = _told(dispute, event, now)
    for to in _addressed(dispute, told.case, told.on):
        try:
            made = draft(told=told, kind=kind, to=to)
            if made.lacks:
                raise BadCourse("letter_lacks", ",".join(one.element for one in made.lacks))
        except (BadCourse, BadLetter, UnknownKind) as wrong:
            _lacking(told, kind, wrong, now, actor)
            return
        _keep(told, to, made, actor)


@transaction.atomic
def read_first(
    *, dispute: Dispute, kind: Kind, now: datetime, **detail: object
) -> tuple[Draft, ...]:
    """Return the letters an event would owe, exactly as they would be written; nothing is kept.

    Errors: BadCourse where it cannot happen; BadLetter.
    """
    event = Event(kind, now, detail)
    found = following((one.event for one in dispute.events), event)
    then = replace(
        dispute, standing=found, events=(*dispute.events, Logged(event, "", "", now))
    )  # fmt: skip
    owed = letter_owed(event, found)
    if owed is None:
        return ()
    told = _told(then, event, now)
    return tuple(
        draft(told=told, kind=owed, to=to) for to in _addressed(dispute, told.case, told.on)
    )


def _told(dispute: Dispute, event: Event, now: datetime) -> Told:
    today = now.astimezone(ZoneInfo(dispute.standing.zone)).date()
    said = event.detail.get("notice_on") if event.kind is Kind.DECIDED else None
    gave = [one.specialty for one in list_reviewers(dispute=dispute) if one.given_at is not None]
    return Told(
        dispute=dispute, event=event, case=case_steps.again(dispute.case_id),
        on=_letter_day(date.fromisoformat(str(said)) if said else today, today, dispute),
        specialties=tuple(dict.fromkeys(gave)),
    )  # fmt: skip


def _letter_day(said: date, today: date, dispute: Dispute) -> date:
    """Return the day on a letter: that of the decision where we decide, else today."""
    return said if dispute.standing.level.is_plans else today


def _addressed(dispute: Dispute, case: Case, on: date) -> Iterator[Addressed]:
    """Yield who gets the letter: the member, and whoever was appointed or asks as the provider."""
    member = get_member(member_id=dispute.member_id)
    number = case.account_number or _account_of(member.id)
    reads = _reader(member.person, number, on)
    to = Addressed(
        Addressee.MEMBER,
        member.person,
        language_of(reads),
        ReadingFormat(reads.reading_format),
        number,
    )
    yield to
    if dispute.asked_by in {AskedBy.REPRESENTATIVE, AskedBy.PROVIDER}:
        yield copy_of(to, dispute.asked_name)


def _account_of(member_id: int) -> str:
    found = list_accounts_of(member_ids=[member_id])
    return found[0][1] if found else ""


def _reader(person: Person, number: str, on: date) -> Person:
    """Return whose language and form count: of a child's letter, those of whoever answers for the account."""
    if not number or is_adult(person.birth_on, on) or person.birth_on is None:
        return person
    people: tuple[tuple[Member, str], ...] = list_members_on(number=number)
    return people[0][0].person if people else person


def _keep(told: Told, to: Addressed, made: Draft, actor: Actor) -> None:
    serial = len(told.dispute.events)
    letter_id = layout = None
    if to.account_number:
        letter_id = write_letter(
            account_number=to.account_number, kind=made.kind.value, values=made.facts, on=made.on,
            key=f"dispute:{told.dispute.id}:{serial}", actor=actor,
            reader=Reader(told.dispute.member_id, to.language, to.reading_format),
        ).id  # fmt: skip
    else:
        layout = layouts.keep(layouts.layout_of(layouts.LETTER)).id
    fetch_all(
        "INSERT INTO grievances_letter (dispute_id, serial, addressee, kind, name, dated_on, subject, language,"
        " reading_format, account_number, letter_id, content, layout_id)"
        " VALUES (%(dispute)s, %(serial)s, %(to)s, %(kind)s, %(name)s, %(on)s, %(subject)s, %(language)s,"
        " %(format)s, %(number)s, %(letter)s, %(content)s::jsonb, %(layout)s) ON CONFLICT DO NOTHING",
        {
            "dispute": told.dispute.id,
            "serial": serial,
            "to": to.addressee.value,
            "kind": made.kind.value,
            "name": to.name,
            "on": made.on,
            "subject": made.sheet.subject,
            "language": to.language,
            "format": to.reading_format.value,
            "number": to.account_number or None,
            "letter": letter_id,
            "content": None if letter_id else json.dumps(asdict(made.sheet), ensure_ascii=False),
            "layout": layout,
        },
    )


def _lacking(told: Told, kind: LetterKind, wrong: Exception, now: datetime, actor: Actor) -> None:
    """Refuse the act, or let what the member or the law did stand and put the letter before the owner."""
    is_ours = actor.kind != "member" and not actor.is_system
    if is_ours and told.event.kind is not Kind.RECEIVED:
        if isinstance(wrong, BadCourse):
            raise wrong
        raise BadCourse("letter_broken", str(wrong)) from wrong
    LOG.error("dispute_letter_lacks", dispute=told.dispute.id, kind=kind.value, lacks=str(wrong))
    case_steps.raise_alarm(
        told.case, Alarm.LETTER_LACKING, at=now, user_id=told.case.owner_id, team=told.case.team
    )
