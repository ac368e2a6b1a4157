"""Connecting within one deadline: the name, the connection, TLS, and every read of the answer."""

import socket
import ssl
import threading
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any


class Deadline:
    """A moment after which nothing is waited for any more."""

    def __init__(self, seconds: float) -> None:
        self._at = monotonic() + seconds

    def left(self) -> float:
        """Return how many seconds are left. Errors: TimeoutError."""
        left = self._at - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class TimedSocket(ssl.SSLSocket):
    """A TLS connection whose deadline is for all of it: who answers byte by byte gets no more time."""

    deadline: Deadline

    def send(self, data: Any, flags: int = 0) -> int:
        self.settimeout(self.deadline.left())
        return super().send(data, flags)

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        self.settimeout(self.deadline.left())
        return super().recv_into(buffer, nbytes, flags)


def look_up(host: str, port: int, deadline: Deadline) -> list[str]:
    """Return the addresses of a name. Errors: OSError, TimeoutError among them; UnicodeError.

    The system's own lookup cannot be told to hurry, so a thread is left alone with a slow one.
    """
    said: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            said.put([str(one[4][0]) for one in found])
        except (OSError, UnicodeError) as trouble:
            said.put(trouble)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = said.get(timeout=deadline.left())
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, list):
        return answer
    raise answer


def connect(
    address: str, port: int, *, host: str, context: ssl.SSLContext, deadline: Deadline
) -> TimedSocket:
    """Return a TLS connection to an address, for the name `host`. Errors: OSError."""
    context.sslsocket_class = TimedSocket
    plain = socket.create_connection((address, port), deadline.left())
    try:
        plain.settimeout(deadline.left())
        secure = context.wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise
    assert isinstance(secure, TimedSocket)
    secure.deadline = deadline
    return secure
