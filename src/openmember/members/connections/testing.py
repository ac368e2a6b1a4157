"""An app that somebody let in, as after the whole exchange: for tests."""

import secrets
from datetime import timedelta

from django.utils import timezone
from oauth2_provider.models import AccessToken, RefreshToken, set_token_value

from openmember.members import models
from openmember.members.connections.services import add_app
from openmember.members.connections.types import Grant
from openmember.members.testing import TESTER

CALLBACK = "com.example.app:/callback"


def a_connection(*, user: models.User, grants: tuple[Grant, ...] = tuple(Grant)) -> tuple[str, str]:
    """Return (client id, access token) of a new app this user let in, for these things."""
    app = add_app(name="Example", redirect_uris=(CALLBACK,), actor=TESTER)
    row = models.App.objects.get(client_id=app.client_id)
    raw = secrets.token_urlsafe(24)
    expires = timezone.now() + timedelta(minutes=15)
    token = AccessToken(user=user, application=row, scope=" ".join(grants), expires=expires)
    set_token_value(token, raw)
    token.save()
    refresh = RefreshToken(user=user, application=row, access_token=token)
    set_token_value(refresh, secrets.token_urlsafe(24))
    refresh.save()
    return app.client_id, raw
