"""The same load on guest payment: the three forms a browser posts for each payment.

Number and amount; card or bank; confirm: with CSRF token, session and throttles as they are; of the pages
between them only the first is asked for, once a visitor. Visitors come from loopback addresses of their own;
each pays five times, as many as the throttle lets through, and leaves. A payment's time is that of its three
forms.

python -m bench.load_guest PORT 20 100000 100    # port, seconds, accounts, payments a second: prints JSON
"""

import http.client
import re
import secrets
import sys
import time
from collections.abc import Iterator
from itertools import count
from random import Random
from urllib.parse import urlencode

from bench.clients import number_drawn
from bench.driving import PATIENCE_SECONDS, RATE, Seen, Visit, held, print_held
from bench.phone import serving
from bench.plan import Plan
from bench.report import Report

PAYMENTS_A_VISITOR = 5
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


def run(plan: Plan) -> Report:
    database = plan.database()
    with serving(database) as port:
        words = [str(one) for one in (port, plan.seconds, database.accounts, RATE)]
        return held(
            "load_guest", database, "guest", ["bench.load_guest", *words],
            median_ms="a payment, three forms, median ms",
            p99_ms="a payment, three forms, 99th percentile ms",
            last_p99_ms="the confirming form, 99th percentile ms",
        )  # fmt: skip


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
        seen.lasts.append((ended - asked) * 1000)

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
    print_held(_visits(port, accounts), seconds=seconds, rate=rate, each=PAYMENTS_A_VISITOR)


def _visits(port: int, accounts: int) -> Iterator[Visit]:
    random = Random(secrets.randbits(64))
    for address in _addresses():

        def visit(seen: Seen, address: str = address) -> None:
            visitor = Visitor(port, address)
            for _ in range(PAYMENTS_A_VISITOR):
                visitor.pay(number_drawn(random, accounts), f"{random.randint(20, 150)}.50", seen)
            visitor.leave()

        yield visit


def _addresses() -> Iterator[str]:
    """Yield addresses of this machine, each once a run: what is counted is each visitor."""
    first = secrets.randbelow(60) * 4 + 1
    for place in count():
        yield f"127.{first + place // 62500}.{place // 250 % 250}.{place % 250 + 2}"


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:5]))
