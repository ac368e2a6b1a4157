"""Whether a message comes from our carrier. The signature stands in for a sign-in and a CSRF token."""

from django.conf import settings
from django.http import HttpRequest
from twilio.request_validator import RequestValidator

# One scheme under two names: SignalWire's compatible gateway signs as Twilio does.
HEADERS = ("X-Twilio-Signature", "X-SignalWire-Signature")


def is_genuine(request: HttpRequest) -> bool:
    """Return whether one of the carrier's tokens signed this address with these values.

    The address is the one the carrier was given, and not what a proxy made of it.
    """
    signature = next((request.headers[name] for name in HEADERS if name in request.headers), "")
    address = address_of(request.get_full_path())
    return any(
        RequestValidator(token).validate(address, request.POST, signature)
        for token in settings.PHONE_AUTH_TOKENS
    )


def address_of(path: str) -> str:
    """Return the address the carrier calls for a path of ours."""
    return settings.SITE_URL.rstrip("/") + path
