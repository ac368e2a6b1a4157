"""What a call that is under way can be told to do from outside of it: the carrier's REST interface."""

from typing import Any, Protocol

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

log = structlog.get_logger("openmember.phone")
WAIT_SECONDS = 5
# What carriers call the recording that runs now, without anybody knowing its id.
_CURRENT = "Twilio.CURRENT"
_SANDBOX_SECONDS = 60 * 60


class CallOver(Exception):
    """The carrier has no such call any more."""


class Unreachable(Exception):
    """The carrier refused, or did not answer: whether it did what it was told is not known."""


class CallControl(Protocol):
    """A carrier's hold on a call. `call` is what the carrier calls it."""

    def pause_recording(self, call: str) -> None:
        """See to it that nothing is recorded. Where nothing is, nothing has to be done. Errors: Unreachable."""

    def resume_recording(self, call: str) -> None:
        """Go on recording, where that was paused. Errors: Unreachable."""

    def send(self, call: str, address: str) -> None:
        """Take the caller out of what they are in, and go on at an address of ours.

        Errors: CallOver, Unreachable.
        """


class CarrierControl:
    """The REST interface that Twilio, SignalWire and compatible gateways share."""

    def __init__(self, *, account: str, token: str, base: str) -> None:
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        # Asked once: a message that came twice would take the caller out of what they do now.
        self._client = Client(
            account, token, http_client=TwilioHttpClient(timeout=WAIT_SECONDS, max_retries=0)
        )
        if base:
            self._client.api.base_url = base.rstrip("/")

    def pause_recording(self, call: str) -> None:
        self._record(call, status="paused", pause_behavior="skip")

    def resume_recording(self, call: str) -> None:
        self._record(call, status="in-progress")

    def send(self, call: str, address: str) -> None:
        if self._tell("send", self._client.calls(call).update, url=address, method="POST") is None:
            raise CallOver

    def _record(self, call: str, **wanted: str) -> None:
        recording = self._client.calls(call).recordings(_CURRENT)
        # Not found: nothing is being recorded.
        self._tell("record", recording.update, **wanted)

    def _tell(self, what: str, do: Any, **wanted: str) -> Any:
        """Return what the carrier answers, or None when it knows no such thing. Errors: Unreachable."""
        from twilio.base.exceptions import TwilioException, TwilioRestException

        try:
            return do(**wanted)
        except TwilioRestException as refused:
            # 21220: the call is over, and can be told nothing.
            if refused.status == 404 or refused.code == 21220:
                return None
            log.warning("carrier_refused", what=what, status=refused.status, code=refused.code)
            raise Unreachable from None
        except (TwilioException, OSError) as failed:
            log.warning("carrier_not_reached", what=what, kind=type(failed).__name__)
            raise Unreachable from None


class SandboxControl:
    """A carrier's hold on the calls of the keypad page and of `openmember phone simulate`."""

    def pause_recording(self, call: str) -> None:
        cache.set(_name("recording", call), "paused", _SANDBOX_SECONDS)

    def resume_recording(self, call: str) -> None:
        cache.set(_name("recording", call), "running", _SANDBOX_SECONDS)

    def send(self, call: str, address: str) -> None:
        cache.set(_name("sent", call), address, _SANDBOX_SECONDS)

    def take_sent(self, call: str) -> str:
        """Return where a call was sent since this was asked, and forget it; nothing when nowhere."""
        address = cache.get(_name("sent", call), "")
        cache.delete(_name("sent", call))
        return str(address)

    def is_paused(self, call: str) -> bool:
        """Return whether the recording of a call is paused."""
        return bool(cache.get(_name("recording", call)) == "paused")


def find_call_control() -> CallControl | None:
    """Return the hold on calls this deployment has, or None: then nobody is sent anywhere."""
    if settings.PHONE_ACCOUNT and settings.PHONE_AUTH_TOKENS:
        return CarrierControl(
            account=settings.PHONE_ACCOUNT,
            token=settings.PHONE_AUTH_TOKENS[0],
            base=settings.PHONE_API_BASE,
        )
    return SandboxControl() if settings.PHONE_SIMULATOR else None


def _name(what: str, call: str) -> str:
    hashed = salted_hmac("openmember.phone.sandbox", call, algorithm="sha256").hexdigest()
    return f"phone-sandbox:{what}:{hashed}"
