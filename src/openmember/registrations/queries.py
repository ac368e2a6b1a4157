"""Reading applications: the queue of one's regions, one of them, and the members who may be the applicant."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from openmember.accounts.queries import UnknownNumber, get_account
from openmember.accounts.types import Account
from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference, identity, reference
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.layouts import get_layout
from openmember.letters.printing import FORMS, make_form
from openmember.letters.types import Form, ReadingFormat, Sheet
from openmember.members.possible import find_possible
from openmember.members.queries import get_member, list_members
from openmember.members.skills import skills_of
from openmember.members.types import Actor, Address, Member, Person, PersonName, Scope
from openmember.registrations import rules
from openmember.registrations.types import (
    AllLikely,
    ApplicantLetter,
    Channel,
    Coverage,
    Facts,
    Likely,
    Missing,
    Registration,
    RegistrationRefused,
    Status,
    Way,
)

KIND = "N"
OPEN = (Status.RECEIVED, Status.RETURNED)


class UnknownRegistration(Exception):
    """There is no such application, or none of the actor's regions."""


def get_registration(*, text: str, actor: Actor) -> Registration:
    """Return the application a reference leads to; the read is audited.

    Errors: NotAllowed; UnknownRegistration.
    """
    actor.require(Scope.REGISTER)
    try:
        row = fetch_one(
            "SELECT * FROM registrations_registration WHERE id = %(id)s"
            " AND (%(all)s OR region = ANY (%(regions)s))",
            {"id": identity(KIND, text), **regions_of(actor)},
        )
    except BadReference as bad:
        raise UnknownRegistration(text) from bad
    if row is None:
        raise UnknownRegistration(text)
    audit.record(actor=str(actor), action="registration.read", registration_id=row.id)
    return registration_from_row(row)


def list_registrations(
    *, statuses: tuple[Status, ...], actor: Actor, limit: int, offset: int = 0
) -> tuple[Registration, ...]:
    """Return applications of the actor's regions: those to decide from the oldest, the decided from the newest.

    Shape:  which were read is audited.
    Errors: NotAllowed.
    """
    actor.require(Scope.REGISTER)
    order = "received_at, id" if set(statuses) <= set(OPEN) else "decided_at DESC, id"
    rows = fetch_all(
        "SELECT * FROM registrations_registration WHERE status = ANY (%(statuses)s)"  # noqa: S608  an order of our own
        f" AND (%(all)s OR region = ANY (%(regions)s)) ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s",
        {
            "statuses": [one.value for one in statuses],
            "limit": limit,
            "offset": offset,
            **regions_of(actor),
        },
    )
    return _read(rows, "registration.list", actor)


def count_registrations(*, actor: Actor) -> dict[Status, int]:
    """Return how many applications of the actor's regions stand where. Errors: NotAllowed."""
    actor.require(Scope.REGISTER)
    rows = fetch_all(
        "SELECT status, count(*) AS count FROM registrations_registration"
        " WHERE (%(all)s OR region = ANY (%(regions)s)) GROUP BY status",
        regions_of(actor),
    )
    return {Status(row.status): row.count for row in rows}


def list_likely(*, found: Registration, actor: Actor) -> AllLikely:
    """Return the members who may be the applicant, those most alike first; who looked at is audited.

    Errors: NotAllowed.
    """
    actor.require(Scope.REGISTER)
    likely = likely_of(found)
    audit.record(
        actor=str(actor), action="registration.matches", registration_id=found.id,
        member_ids=[one.member.id for one in likely.people],
    )  # fmt: skip
    return likely


def likely_of(found: Registration) -> AllLikely:
    """Return the members who may be the applicant, for services; what was said of them, for these facts."""
    said = found.person
    possible = find_possible(person=said)
    because = {
        row.member_id: row.reason
        for row in fetch_all(
            "SELECT member_id, reason FROM registrations_other"
            " WHERE registration_id = %(id)s AND person_version = %(version)s",
            {"id": found.id, "version": found.person_version},
        )
    }
    judged = [
        Likely(one, reasons, because.get(one.id, ""))
        for one in possible.members
        if rules.is_likely(
            reasons := rules.reasons_of(said, one.person, is_alike=one.id in possible.alike)
        )
    ]
    ordered = sorted(judged, key=lambda one: (-len(one.reasons), one.member.id))
    return AllLikely(tuple(ordered), possible.has_more)


def list_twins(*, found: Registration, actor: Actor) -> tuple[Registration, ...]:
    """Return other open applications of the same birth date and last name; the read is audited.

    Errors: NotAllowed.
    """
    actor.require(Scope.REGISTER)
    rows = fetch_all(
        "SELECT * FROM registrations_registration WHERE status IN ('received', 'returned')"
        " AND birth_on = %(birth)s AND id <> %(id)s AND lower(last_name) = lower(%(last)s)"
        " AND (%(all)s OR region = ANY (%(regions)s)) ORDER BY id LIMIT 5",
        {
            "birth": found.person.birth_on,
            "id": found.id,
            "last": found.person.name.last,
            **regions_of(actor),
        },
    )
    return _read(rows, "registration.twins", actor)


