"""Who is asking, through which app, and for which account: from the token, never from the address."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account
from openmember.api.problems import Problem
from openmember.directory import queries as directory
from openmember.kernel import throttle
from openmember.kernel.audit import services as audit
from openmember.kernel.visitors import address_of
from openmember.members import queries as members
from openmember.members.connections.queries import find_access
from openmember.members.connections.types import Access, Grant
from openmember.members.types import Actor, Member

MINUTE_SECONDS = 60
PAYMENTS_SECONDS = 600
# Tokens nobody could guess are still not to be tried for ever from one place.
REFUSED_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Caller:
    """A member who holds an account, acting through an app. `today` is in the member's own zone."""

    actor: Actor
    user_id: int
    member: Member
    account: Account
    client_id: str
    redirect_uris: tuple[str, ...]
    zone: ZoneInfo
    now: datetime
    today: date


class OAuth(AuthBase):
    """Lets in who brings a token with a grant. Each use is audited with the app's name."""

    openapi_type = "oauth2"
    openapi_flows = {
        "authorizationCode": {
            "authorizationUrl": f"{settings.SITE_URL}/oauth/authorize/",
            "tokenUrl": f"{settings.SITE_URL}/oauth/token/",
            "refreshUrl": f"{settings.SITE_URL}/oauth/token/",
            "scopes": {},
        }
    }

    def __init__(self, grant: Grant, *, pays: bool = False) -> None:
        super().__init__()
        self.grant, self.pays = grant, pays

    def __call__(self, request: HttpRequest) -> Caller:
        """Return who is calling. Errors: Problem."""
        token = _token_of(request)
        access = _checked(request, token)
        _count(request, f"{access.user_id}:{access.client_id}", pays=self.pays)
        if self.grant not in access.grants:
            challenge = f'Bearer error="insufficient_scope", scope="{self.grant}"'
            raise Problem(
                "insufficient-scope", headers={"WWW-Authenticate": challenge}, scope=self.grant
            )
        caller = _caller(access)
        _audit(request, caller, access.app_name)
        return caller


def _token_of(request: HttpRequest) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthorized("")
    return token.strip()


def _checked(request: HttpRequest, token: str) -> Access:
    access = find_access(token) if token.isascii() else None
    if access is None:
        address = address_of(request)
        tries = throttle.count(
            scope="api-refused",
            value=address,
            limit=REFUSED_A_MINUTE,
            window_seconds=MINUTE_SECONDS,
        )
        if not tries.is_allowed:
            raise _too_many(tries)
        raise _unauthorized("invalid_token")
    return access


def _caller(access: Access) -> Caller:
    if access.member_id is None:
        raise Problem("forbidden")
    account = accounts.find_account_held_by(member_id=access.member_id)
    if account is None:
        raise Problem("no-account")
    member = members.get_member(member_id=access.member_id)
    zone = directory.zone_of(region=member.person.region)
    now = timezone.now()
    return Caller(
        actor=Actor("member", access.user_id, member_id=access.member_id),
        user_id=access.user_id,
        member=member,
        account=account,
        client_id=access.client_id,
        redirect_uris=access.redirect_uris,
        zone=zone,
        now=now,
        today=now.astimezone(zone).date(),
    )


def _audit(request: HttpRequest, caller: Caller, name: str) -> None:
    match = request.resolver_match
    audit.record(
        actor=str(caller.actor),
        action="account.read" if request.method in {"GET", "HEAD"} else "account.act",
        account_number=caller.account.number,
        member_id=caller.member.id,
        client=caller.client_id,
        app=name,
        page=f"{request.method} {match.route if match else ''}",
    )


def _count(request: HttpRequest, who: str, *, pays: bool) -> None:
    """Count the request, and a payment apart, and let the answer say what is left. Errors: Problem."""
    limits = {
        "requests": throttle.Limit("api-requests", settings.API_REQUESTS_A_MINUTE, MINUTE_SECONDS)
    }
    if pays:
        limits["payments"] = throttle.Limit(
            "api-payments", settings.API_PAYMENTS_IN_TEN_MINUTES, PAYMENTS_SECONDS
        )
    counts = throttle.count_all(who, list(limits.values()))
    request.META["OPENMEMBER_API_RATES"] = {
        name: (taken, limit.window_seconds)
        for (name, limit), taken in zip(limits.items(), counts, strict=True)
    }
    for taken in counts:
        if not taken.is_allowed:
            raise _too_many(taken)


def _unauthorized(error: str) -> Problem:
    challenge = f'Bearer realm="{settings.SITE_URL}/api/v1"'
    if error:
        challenge += f', error="{error}"'
    metadata = f"{settings.SITE_URL}/.well-known/oauth-protected-resource/api/v1"
    challenge += f', resource_metadata="{metadata}"'
    return Problem("unauthorized", headers={"WWW-Authenticate": challenge})


def _too_many(taken: throttle.Count) -> Problem:
    return Problem("too-many-requests", headers={"Retry-After": str(taken.resets_in_seconds)})
