"""Builders of people for tests: legal states, made by the services themselves."""

from datetime import date
from itertools import count

from openmember.members import models, users
from openmember.members.services import add_member
from openmember.members.types import Actor, Member, Person, PersonName, Role, system

TESTER = system("test")
TODAY = date(2026, 11, 22)
PASSWORD = "correct horse battery"  # noqa: S105  of users that exist in tests only
serial = count(1)


def a_member(
    *,
    first: str = "Ana",
    last: str = "Ruiz",
    birth_on: date | None = date(1970, 5, 17),
    **facts: str,
) -> Member:
    """Return a new member."""
    return add_member(person=Person(PersonName(first, last), birth_on, **facts), actor=TESTER)  # type: ignore[arg-type]  # strings only


def a_user(*, member: Member | None = None, email: str = "") -> models.User:
    """Return someone who can sign in, with PASSWORD."""
    return models.User.objects.create_user(
        email or f"person{next(serial)}@example.org",
        PASSWORD,
        member_id=member.id if member else None,
    )


def a_staff_user(*roles: Role, email: str = "") -> models.User:
    """Return someone on the staff with these roles, with PASSWORD."""
    return users.add_staff_user(
        email=email or f"staff{next(serial)}@example.org",
        password=PASSWORD,
        first_name="Rosa",
        location="Oakland",
        roles=roles,
    )


def staff(*roles: Role) -> Actor:
    """Return an acting person on the staff."""
    return Actor("staff", 1, roles=frozenset(roles))
