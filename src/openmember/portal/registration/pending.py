"""A registration under way. It lives in the session; nothing is created before it is complete."""

import secrets
import time
from dataclasses import asdict, dataclass

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

KEPT_SECONDS = 30 * 60
TRIES_A_CODE = 5
CODES = 4
_KEY = "registration"


@dataclass
class Pending:
    """Who proved to be which member, and how they want to sign in. Of the code only a digest is kept."""

    member_id: int
    proven_at: float
    email: str = ""
    password_hash: str = ""
    code_digest: str = ""
    codes: int = 0
    tries: int = 0

    def new_code(self) -> str:
        """Return a fresh code; the one before it is void."""
        code = f"{secrets.randbelow(10**6):06d}"
        self.code_digest = self._digest(code)
        self.codes += 1
        self.tries = 0
        return code

    @property
    def may_send_code(self) -> bool:
        return self.codes < CODES

    @property
    def may_try(self) -> bool:
        return self.tries < TRIES_A_CODE

    def takes(self, code: str) -> bool:
        """Count a try and return whether it is the code that was sent."""
        self.tries += 1
        return bool(self.code_digest) and constant_time_compare(
            self._digest(code), self.code_digest
        )

    def _digest(self, code: str) -> str:
        return salted_hmac(
            "openmember.registration", f"{self.email} {code}", algorithm="sha256"
        ).hexdigest()


def begin(request: HttpRequest, member_id: int) -> None:
    """Remember that this browser proved to be this member."""
    # A session known to somebody else before the proof must be worth nothing after it.
    request.session.cycle_key()
    keep(request, Pending(member_id, time.time()))


def find(request: HttpRequest) -> Pending | None:
    """Return the registration under way in this browser, or None when there is none or it is old."""
    kept = request.session.get(_KEY)
    if not kept or time.time() - kept["proven_at"] > KEPT_SECONDS:
        forget(request)
        return None
    return Pending(**kept)


def keep(request: HttpRequest, pending: Pending) -> None:
    """Keep what changed."""
    request.session[_KEY] = asdict(pending)


def forget(request: HttpRequest) -> None:
    """Drop the registration under way."""
    request.session.pop(_KEY, None)
