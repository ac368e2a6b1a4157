"""A hundred payments a second held for minutes: the API of apps, by HTTP, each with its member's token.

What is paid is an amount, on the sandbox's page; tokens, grants, rates, idempotency keys, audit and the one
door are as they are. Members are drawn at random from so many that the limit of payments binds none.

python -m bench.load PORT 20 100000 100    # port, seconds, accounts, payments a second: prints JSON
"""

import http.client
import json
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import django

from bench.driving import PATIENCE_SECONDS, RATE, Seen, Visit, held, print_held
from bench.phone import serving
from bench.plan import Plan
from bench.report import Report

MEMBERS = 12_000
PATH = "/api/v1/payments"


def run(plan: Plan) -> Report:
    database = plan.database()
    with serving(database) as port:
        words = [str(one) for one in (port, plan.seconds, database.accounts, RATE)]
        return held(
            "load", database, "app", ["bench.load", *words],
            median_ms="a payment, median ms", p99_ms="a payment, 99th percentile ms",
        )  # fmt: skip


def main(port: int, seconds: int, accounts: int, rate: int) -> None:
    django.setup()
    payers = _Payers(port, _tokens(min(accounts, MEMBERS)))
    print_held(payers.visits(), seconds=seconds, rate=rate, each=1)


class _Payers:
    """Members' apps on connections that stay open, as many as there are clients at once."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self._port, self._tokens = port, tokens
        self._random, self._own = Random(secrets.randbits(64)), threading.local()

    def visits(self) -> Iterator[Visit]:
        while True:
            yield self._pay

    def _pay(self, seen: Seen) -> None:
        # An amount the sandbox declines would be an answer of another kind.
        cents = self._random.randint(20, 150) * 100 + 50
        body = {"amount": {"cents": cents}, "pay_with": {"kind": "page", "method": "card"}}
        headers = {
            "Authorization": f"Bearer {self._random.choice(self._tokens)}",
            "Idempotency-Key": secrets.token_hex(16),
            "Content-Type": "application/json",
            "Host": "localhost",
        }
        connection = self._connection()
        started = time.perf_counter()
        connection.request("POST", PATH, json.dumps(body), headers)
        answer = connection.getresponse()
        said = answer.read()
        taken = (time.perf_counter() - started) * 1000
        if answer.status != 201:
            raise RuntimeError(f"{PATH} answers {answer.status}: {said[:200]!r}")
        seen.payments.append(taken)
        seen.lasts.append(taken)

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._own, "connection"):
            self._own.connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=PATIENCE_SECONDS
            )
        return self._own.connection


def _tokens(members: int) -> list[str]:
    """Return a token for each of the first members, of an app they let pay."""
    from django.utils import timezone
    from oauth2_provider.models import AccessToken, set_token_value

    from openmember.members import models
    from openmember.members.connections.services import add_app
    from openmember.members.connections.types import Grant
    from openmember.members.types import system

    app = add_app(name="Bench", redirect_uris=("com.example:/back",), actor=system("bench"))
    row = models.App.objects.get(client_id=app.client_id)
    models.User.objects.bulk_create(
        (models.User(email=f"{one}@example.org", member_id=one) for one in range(1, members + 1)),
        ignore_conflicts=True,
    )
    users = models.User.objects.filter(member_id__lte=members).values_list("pk", flat=True)
    expires = timezone.now() + timedelta(hours=1)
    raw, made = [secrets.token_urlsafe(24) for _ in users], []
    for user_id, value in zip(users, raw, strict=True):
        token = AccessToken(
            user_id=user_id, application=row, scope=Grant.PAYMENTS_WRITE, expires=expires
        )
        set_token_value(token, value)
        made.append(token)
    AccessToken.objects.bulk_create(made, batch_size=1000)
    return raw


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:5]))
