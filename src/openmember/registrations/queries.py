"""Reading applications: the queue of one's regions, one of them, and the members who may be the applicant."""

from dataclasses import fields
from typing import Any

from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference, identity, reference
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.layouts import get_layout
from openmember.letters.rendering.pdf import write_pdf
from openmember.letters.types import Form, Sheet
from openmember.members.queries import list_members
from openmember.members.search import IncompleteSearch, find_by_phone, find_members
from openmember.members.skills import skills_of
from openmember.members.types import Actor, Address, Member, Person, PersonName, Scope
from openmember.registrations import rules
from openmember.registrations.types import (
    ApplicantLetter,
    Channel,
    Coverage,
    Facts,
    Likely,
    Missing,
    Registration,
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
            {"id": identity(KIND, text), **_regions(actor)},
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
            **_regions(actor),
        },
    )
    return tuple(registration_from_row(row) for row in rows)


def count_registrations(*, actor: Actor) -> dict[Status, int]:
    """Return how many applications of the actor's regions stand where. Errors: NotAllowed."""
    actor.require(Scope.REGISTER)
    rows = fetch_all(
        "SELECT status, count(*) AS count FROM registrations_registration"
        " WHERE (%(all)s OR region = ANY (%(regions)s)) GROUP BY status",
        _regions(actor),
    )
    return {Status(row.status): row.count for row in rows}


def list_likely(*, found: Registration, actor: Actor) -> tuple[Likely, ...]:
    """Return the members who may be the applicant, those most alike first; who looked at is audited.

    Errors: NotAllowed.
    """
    actor.require(Scope.REGISTER)
    likely = likely_of(found)
    audit.record(
        actor=str(actor), action="registration.matches", registration_id=found.id,
        member_ids=[one.member.id for one in likely],
    )  # fmt: skip
    return likely


def likely_of(found: Registration) -> tuple[Likely, ...]:
    """Return the members who may be the applicant, for services."""
    said = found.person
    alike = _alike(said)
    others = {one.id: one for one in find_by_phone(phone=said.phone).members} if said.phone else {}
    because = {
        row.member_id: row.reason
        for row in fetch_all(
            "SELECT member_id, reason FROM registrations_other WHERE registration_id = %(id)s",
            {"id": found.id},
        )
    }
    judged = [
        Likely(one, reasons, because.get(one.id, ""))
        for one in {**others, **alike}.values()
        if rules.is_likely(reasons := rules.reasons_of(said, one.person, is_alike=one.id in alike))
    ]
    return tuple(sorted(judged, key=lambda one: (-len(one.reasons), one.member.id)))


def list_twins(*, found: Registration, actor: Actor) -> tuple[Registration, ...]:
    """Return other open applications of the same birth date and last name. Errors: NotAllowed."""
    actor.require(Scope.REGISTER)
    rows = fetch_all(
        "SELECT * FROM registrations_registration WHERE status IN ('received', 'returned')"
        " AND birth_on = %(birth)s AND id <> %(id)s AND lower(last_name) = lower(%(last)s)"
        " AND (%(all)s OR region = ANY (%(regions)s)) ORDER BY id LIMIT 5",
        {
            "birth": found.person.birth_on,
            "id": found.id,
            "last": found.person.name.last,
            **_regions(actor),
        },
    )
    return tuple(registration_from_row(row) for row in rows)


def list_letters_to_mail(
    *, actor: Actor, limit: int = 100
) -> tuple[tuple[ApplicantLetter, str, str], ...]:
    """Return the letters nobody has mailed yet, each with its application's reference and name.

    Errors: NotAllowed.
    """
    actor.require(Scope.REGISTER)
    rows = fetch_all(
        "SELECT l.*, r.first_name, r.last_name FROM registrations_letter l"
        " JOIN registrations_registration r ON r.id = l.registration_id"
        " WHERE l.mailed_at IS NULL AND (%(all)s OR r.region = ANY (%(regions)s))"
        " ORDER BY l.id LIMIT %(limit)s",
        {"limit": limit, **_regions(actor)},
    )
    return tuple(
        (_letter(row), reference(KIND, row.registration_id), f"{row.first_name} {row.last_name}")
        for row in rows
    )


def list_letters(*, found: Registration) -> tuple[ApplicantLetter, ...]:
    """Return the letters of an application, the newest first."""
    rows = fetch_all(
        "SELECT * FROM registrations_letter WHERE registration_id = %(id)s ORDER BY id DESC",
        {"id": found.id},
    )
    return tuple(_letter(row) for row in rows)


def write_letter_pdf(*, found: Registration, letter_id: int) -> bytes:
    """Return a letter as it was written, in large print where the applicant reads that.

    Errors: UnknownRegistration.
    """
    row = fetch_one(
        "SELECT content::text AS content, layout_id, dated_on FROM registrations_letter"
        " WHERE id = %(id)s AND registration_id = %(registration)s",
        {"id": letter_id, "registration": found.id},
    )
    if row is None:
        raise UnknownRegistration(str(letter_id))
    large = found.person.reading_format == "large_print"
    return write_pdf(
        Sheet.from_json(row.content), layout=get_layout(layout_id=row.layout_id), on=row.dated_on,
        form=Form.LARGE_PRINT if large else Form.PDF,
    )  # fmt: skip


def registration_from_row(row: Any) -> Registration:
    """Return a row as a value."""
    return Registration(
        id=row.id,
        reference=reference(KIND, row.id),
        channel=Channel(row.channel),
        office=row.office,
        status=Status(row.status),
        version=row.version,
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


def _alike(said: Person) -> dict[int, Member]:
    """Return the members whose names are alike, born that day or any other."""
    name = f"{said.name.first} {said.name.last}"
    found: dict[int, Member] = {}
    for text in (f"{name} {said.birth_on}", name):
        try:
            found.update({one.id: one for one in find_members(text=text).members})
        except IncompleteSearch:
            continue
    return found


def _letter(row: Any) -> ApplicantLetter:
    return ApplicantLetter(row.id, row.registration_id, row.dated_on, row.emailed_at, row.mailed_at)


def _regions(actor: Actor) -> dict[str, Any]:
    own = skills_of(actor=actor).regions
    return {"all": not own, "regions": list(own)}


def member_of(found: Registration) -> Member | None:
    """Return the member an application led to."""
    return next(iter(list_members(member_ids=[found.member_id] if found.member_id else [])), None)
