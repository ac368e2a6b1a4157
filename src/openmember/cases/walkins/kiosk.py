"""The device in an office at which people check in by themselves. Somebody on the staff makes it one.

Only such a device gives numbers, so that nobody fills the room from afar. It keeps a mark in a cookie, which is
renewed each day, so that a copy is soon found out, and is ended at the desk.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from openmember.cases.walkins.kiosks.queries import KEPT, find_kiosk
from openmember.cases.walkins.kiosks.services import renew
from openmember.cases.walkins.kiosks.types import Kiosk
from openmember.cases.walkins.queries import get_office
from openmember.cases.walkins.types import WalkinRefused
from openmember.directory.facilities import Facility

COOKIE = "om_kiosk"
SALT = "openmember.walkins.kiosk"
KEPT_SECONDS = int(KEPT.total_seconds())


def mark(response: HttpResponse, *, value: str) -> None:
    """Let the browser that gets this answer keep a kiosk's mark."""
    response.set_signed_cookie(
        COOKIE, value, salt=SALT, max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def kiosk_of(request: HttpRequest) -> Kiosk | None:
    """Return the kiosk the browser is; None where it is none."""
    value = _kept(request)
    return find_kiosk(mark=value, now=timezone.now()) if value else None


def office_of(kiosk: Kiosk | None) -> Facility | None:
    """Return the office of a kiosk; None where it is one no more."""
    try:
        return get_office(code=kiosk.office) if kiosk else None
    except WalkinRefused:
        return None


def keep(request: HttpRequest, response: HttpResponse, kiosk: Kiosk) -> None:
    """Renew a mark that is of another day."""
    if not kiosk.is_due:
        return
    fresh = renew(kiosk=kiosk, mark=_kept(request), now=timezone.now())
    if fresh:
        mark(response, value=fresh)


def _kept(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT_SECONDS))
