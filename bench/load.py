"""A hundred payments a second held for minutes, through the HTTP server, the sessions and the one door.

The surface is guest payment: the three forms a browser posts for each (number and amount; card or bank;
confirm), with CSRF token, session and throttles as they are; of the pages between them only the first is
asked for, once a visitor. Visitors come from loopback addresses of their own; each pays five times, as many
as the throttle lets through, and leaves. Starts are scheduled beforehand, so that a slow answer makes others
late and never fewer. A payment's time is that of its three forms.

python -m bench.load PORT 20 100000 100    # port, seconds, accounts, payments a second: prints JSON
"""

import http.client
import json
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random
from statistics import median, quantiles
from urllib.parse import urlencode

import psycopg

from bench.clients import number_drawn
from bench.database import BenchDatabase, environment
from bench.phone import serving
from bench.plan import Plan
from bench.report import Bar, Report

RATE = 100
PAYMENTS_A_VISITOR = 5
CLIENTS = 48
WARM_SECONDS = 3
# Nobody waits longer; what is not answered by then is an error.
PATIENCE_SECONDS = 30
HELD = 0.99  # Of what was scheduled, counted over the whole time.
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


def run(plan: Plan) -> Report:
    database = plan.database()
    before = _accepted(database)
    with serving(database) as port:
        found = _measure(database, port, plan.seconds)
    arrived = _accepted(database) - before
    differences = _differences(database)
    return Report(
        "load",
        figures={
            "payments a second": found["payments"] / found["seconds"],
            "a payment, three forms, median ms": found["median_ms"],
            "a payment, three forms, 99th percentile ms": found["p99_ms"],
            "the confirming form, 99th percentile ms": found["confirm_p99_ms"],
            "seconds": found["seconds"],
        },
        bars=[
            Bar("payments a second", found["payments"] / found["seconds"], RATE * HELD),
            Bar("errors", found["errors"], 0, at_most=True),
            Bar("answered and not in the books", abs(found["answered"] - arrived), 0, at_most=True),
            Bar("differences in the books", differences, 0, at_most=True),
        ],
    )


def _measure(database: BenchDatabase, port: int, seconds: int) -> dict[str, float]:
    words = [sys.executable, "-m", "bench.load"]
    words += [str(one) for one in (port, seconds, database.accounts, RATE)]
    done = subprocess.run(
        words, env=environment(database), check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(json.loads(done.stdout))


def _accepted(database: BenchDatabase) -> int:
    with psycopg.connect(database.url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM payments_payment WHERE channel = 'guest' AND status = 'accepted'"
        ).fetchone()
    return int(row[0]) if row else 0


def _differences(database: BenchDatabase) -> int:
    """Return how many differences `openmember ledger check` names."""
    words = [sys.executable, "-m", "openmember.cli.main", "ledger", "check", "--json"]
    done = subprocess.run(words, env=environment(database), stdout=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return 0
    return max(len(json.loads(done.stdout or "{}").get("differences", ())), 1)


@dataclass
class Seen:
    """What the clients measured, in milliseconds."""

    payments: list[float] = field(default_factory=list)
    confirms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Visitor:
    """One browser: an address, a connection, its cookies."""

    def __init__(self, port: int, address: str) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=PATIENCE_SECONDS, source_address=(address, 0)
        )
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._token = self._read(_TOKEN, self._ask("GET", "/guest/"))

    def pay(self, number: str, amount: str, seen: Seen) -> None:
        """Make one payment and note how long it took."""
        started = time.perf_counter()
        self._post("/guest/", {"number": number, "amount": amount}, "/guest/how/")
        self._post("/guest/how/", {"method": "card"}, "/guest/confirm/")
        asked = time.perf_counter()
        self._post("/guest/confirm/", {}, "/guest/payments/P-")
        ended = time.perf_counter()
        seen.payments.append((ended - started) * 1000)
        seen.confirms.append((ended - asked) * 1000)

    def leave(self) -> None:
        self._connection.close()

    def _post(self, path: str, sent: dict[str, str], to: str) -> None:
        answer = self._ask("POST", path, {**sent, "csrfmiddlewaretoken": self._token})
        if not answer[0].startswith(to):
            raise RuntimeError(f"{path} leads to {answer[0] or 'nowhere'}")

    def _read(self, what: re.Pattern[bytes], answer: tuple[str, bytes]) -> str:
        found = what.search(answer[1])
        if found is None:
            raise RuntimeError("a page without what is looked for")
        return found.group(1).decode()

    def _ask(self, method: str, path: str, sent: dict[str, str] | None = None) -> tuple[str, bytes]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Host": "localhost", "Cookie": cookies}
        if sent is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, urlencode(sent or {}), headers)
        answer = self._connection.getresponse()
        body = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status >= 400:
            raise RuntimeError(f"{path} answers {answer.status}")
        return answer.headers.get("Location", ""), body


def main(port: int, seconds: int, accounts: int, rate: int) -> None:
    warm = _drive(port, WARM_SECONDS, accounts, rate // 2)
    started = time.perf_counter()
    seen = _drive(port, seconds, accounts, rate)
    lasted = time.perf_counter() - started
    for error in sorted(set(seen.errors))[:5]:
        print(f"{seen.errors.count(error)} x {error}", file=sys.stderr)
    print(
        json.dumps(
            {
                "payments": len(seen.payments),
                "answered": len(seen.payments) + len(warm.payments),
                "errors": len(seen.errors),
                "seconds": max(lasted, seconds),
                "median_ms": median(seen.payments),
                "p99_ms": quantiles(seen.payments, n=100)[98],
                "confirm_p99_ms": quantiles(seen.confirms, n=100)[98],
            }
        )
    )


def _drive(port: int, seconds: int, accounts: int, rate: int) -> Seen:
    """Start visits at their times, for so many seconds and no longer."""
    seen, visits = Seen(), rate * seconds // PAYMENTS_A_VISITOR
    starts = iter([place * PAYMENTS_A_VISITOR / rate for place in range(visits)])
    begun, addresses = time.perf_counter(), _addresses()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for at, address in zip(starts, addresses, strict=False):
            time.sleep(max(begun + at - time.perf_counter(), 0))
            clients.submit(_visit, port, address, accounts, seen, begun + at + PATIENCE_SECONDS)
    return seen


def _visit(port: int, address: str, accounts: int, seen: Seen, until: float) -> None:
    random = Random(secrets.randbits(64))
    try:
        if time.perf_counter() > until:
            # Whoever could not even begin for so long has left: the run ends by itself.
            raise TimeoutError("a visitor found no place")
        visitor = Visitor(port, address)
        for _ in range(PAYMENTS_A_VISITOR):
            visitor.pay(number_drawn(random, accounts), f"{random.randint(20, 150)}.50", seen)
        visitor.leave()
    except Exception as failed:  # counted, said, and the bar is none
        seen.errors.append(f"{type(failed).__name__}: {failed}")


def _addresses() -> Iterator[str]:
    """Yield addresses of this machine, each once a run: what is counted is each visitor."""
    first = secrets.randbelow(60) * 4 + 1
    for place in count():
        yield f"127.{first + place // 62500}.{place // 250 % 250}.{place % 250 + 2}"


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:5]))
