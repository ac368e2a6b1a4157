"""The same request once, however often it is sent. Source: draft-ietf-httpapi-idempotency-key-header.

A key belongs to one app and one account. While its request is worked on, another with it is told so; what
was answered is kept and sent again; a refusal leaves the key unused. Behind it the door keeps the key of a
payment for ever, so that a crash before the answer was kept pays nothing twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse

from openmember.api.caller import Caller
from openmember.api.problems import Problem
from openmember.kernel.sql import fetch_all, fetch_one

HEADER = "Idempotency-Key"
REPEATED = "Idempotent-Replayed"
_KEPT = """
SELECT fingerprint, status, body, location FROM api_answer
WHERE account_number = %(number)s AND client_id = %(client)s AND key = %(key)s
"""
_KEEP = """
INSERT INTO api_answer (account_number, client_id, key, fingerprint, status, body, location, answered_at)
VALUES (%(number)s, %(client)s, %(key)s, %(fingerprint)s, %(status)s, %(body)s, %(location)s, now())
"""


def once(
    request: HttpRequest, caller: Caller, key: str, work: Callable[[str], HttpResponse]
) -> HttpResponse:
    """Do `work` for a key, or send again what it answered. `work` is given the key for services below.

    Errors: Problem `in-flight` (409), `idempotency-key-reused` (422), and those of `work`.
    """
    # The draft has the header quoted; many send it bare.
    key = key.strip().removeprefix('"').removesuffix('"')
    fingerprint = _fingerprint(request)
    with _claimed(f"{caller.account.number}:{caller.client_id}:{key}"):
        known = {"number": caller.account.number, "client": caller.client_id, "key": key}
        if kept := fetch_one(_KEPT, known):
            return _again(kept, fingerprint)
        response = work(_inner_key(caller, key))
        if 200 <= response.status_code < 300:
            answered = {
                "fingerprint": fingerprint,
                "status": response.status_code,
                "body": response.content.decode(),
                "location": response.get("Location", ""),
            }
            fetch_all(_KEEP, known | answered)
        return response


def _again(kept: Any, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise Problem("idempotency-key-reused")
    response = HttpResponse(
        kept.body, status=kept.status, content_type="application/json; charset=utf-8"
    )
    response[REPEATED] = "true"
    if kept.location:
        response["Location"] = kept.location
    return response


def _fingerprint(request: HttpRequest) -> str:
    return sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()


def _inner_key(caller: Caller, key: str) -> str:
    """Return a key of one length, which no other app, account or channel can have."""
    said = f"{caller.client_id}:{caller.account.number}:{key}"
    return "api:" + sha256(said.encode()).hexdigest()[:40]


@contextmanager
def _claimed(name: str) -> Iterator[None]:
    # A lock of the session: it goes with a process that dies, so no key stays claimed for ever.
    lock = {"name": f"api:{name}"}
    if not fetch_one("SELECT pg_try_advisory_lock(hashtextextended(%(name)s, 0)) AS got", lock).got:
        raise Problem("in-flight", headers={"Retry-After": "1"})
    try:
        yield
    finally:
        fetch_one("SELECT pg_advisory_unlock(hashtextextended(%(name)s, 0)) AS done", lock)
