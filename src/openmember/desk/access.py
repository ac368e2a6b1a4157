"""Who may enter the desk, and which page: staff, with a second factor, in a role that has the scope."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from openmember.members.queries import actor_of
from openmember.members.types import Actor, NotAllowed, Scope

# Recovery codes replace a second factor that was lost; alone they are none.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

Rest = ParamSpec("Rest")


class DeskRequest(HttpRequest):
    """A request of somebody on the staff."""

    actor: Actor


def desk_page(
    scope: Scope,
) -> Callable[
    [Callable[Concatenate[DeskRequest, Rest], HttpResponse]],
    Callable[Concatenate[HttpRequest, Rest], HttpResponse],
]:
    """Let only staff with `scope` see a view, and give it `request.actor`. Nothing of it is cached."""

    def decorate(
        view: Callable[Concatenate[DeskRequest, Rest], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Rest.args, **rest: Rest.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.is_staff:
                raise PermissionDenied
            if settings.STAFF_SECOND_FACTOR_REQUIRED and not is_mfa_enabled(
                request.user, SECOND_FACTORS
            ):
                messages.warning(request, _("Set up a second factor before you use the desk."))
                return redirect("mfa_index")
            staff = cast(DeskRequest, request)
            staff.actor = actor_of(request.user)
            try:
                staff.actor.require(scope)
                return view(staff, *args, **rest)
            except NotAllowed as refused:
                raise PermissionDenied from refused

        return guarded

    return decorate
