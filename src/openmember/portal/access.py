"""Who is asking, and for which account: from the session's user, never from the address."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account
from openmember.directory import queries as directory
from openmember.directory.types import Region
from openmember.kernel.audit import services as audit
from openmember.members import queries as members
from openmember.members.types import Actor, Member
from openmember.ui.pages import show, wants_part

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request of a signed-in member who answers for an account. `today` is in the member's zone."""

    actor: Actor
    member: Member
    account: Account
    region: Region | None
    now: datetime
    today: date


class PersonRequest(HttpRequest):
    """A request of a signed-in member, whether or not they answer for an account. `today` is in their zone.

    `account` is the one they hold, else the one they are on; None when there is neither.
    """

    actor: Actor
    member: Member
    account: Account | None
    region: Region | None
    now: datetime
    today: date


def for_member(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let any signed-in member in, to what is their own; audit the read; use their own zone."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return _guarded(
            request,
            lambda actor: _serve_person(request, actor, lambda ours: view(ours, *args, **kwargs)),
        )

    return guarded


def for_holder(
    view: Callable[Concatenate[MemberRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a signed-in member in, to the account they hold; audit the read; use the member's own zone.

    Someone on a family member's account is told how to pay without seeing it. Staff are sent to the desk.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return _guarded(
            request, lambda actor: _serve(request, actor, lambda ours: view(ours, *args, **kwargs))
        )

    return guarded


def _guarded(request: HttpRequest, serve: Callable[[Actor], HttpResponse]) -> HttpResponse:
    user = request.user
    if not user.is_authenticated:
        return _ask_to_sign_in(request)
    actor = members.actor_of(user)
    if actor.kind != "member":
        raise PermissionDenied
    response = serve(actor)
    # So that the Back button asks us again, and a shared computer keeps nothing.
    add_never_cache_headers(response)
    return response


def _serve(
    request: HttpRequest, actor: Actor, view: Callable[[MemberRequest], HttpResponse]
) -> HttpResponse:
    account = accounts.find_account_held_by(member_id=actor.member_id) if actor.member_id else None
    if actor.member_id is None or account is None:
        return show(request, "portal/account/not_holder.html")
    ours = cast(MemberRequest, request)
    ours.actor = actor
    ours.account = account
    ours.member = members.get_member(member_id=actor.member_id)
    ours.region = directory.find_region(code=ours.member.person.region)
    zone = directory.zone_of(region=ours.member.person.region)
    ours.now = timezone.now()
    ours.today = ours.now.astimezone(zone).date()
    audit.record(
        actor=str(actor),
        action="account.read",
        account_number=account.number,
        member_id=actor.member_id,
        page=_page(request),
    )
    with timezone.override(zone):
        return view(ours)


def _serve_person(
    request: HttpRequest, actor: Actor, view: Callable[[PersonRequest], HttpResponse]
) -> HttpResponse:
    if actor.member_id is None:
        return show(request, "portal/account/not_holder.html")
    ours = cast(PersonRequest, request)
    ours.actor = actor
    ours.member = members.get_member(member_id=actor.member_id)
    ours.account = _account_of(actor.member_id)
    ours.region = directory.find_region(code=ours.member.person.region)
    zone = directory.zone_of(region=ours.member.person.region)
    ours.now = timezone.now()
    ours.today = ours.now.astimezone(zone).date()
    audit.record(
        actor=str(actor),
        action="member.read",
        account_number=ours.account.number if ours.account else None,
        member_id=actor.member_id,
        page=_page(request),
    )
    with timezone.override(zone):
        return view(ours)


def _account_of(member_id: int) -> Account | None:
    """Return the account a member holds, else the first one they are on."""
    if held := accounts.find_account_held_by(member_id=member_id):
        return held
    on = accounts.list_accounts_of(member_ids=[member_id])
    return accounts.get_account(number=on[0][1]) if on else None


def _page(request: HttpRequest) -> str:
    return cast(Any, request.resolver_match).view_name  # type: ignore[no-any-return]  # a routed request has one


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if wants_part(request):
        # The session ended while the page was open: sign in, then come back to the whole page.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path())
