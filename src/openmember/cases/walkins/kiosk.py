"""The device in an office at which people check in by themselves. Somebody on the staff makes it one.

Only such a device gives numbers, so that nobody fills the room from afar.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from openmember.cases.walkins.queries import get_office
from openmember.cases.walkins.types import WalkinRefused
from openmember.directory.facilities import Facility

COOKIE = "om_kiosk"
SALT = "openmember.walkins.kiosk"
KEPT_SECONDS = 365 * 24 * 60 * 60


def mark(response: HttpResponse, *, office: str) -> None:
    """Make the browser that gets this answer the kiosk of an office."""
    response.set_signed_cookie(
        COOKIE, office, salt=SALT, max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def office_of(request: HttpRequest) -> Facility | None:
    """Return the office whose kiosk the browser is; None where it is none."""
    code = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT_SECONDS)
    try:
        return get_office(code=str(code)) if code else None
    except WalkinRefused:
        return None
