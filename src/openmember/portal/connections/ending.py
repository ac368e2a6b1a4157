"""A new password ends every connection: whoever had the old one may have connected an app of theirs."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.dispatch import receiver
from django.utils import timezone

from openmember.members.connections.services import end_all_connections
from openmember.members.queries import actor_of


@receiver([password_changed, password_reset, password_set])
def end_connections(sender: Any, user: Any, **facts: Any) -> None:
    """End all connections of who has a new password."""
    end_all_connections(user_id=user.pk, at=timezone.now(), actor=actor_of(user))
