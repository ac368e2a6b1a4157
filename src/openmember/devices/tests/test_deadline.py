"""One deadline for a message, whatever the server a member named does with its time."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from tests.doubles.push import PushDouble

from openmember.devices import sending
from openmember.devices.gateway import DEADLINE_SECONDS, PushService, Unreachable

SECONDS = 0.6
# What a slow machine may add, and far from what the servers here would take: ten seconds and more.
PATIENCE = 4.0


@pytest.fixture(scope="module")
def double(tmp_path_factory):
    # Its certificate is what is wanted; it does not answer here.
    service = PushDouble(tmp_path_factory.mktemp("slow"))
    yield service
    service.server.server_close()


@contextmanager
def answering(double, how):
    """Run a server whose connections `how` answers, and give its host and port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            try:
                connection, _ = server.accept()
                with connection:
                    how(double, connection)
            except OSError:
                return  # The one who asked went away, as it should.

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"localhost:{server.getsockname()[1]}"


def drips(double, connection):
    """Begin an answer and go on byte by byte, each of them sooner than a deadline for one read."""
    with double.server.socket.context.wrap_socket(connection, server_side=True) as secure:
        secure.recv(4096)
        for byte in b"HTTP/1.1 201 Created\r\nX: " + b"y" * 100:
            secure.send(bytes([byte]))
            time.sleep(0.1)


def says_to_go_on(double, connection):
    """Say over and over that the answer is still to come."""
    with double.server.socket.context.wrap_socket(connection, server_side=True) as secure:
        secure.recv(4096)
        for _ in range(100):
            secure.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.1)


def says_nothing(double, connection):
    """Take the connection, and never begin with TLS."""
    connection.recv(1)
    time.sleep(10)


@pytest.mark.parametrize("how", [drips, says_to_go_on, says_nothing])
def test_a_server_that_takes_its_time_gets_no_more_than_the_deadline(double, how):
    with answering(double, how) as host:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            send(PushService((host,), str(double.ca_file), SECONDS), host)

    assert time.monotonic() - began < PATIENCE


def test_a_name_that_is_long_in_being_found_gets_no_more_either(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(10) or [])
    began = time.monotonic()

    with pytest.raises(Unreachable):
        send(PushService(seconds=SECONDS), "push.example.com")

    assert time.monotonic() - began < PATIENCE


def test_a_batch_that_nobody_answers_is_over_before_its_claim():
    assert sending.CLAIM.total_seconds() > sending.BATCH * DEADLINE_SECONDS


def send(service: PushService, host: str) -> None:
    service.send(f"https://{host}/a", body=b"x", authorization="v", topic="bill")
