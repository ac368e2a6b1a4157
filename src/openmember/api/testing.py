"""An app, a member who let it in, and how it calls: for tests."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from django.test import Client

from openmember.accounts.types import Account
from openmember.members import models
from openmember.members.connections.testing import a_connection
from openmember.members.connections.types import Grant

keys = count(1)


@dataclass
class AppOnPhone:
    """An app with a token of one member. `get` and the like answer as Django's test client does."""

    client_id: str
    token: str
    account: Account
    language: str = "en"

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return Client().get(f"/api/v1{path}", query, headers=self._headers(headers))

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        return self._send("post", path, body, key or f"key-{next(keys)}", headers)

    def put(self, path: str, body: Any) -> Any:
        return self._send("put", path, body, "", {})

    def delete(self, path: str) -> Any:
        return Client().delete(f"/api/v1{path}", headers=self._headers({}))

    def pay(self, cents: int, *, key: str = "", **more: Any) -> Any:
        """Ask to pay an amount on the sandbox's page, which takes it at once."""
        body = {"amount": {"cents": cents}, "pay_with": {"kind": "page", "method": "card"}, **more}
        return self.post("/payments", body, key=key)

    def _send(self, verb: str, path: str, body: Any, key: str, headers: dict[str, str]) -> Any:
        if key:
            headers = {"Idempotency-Key": key, **headers}
        call = getattr(Client(), verb)
        return call(
            f"/api/v1{path}",
            body,
            content_type="application/json",
            headers=self._headers(headers),
        )

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}", "Accept-Language": self.language, **headers
        }  # fmt: skip


def an_app(
    *, user: models.User, account: Account, grants: tuple[Grant, ...] = tuple(Grant)
) -> AppOnPhone:
    """Return an app this user let in, for these things."""
    client_id, token = a_connection(user=user, grants=grants)
    return AppOnPhone(client_id, token, account)
