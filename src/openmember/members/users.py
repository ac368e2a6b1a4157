"""Who signs in. Passwords are the framework's to keep; this only says whose they are."""

from django.db import transaction

from openmember.members import models
from openmember.members.types import Role


def exists(*, email: str) -> bool:
    """Return whether somebody signs in with this address."""
    return models.User.objects.filter(email__iexact=email).exists()


def get_member_id(*, email: str) -> int:
    """Return the member who signs in with this address."""
    return int(models.User.objects.values_list("member_id", flat=True).get(email__iexact=email))


@transaction.atomic
def add_member_user(*, email: str, password: str, member_id: int) -> models.User:
    """Let a member sign in."""
    return models.User.objects.create_user(email, password, member_id=member_id)


@transaction.atomic
def add_staff_user(
    *, email: str, password: str, first_name: str, location: str, roles: tuple[Role, ...]
) -> models.User:
    """Let a person on the staff sign in with these roles."""
    user = models.User.objects.create_user(
        email, password, is_staff=True, first_name=first_name, location=location
    )
    models.StaffRole.objects.bulk_create(models.StaffRole(user=user, role=role) for role in roles)
    return user
