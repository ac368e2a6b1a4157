"""Letting apps in, shutting them out, and ending one member's connection with one."""

from datetime import datetime

from django.db import transaction
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from openmember.kernel.audit import services as audit
from openmember.members import models
from openmember.members.connections.queries import UnknownApp, app_from_row
from openmember.members.connections.rules import why_not_redirect
from openmember.members.connections.types import App
from openmember.members.types import Actor


class BadRedirect(Exception):
    """An app cannot be sent back to this address; the message says which and why."""


@transaction.atomic
def add_app(*, name: str, redirect_uris: tuple[str, ...], actor: Actor) -> App:
    """Let an app ask members for access. It has no secret: what protects a code is PKCE.

    Errors: BadRedirect.
    """
    for uri in redirect_uris:
        if why := why_not_redirect(uri):
            raise BadRedirect(f"{uri}: {why}")
    row = models.App.objects.create(
        name=name,
        redirect_uris=" ".join(redirect_uris),
        client_type=models.App.CLIENT_PUBLIC,
        authorization_grant_type=models.App.GRANT_AUTHORIZATION_CODE,
        client_secret="",
        hash_client_secret=False,
    )
    audit.record(actor=str(actor), action="app.add", client=row.client_id)
    return app_from_row(row)


@transaction.atomic
def disable_app(*, client_id: str, at: datetime, actor: Actor) -> App:
    """Shut an app out for everybody at once, its tokens included. Again does nothing. Errors: UnknownApp."""
    row = models.App.objects.select_for_update().filter(client_id=client_id).first()
    if row is None:
        raise UnknownApp(client_id)
    if row.disabled_at is None:
        row.disabled_at = at
        row.save(update_fields=["disabled_at"])
        _drop(at, application=row)
        audit.record(actor=str(actor), action="app.disable", client=client_id)
    return app_from_row(row)


@transaction.atomic
def end_connection(*, user_id: int, client_id: str, at: datetime, actor: Actor) -> None:
    """Let an app at this member's account no more, from this moment. Errors: UnknownApp."""
    row = models.App.objects.filter(client_id=client_id).first()
    if row is None or not _drop(at, application=row, user_id=user_id):
        raise UnknownApp(client_id)
    audit.record(actor=str(actor), action="app.disconnect", client=client_id)


@transaction.atomic
def end_all_connections(*, user_id: int, at: datetime, actor: Actor) -> int:
    """End every connection of a member, as after a new password; return how many tokens were taken back."""
    dropped = _drop(at, user_id=user_id)
    if dropped:
        audit.record(actor=str(actor), action="app.disconnect_all", tokens=dropped)
    return dropped


def _drop(at: datetime, **whose: object) -> int:
    """Take back what was given: refresh tokens stay, revoked, so that a stolen one is still recognised."""
    revoked = RefreshToken.objects.filter(revoked=None, **whose).update(
        revoked=at, access_token=None
    )
    AccessToken.objects.filter(**whose).delete()
    Grant.objects.filter(**whose).delete()
    return revoked
