"""Reading apps, and who connected them."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.db.models import OuterRef, Subquery
from oauth2_provider.models import RefreshToken

from openmember.kernel.sql import fetch_one
from openmember.members import models
from openmember.members.connections.types import Access, App, Connection, Grant

# A user on the staff is nobody's member here, whatever else they are.
_ACCESS = """
SELECT t.user_id, t.scope, CASE WHEN NOT u.is_staff THEN u.member_id END AS member_id,
       a.client_id, a.name, a.redirect_uris
FROM oauth2_provider_accesstoken t
JOIN members_user u ON u.id = t.user_id AND u.is_active
JOIN members_app a ON a.id = t.application_id AND a.disabled_at IS NULL
WHERE t.token_checksum = %(checksum)s AND t.expires > now()
"""


class UnknownApp(Exception):
    """There is no such app, or the member has not connected it."""


def get_app(*, client_id: str) -> App:
    """Return one app. Errors: UnknownApp."""
    row = models.App.objects.filter(client_id=client_id).first()
    if row is None:
        raise UnknownApp(client_id)
    return app_from_row(row)


def find_access(token: str) -> Access | None:
    """Return what a bearer token gives, or None when it is unknown, ran out, or its user or app is shut out.

    The toolkit's own check, in one statement: at each request of the API, it is what costs most.
    """
    found = fetch_one(_ACCESS, {"checksum": sha256(token.encode()).hexdigest()})
    if found is None:
        return None
    return Access(
        user_id=found.user_id,
        member_id=found.member_id,
        client_id=found.client_id,
        app_name=found.name,
        redirect_uris=tuple(found.redirect_uris.split()),
        grants=frozenset(found.scope.split()),
    )


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
