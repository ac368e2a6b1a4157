"""Reading people."""

from collections.abc import Sequence
from typing import Any

from openmember.kernel.sql import fetch_one
from openmember.members import models
from openmember.members.types import Actor, Address, Member, Person, PersonName, Role


class UnknownMember(Exception):
    """No member is known by this."""


def get_member(*, member_id: int) -> Member:
    """Return one member. Errors: UnknownMember."""
    # At nearly every request, so without the model: compiling its query costs more than running it.
    row = fetch_one("SELECT * FROM members_member WHERE id = %(id)s", {"id": member_id})
    if row is None:
        raise UnknownMember
    return as_member(row)


def find_member_by_mrn(*, mrn: str) -> Member | None:
    """Return the member with this medical record number, typed with or without leading zeros."""
    row = models.Member.objects.filter(mrn=mrn.strip().lstrip("0")).first()
    return as_member(row) if row else None


def list_members(*, member_ids: list[int]) -> tuple[Member, ...]:
    """Return these members in the order asked; unknown ids are left out."""
    found = models.Member.objects.in_bulk(member_ids)
    return tuple(as_member(found[member_id]) for member_id in member_ids if member_id in found)


def map_sign_ins(*, member_ids: Sequence[int]) -> dict[int, int]:
    """Return the members who have a sign-in, by the id of it."""
    found = models.User.objects.filter(member_id__in=member_ids).values_list("pk", "member_id")
    return {user_id: member_id for user_id, member_id in found if member_id is not None}


def find_session_mark(*, user_id: int) -> str:
    """Return what the framework ties sessions to, which changes with the password; nothing for nobody."""
    user = models.User.objects.filter(pk=user_id).first()
    return user.get_session_auth_hash() if user else ""


def actor_of(user: models.User) -> Actor:
    """Return who a signed-in user is acting as."""
    if user.is_staff:
        roles = frozenset(Role(row.role) for row in user.staff_roles.all())
        return Actor("staff", user.pk, roles=roles)
    return Actor("member", user.pk, member_id=user.member_id)


def as_member(row: Any) -> Member:
    """Return the stored row as a plain value."""
    return Member(
        id=row.id,
        mrn=row.mrn,
        person=Person(
            name=PersonName(row.first_name, row.last_name, row.middle_name, row.suffix),
            birth_on=row.birth_on,
            gender=row.gender,
            email=row.email,
            phone=row.phone,
            address=Address(row.street, row.street2, row.city, row.state, row.postal_code),
            region=row.region,
            language=row.language,
            reading_format=row.reading_format,
        ),
    )
