"""Which device asks: a cookie of its own, which lives on when the session is over."""

from typing import cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from openmember.devices import queries, rules
from openmember.devices.types import Device
from openmember.members.queries import find_session_mark

NAME = "device"
# The longest a browser keeps a cookie.
SECONDS = 400 * 24 * 60 * 60


def device_of(request: HttpRequest) -> Device | None:
    """Return the device that asks when it is trusted, whoever is signed in on it; else None."""
    device = queries.find_device(token=request.COOKIES.get(NAME, ""))
    if device is None:
        return None
    is_owners = request.user.is_authenticated and request.user.pk == device.user_id
    # A session there proves as much as the stamp does, and gives it a new one.
    stamp = device.stamp if is_owners else stamp_of(find_session_mark(user_id=device.user_id))
    return device if rules.is_trusted(device, stamp=stamp) else None


def own_device(request: HttpRequest) -> Device | None:
    """Return the device that asks when it is that of the person signed in; else None."""
    device = device_of(request)
    return device if device and device.user_id == request.user.pk else None


def stamp_of(session_mark: str) -> str:
    """Return a hash that changes when the owner's password does."""
    return salted_hmac("openmember.devices", session_mark, algorithm="sha256").hexdigest()


def own_stamp(request: HttpRequest) -> str:
    """Return the stamp of the sign-in that asks."""
    return stamp_of(cast(AbstractBaseUser, request.user).get_session_auth_hash())


def give(response: HttpResponse, token: str) -> None:
    """Let the browser remember which device it is."""
    response.set_cookie(
        NAME, token, max_age=SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def take(response: HttpResponse) -> None:
    """Let the browser forget it."""
    response.delete_cookie(NAME, samesite="Lax")


def name_of(user_agent: str) -> str:
    """Return a browser and a system as people call them, such as `Safari, iPhone`."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or "Browser"


# In this order, because most browsers also carry the marks of others.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "Chromebook"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
