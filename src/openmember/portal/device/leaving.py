"""Leaving a device empty at sign-out and when somebody else signs in on it, and quiet after a new password."""

from typing import Any, cast

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.account.views import LogoutView
from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from openmember.devices import queries, services
from openmember.members.queries import actor_of
from openmember.portal.device import cookie

# Everything the browser keeps of ours but cookies, which hold the language and the session that just ended.
CLEARED = '"cache", "storage"'


class SignOut(LogoutView):
    """End the session, and empty the device it was on."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        request: HttpRequest = self.request
        token = request.COOKIES.get(cookie.NAME, "")
        if request.user.is_authenticated and (device := queries.find_device(token=token)):
            services.revoke(device=device, actor=actor_of(request.user), reason="sign-out")
        response: HttpResponse = super().post(*args, **kwargs)
        empty(response)
        return response


def empty(response: HttpResponse) -> None:
    """Have the browser forget the device and everything it keeps of ours."""
    response["Clear-Site-Data"] = CLEARED
    cookie.take(response)


def hand_over(request: HttpRequest, response: HttpResponse, user: AbstractBaseUser) -> None:
    """After a sign-in: when the device was somebody else's, end the trust in it and empty it."""
    device = queries.find_device(token=request.COOKIES.get(cookie.NAME, ""))
    if device is None or device.user_id == user.pk:
        return
    services.revoke(
        device=device, actor=actor_of(cast(Any, user)), reason="another person signed in"
    )
    empty(response)


@receiver([password_changed, password_reset, password_set])
def end_news(sender: Any, request: HttpRequest, user: Any, **facts: Any) -> None:
    """Tell only the device that a new password was set on, where its owner is signed in, of news from now on.

    Whoever had the old password may have turned news on in a browser of theirs.
    """
    services.end_news(user_id=user.pk, but=cookie.own_device(request), actor=actor_of(user))
