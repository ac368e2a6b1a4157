"""Who signs in. Passwords are the framework's to keep; this only says whose they are."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.members import models
from openmember.members.types import Actor, Role


class UnknownUser(Exception):
    """Nobody on the staff signs in with this address."""


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


def get_staff_id(*, email: str) -> int:
    """Return who signs in with this address. Errors: UnknownUser."""
    return int(_get_staff(email).pk)


@transaction.atomic
def reset_staff_sign_in(*, email: str, password: str, actor: Actor) -> None:
    """Give a person on the staff a new password and take their second factors off, so that they set new ones.

    Errors: UnknownUser.
    """
    user = _get_staff(email)
    user.set_password(password)
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user_id=user.pk).delete()
    audit.record(actor=str(actor), action="staff.reset", user_id=user.pk)


@transaction.atomic
def close_staff_sign_in(*, email: str, actor: Actor) -> None:
    """Let a person on the staff sign in no more. Errors: UnknownUser."""
    user = _get_staff(email)
    models.User.objects.filter(pk=user.pk).update(is_active=False)
    audit.record(actor=str(actor), action="staff.close", user_id=user.pk)


def _get_staff(email: str) -> models.User:
    user = models.User.objects.filter(email__iexact=email, is_staff=True).first()
    if user is None:
        raise UnknownUser(email)
    return user
