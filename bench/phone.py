"""The phone line under 50 concurrent calls, against a view that does nothing, asked in turns.

Callers press a key a second, far faster than anyone who listens. Whole calls are made: number, ZIP code, what
is due, an amount, the capture, the charge through the sandbox.

python -m bench.phone PORT 10 1000000    # port, seconds, accounts: prints what was measured, as JSON
"""

import http.client
import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit

import psycopg
from twilio.request_validator import RequestValidator

from bench.clients import number_drawn
from bench.database import BenchDatabase, environment
from bench.plan import Plan
from bench.report import Bar, Report

CALLS = 50
KEY_SECONDS = 1.0
TIMES_BARE = 5.0
READY_SECONDS = 30
# A whole call takes 15 keys, so at the usual length of a run each caller makes more than one.
TIMES_LONGER = 2
WARM_CALLS = 40
WORKERS, THREADS = 2, 4  # As `openmember serve` has them.
ZIP = "94612"
CARD = {
    "Result": "success",
    "PaymentToken": "sandbox-bench",
    "PaymentCardNumber": "xxxx-4242",
}
# What the addresses are signed as; the same as in settings.
SITE, TOKEN = "http://localhost:8000", "development-only-carrier"


def run(plan: Plan) -> Report:
    database = plan.database()
    seconds = plan.seconds * TIMES_LONGER + 2
    with serving(database) as port:
        found = [_measure(database, port, seconds) for _ in range(plan.rounds)]
    ratios = [one["step_p99_ms"] / one["bare_p99_ms"] for one in found]
    return Report(
        "phone",
        figures={
            f"a step, median of {CALLS} calls, ms": median(one["step_ms"] for one in found),
            "a step, 99th percentile, ms": median(one["step_p99_ms"] for one in found),
            "a bare view, 99th percentile, ms": median(one["bare_p99_ms"] for one in found),
            "steps": median(one["steps"] for one in found),
        },
        bars=[Bar("step to bare view, 99th percentile", median(ratios), TIMES_BARE, at_most=True)],
    )


@contextmanager
def serving(database: BenchDatabase) -> Iterator[int]:
    """Serve the application as `openmember serve` does, on a free port."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(
            "UPDATE members_member SET postal_code = %s WHERE postal_code = ''", [ZIP]
        )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--log-level", "warning",
        "openmember.cli.web:application",
    ]  # fmt: skip
    server = subprocess.Popen(words, env=environment(database), stdout=sys.stderr)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "GET", "/health/live")
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _measure(database: BenchDatabase, port: int, seconds: int) -> dict[str, float]:
    # A process of its own: what the clients do must not be in the server's way more than it has to.
    words = [sys.executable, "-m", "bench.phone", str(port), str(seconds), str(database.accounts)]
    done = subprocess.run(
        words, env=environment(database), check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(json.loads(done.stdout))


def main(port: int, seconds: int, accounts: int) -> None:
    with ThreadPoolExecutor(WORKERS * THREADS) as warmers:
        list(warmers.map(lambda _: _warm(port, accounts), range(WARM_CALLS)))
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(CALLS) as callers:
        found = list(
            callers.map(lambda seed: _caller(Random(seed), port, end, accounts), range(CALLS))
        )
    steps = [taken for step, _ in found for taken in step]
    bare = [taken for _, one in found for taken in one]
    print(
        json.dumps(
            {
                "steps": len(steps),
                "step_ms": median(steps),
                "step_p99_ms": quantiles(steps, n=100)[98],
                "bare_p99_ms": quantiles(bare, n=100)[98],
            }
        )
    )


def _warm(port: int, accounts: int) -> None:
    """Make one call without a pause, so that connections and files are open when it counts."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for path, sent in _call(number_drawn(Random(secrets.randbits(64)), accounts)):
        _timed(connection, "POST", path, sent)
        _timed(connection, "GET", "/health/live")


def _caller(
    random: Random, port: int, end: float, accounts: int
) -> tuple[list[float], list[float]]:
    """Make call after call, and between two keys ask the bare view."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    steps: list[float] = []
    bare: list[float] = []
    time.sleep(random.random() * KEY_SECONDS)
    while time.monotonic() < end:
        # Other numbers each time: what is counted is each caller and each account.
        for path, sent in _call(number_drawn(Random(secrets.randbits(64)), accounts)):
            steps.append(_timed(connection, "POST", path, sent))
            time.sleep(KEY_SECONDS / 2 * (0.5 + random.random()))
            bare.append(_timed(connection, "GET", "/health/live"))
            time.sleep(KEY_SECONDS / 2 * (0.5 + random.random()))
            if time.monotonic() > end:
                break
    return steps, bare


def _call(number: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the messages of one call."""
    caller = {
        "CallSid": f"CA{secrets.token_hex(16)}",
        "From": f"+1510{secrets.randbelow(8_000_000) + 2_000_000}",
    }
    keys = ["1", "1", number, "1", ZIP, "", "2", "4500", "1", "1", CARD, "1", "", "2"]
    messages = [f"/phone/steps/{at}/" for at in range(1, len(keys) + 1)]
    yield "/phone/voice/", caller
    for path, pressed in zip(messages, keys, strict=True):
        yield path, {**caller, **(pressed if isinstance(pressed, dict) else {"Digits": pressed})}
    yield "/phone/status/", {**caller, "CallStatus": "completed"}


def _timed(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    sent: dict[str, str] | None = None,
) -> float:
    body, headers = "", {"Host": urlsplit(SITE).netloc}
    if sent is not None:
        body = urlencode(sent)
        headers |= {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(SITE + path, sent),
        }
    started = time.perf_counter()
    _ask(connection, method, path, body, headers)
    return (time.perf_counter() - started) * 1000


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: str = "",
    headers: dict[str, str] | None = None,
) -> None:
    connection.request(method, path, body, headers or {"Host": "localhost"})
    answer = connection.getresponse()
    answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{path} answers {answer.status}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
