"""Adding and correcting people."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members import models
from openmember.members.queries import as_member
from openmember.members.types import Actor, Member, Person


@transaction.atomic
def add_member(*, person: Person, actor: Actor) -> Member:
    """Record a new person under a medical record number of their own."""
    row = models.Member.objects.create(mrn=_next_mrn(), **_columns(person))
    audit.record(actor=str(actor), action="member.add", member_id=row.id)
    return as_member(row)


@transaction.atomic
def correct_member(*, member_id: int, person: Person, actor: Actor) -> tuple[str, ...]:
    """Bring what is known of a member up to date and return the names of what changed.

    An empty value means "not told", so it never wipes out what is known.
    """
    row = models.Member.objects.select_for_update().get(id=member_id)
    known = _columns(as_member(row).person)
    # "Standard" is the absence of a need: a plan's file that says nothing must not cancel one.
    told = replace(person, reading_format="") if person.reading_format == "standard" else person
    changed = {
        name: value for name, value in _columns(told).items() if value and value != known[name]
    }
    if changed:
        models.Member.objects.filter(id=member_id).update(**changed)
        audit.record(
            actor=str(actor), action="member.correct", member_id=member_id, fields=sorted(changed)
        )
    return tuple(sorted(changed))


def _next_mrn() -> str:
    return str(fetch_one("SELECT nextval('members_mrn') AS mrn").mrn)


def _columns(person: Person) -> dict[str, Any]:
    return {
        "first_name": person.name.first,
        "middle_name": person.name.middle,
        "last_name": person.name.last,
        "suffix": person.name.suffix,
        "birth_on": person.birth_on,
        "gender": person.gender,
        "email": person.email,
        "phone": person.phone,
        "street": person.address.street,
        "street2": person.address.street2,
        "city": person.address.city,
        "state": person.address.state,
        "postal_code": person.address.postal_code,
        "region": person.region,
        "language": person.language,
        "reading_format": person.reading_format,
    }
