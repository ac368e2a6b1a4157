"""Talking to a push service: one request, to a public address, over TLS."""

import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from openmember.devices import rules
from openmember.devices.timed import Deadline, connect, look_up

# For one message as a whole, from the lookup of the name to the last header of the answer.
DEADLINE_SECONDS = 10
# How long a push service keeps a message for a device that is off.
TTL_SECONDS = 24 * 60 * 60


class Unreachable(Exception):
    """No answer came. The message may or may not have arrived."""


class Forbidden(Exception):
    """The address leads to a place we do not send to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push service said."""

    status: int
    retry_after_seconds: int = 0


@dataclass(frozen=True, slots=True)
class PushService:
    """Sends closed messages. `exempt` are `host:port` that may be private; `ca_file` is trusted too.

    No message takes longer than `seconds`, however slowly its service answers.
    """

    exempt: tuple[str, ...] = ()
    ca_file: str = ""
    seconds: float = DEADLINE_SECONDS

    def send(self, endpoint: str, *, body: bytes, authorization: str, topic: str) -> Answer:
        """Post one message. Errors: Unreachable; Forbidden."""
        try:
            host, port = rules.host_of(endpoint, exempt=self.exempt)
        except rules.BadEndpoint as bad:
            raise Forbidden(str(bad)) from bad
        deadline = Deadline(self.seconds)
        address = self._address_of(host, port, deadline)
        parts = urlsplit(endpoint)
        connection = _Pinned(host, port, address, self._context(), deadline)
        try:
            connection.request(
                "POST",
                parts.path + (f"?{parts.query}" if parts.query else ""),
                body,
                {
                    "Authorization": authorization,
                    "Content-Encoding": "aes128gcm",
                    "Content-Type": "application/octet-stream",
                    "TTL": str(TTL_SECONDS),
                    "Topic": topic,
                    "Urgency": "normal",
                },
            )
            # Redirects are not followed: they could lead anywhere.
            found = connection.getresponse()
            return Answer(found.status, _seconds(found.headers.get("Retry-After", "")))
        except (OSError, http.client.HTTPException) as trouble:
            raise Unreachable(type(trouble).__name__) from trouble
        finally:
            connection.close()

    def _address_of(self, host: str, port: int, deadline: Deadline) -> str:
        """Return the address to connect to. Every address of the name must be public, and this one is used."""
        try:
            addresses = look_up(host, port, deadline)
        except (OSError, UnicodeError) as trouble:
            raise Unreachable("no such name") from trouble
        if f"{host}:{port}" not in self.exempt and not all(map(rules.is_public, addresses)):
            raise Forbidden("not a public address")
        return addresses[0]

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.ca_file:
            context.load_verify_locations(self.ca_file)
        return context


class _Pinned(http.client.HTTPSConnection):
    """A connection to the very address that was checked, so that the name cannot change its mind."""

    def __init__(
        self, host: str, port: int, address: str, context: ssl.SSLContext, deadline: Deadline
    ) -> None:
        super().__init__(host, port, context=context)
        self._address = address
        self._tls = context
        self._deadline = deadline

    def connect(self) -> None:
        self.sock = connect(
            self._address, self.port, host=self.host, context=self._tls, deadline=self._deadline
        )


def _seconds(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0
