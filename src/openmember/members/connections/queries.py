"""Reading apps, and who connected them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery
from oauth2_provider.models import RefreshToken

from openmember.members import models
from openmember.members.connections.types import App, Connection, Grant


class UnknownApp(Exception):
    """There is no such app, or the member has not connected it."""


def get_app(*, client_id: str) -> App:
    """Return one app. Errors: UnknownApp."""
    row = models.App.objects.filter(client_id=client_id).first()
    if row is None:
        raise UnknownApp(client_id)
    return app_from_row(row)


def list_apps() -> tuple[App, ...]:
    """Return all apps, by name."""
    return tuple(app_from_row(row) for row in models.App.objects.order_by("name", "id"))


def list_connections(*, user_id: int) -> tuple[Connection, ...]:
    """Return the apps that can get at this member's account now, by name. One statement.

    An app is connected while a refresh token of it stands; its access tokens last minutes.
    """
    # A refresh token is replaced each time it is used; the family says when it all began.
    family = RefreshToken.objects.filter(token_family=OuterRef("token_family")).order_by("created")
    rows = (
        RefreshToken.objects.filter(user_id=user_id, revoked=None)
        .select_related("application", "access_token")
        .annotate(began=Subquery(family.values("created")[:1]))
        .order_by("application__name", "application_id", "created")
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return tuple(_connection(tokens) for tokens in found.values())


def grants_of(names: Iterable[str]) -> tuple[Grant, ...]:
    """Return these grants in the order in which they are told; unknown ones are left out."""
    wanted = set(names)
    return tuple(grant for grant in Grant if grant in wanted)


def app_from_row(row: models.App) -> App:
    """Return a row of the table of apps as a value."""
    return App(
        client_id=row.client_id,
        name=row.name,
        redirect_uris=tuple(row.redirect_uris.split()),
        created_at=row.created,
        disabled_at=row.disabled_at,
    )


def _connection(tokens: list[Any]) -> Connection:
    app = tokens[0].application
    names = {
        name for token in tokens if token.access_token for name in token.access_token.scope.split()
    }
    return Connection(
        client_id=app.client_id,
        name=app.name,
        grants=grants_of(names),
        since=min(token.began for token in tokens),
        last_used_at=max(token.created for token in tokens),
    )