def get_family(*, found: Registration, number: str, actor: Actor) -> Member:
    """Return whose account a number is, for who asks the applicant about it; the read is audited.

    Errors: NotAllowed; RegistrationRefused `unknown_account`.
    """
    actor.require(Scope.REGISTER)
    account = account_of(number=number)
    holder = get_member(member_id=account.holder_id)
    audit.record(
        actor=str(actor), action="registration.family", member_id=holder.id,
        account_number=account.number, registration_id=found.id,
    )  # fmt: skip
    return holder


def account_of(*, number: str) -> Account:
    """Return the account of a typed number. Errors: RegistrationRefused `unknown_account`."""
    try:
        return get_account(number="".join(number.split()))
    except UnknownNumber as unknown:
        raise RegistrationRefused("unknown_account") from unknown


def list_letters_to_mail(
    *, actor: Actor, limit: int = 100
) -> tuple[tuple[ApplicantLetter, str, str, str], ...]:
    """Return the letters nobody has mailed yet, each with reference, name and reading format; audited.

    Errors: NotAllowed.
    """
    actor.require(Scope.REGISTER)
    rows = fetch_all(
        "SELECT l.*, r.reading_format, r.first_name, r.last_name FROM registrations_letter l"
        " JOIN registrations_registration r ON r.id = l.registration_id"
        " WHERE l.mailed_at IS NULL AND (%(all)s OR r.region = ANY (%(regions)s))"
        " ORDER BY l.id LIMIT %(limit)s",
        {"limit": limit, **regions_of(actor)},
    )
    _note_read([row.registration_id for row in rows], "registration.letters", actor)
    return tuple(
        (
            _letter(row),
            reference(KIND, row.registration_id),
            f"{row.first_name} {row.last_name}",
            row.reading_format,
        )
        for row in rows
    )


def list_letters(*, found: Registration) -> tuple[ApplicantLetter, ...]:
    """Return the letters of an application, the newest first."""
    rows = fetch_all(
        "SELECT * FROM registrations_letter WHERE registration_id = %(id)s ORDER BY id DESC",
        {"id": found.id},
    )
    return tuple(_letter(row) for row in rows)


def write_letter_file(*, found: Registration, letter_id: int, form: Form) -> bytes:
    """Return a letter as it was written, in one form that is a file.

    Errors: UnknownRegistration; BrailleUnavailable where this machine cannot write it.
    """
    row = fetch_one(
        "SELECT content::text AS content, layout_id, dated_on FROM registrations_letter"
        " WHERE id = %(id)s AND registration_id = %(registration)s",
        {"id": letter_id, "registration": found.id},
    )
    if row is None:
        raise UnknownRegistration(str(letter_id))
    layout = get_layout(layout_id=row.layout_id)
    return make_form(Sheet.from_json(row.content), form=form, layout=layout, on=row.dated_on)


def form_of(*, reading_format: str) -> Form:
    """Return the form of a letter for who reads in this format; audio is read aloud from the text."""
    return FORMS[ReadingFormat(reading_format)]


def registration_from_row(row: Any) -> Registration:
    """Return a row as a value."""
    return Registration(
        id=row.id,
        reference=reference(KIND, row.id),
        channel=Channel(row.channel),
        office=row.office,
        status=Status(row.status),
        version=row.version,
        person_version=row.person_version,
        facts=Facts(
            person=_person(row),
            coverage=Coverage(row.coverage),
            coverage_note=row.paid_by,
            interpreter_language=row.interpreter_language,
            filled_by=row.filled_by,
        ),
        received_at=row.received_at,
        identity_way=Way(row.identity_way) if row.identity_way else None,
        identity_what=tuple(row.identity_what),
        identity_at=row.identity_at,
        missing=tuple(Missing(one) for one in row.missing),
        note=row.note,
        decided_at=row.decided_at,
        member_id=row.member_id,
        account_number=row.account_number,
    )


def _person(row: Any) -> Person:
    address = Address(*(getattr(row, field.name) for field in fields(Address)))
    return Person(
        name=PersonName(row.first_name, row.last_name, row.middle_name, row.suffix),
        birth_on=row.birth_on, gender=row.gender, email=row.email, phone=row.phone, address=address,
        region=row.region, language=row.language, reading_format=row.reading_format,
    )  # fmt: skip


def _letter(row: Any) -> ApplicantLetter:
    return ApplicantLetter(
        row.id, row.registration_id, row.dated_on, bool(row.email_to), row.emailed_at, row.mailed_at
    )


def regions_of(actor: Actor) -> dict[str, Any]:
    """Return which regions' applications somebody works on, as values of a statement."""
    own = skills_of(actor=actor).regions
    return {"all": not own, "regions": list(own)}


def member_of(found: Registration) -> Member | None:
    """Return the member an application led to."""
    return next(iter(list_members(member_ids=[found.member_id] if found.member_id else [])), None)


def _read(rows: Sequence[Any], action: str, actor: Actor) -> tuple[Registration, ...]:
    _note_read([row.id for row in rows], action, actor)
    return tuple(registration_from_row(row) for row in rows)


def _note_read(ids: Sequence[int], action: str, actor: Actor) -> None:
    if ids:
        audit.record(actor=str(actor), action=action, registration_ids=list(ids))
