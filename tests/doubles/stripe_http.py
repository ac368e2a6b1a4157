"""The double of Stripe on a port: its API, its payment page, and the ways a network can fail.

Runs by itself too: `python -m tests.doubles.stripe_http --port 12111`, with
STRIPE_API_BASE=http://127.0.0.1:12111 on the other side.
"""

import argparse
import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.doubles.stripe import GOOD_CARD, NO_FUNDS_CARD, ApiError, StripeDouble

PAGE = """<!doctype html><html lang="en"><title>Pay</title><h1>Pay {dollars}</h1>
<p role="status">{message}</p>
<form method="post"><label>Card number <input name="card" inputmode="numeric" required></label>
<button>Pay</button></form><p><a href="{cancel}">Back</a></p>
<p>{good} is taken, {bad} is declined.</p></html>"""


class Fault(StrEnum):
    """What happens to one request that changes something."""

    NONE = "none"
    REQUEST_LOST = "request_lost"  # The connection breaks before anything was read.
    ANSWER_LOST = "answer_lost"  # Done, and the connection breaks before the answer.
    SILENCE = "silence"  # Done, and the answer comes when nobody waits any more.
    LATE = "late"  # Nothing is done until the other side has given up.
    SERVER_ERROR = "server_error"  # A 500, remembered under the key as the real one does.
    TOO_MANY = "too_many"  # A 429, which is not remembered.


class _Port(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke: breaking them is what this is for."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class StripeServer:
    """A double on a free port of this machine, as a context manager."""

    def __init__(self, double: StripeDouble | None = None, port: int = 0) -> None:
        self.double = double or StripeDouble()
        self.faults: deque[Fault] = deque()
        self.draw_fault: Callable[[], Fault] = lambda: Fault.NONE
        self.patience_seconds = 1.0
        self._http = _Port(("127.0.0.1", port), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self.double.page_base = self.url

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def fails_next(self, *faults: Fault) -> None:
        """Let the next requests that change something fail so, one each."""
        self.faults.extend(faults)

    def next_fault(self) -> Fault:
        return self.faults.popleft() if self.faults else self.draw_fault()


class _Handler(BaseHTTPRequestHandler):
    server_version = "StripeDouble"
    protocol_version = "HTTP/1.1"
    wbufsize = (
        -1
    )  # Headers and body in one packet, or each answer waits 40 ms for an acknowledgement.
    stripe: StripeServer

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        if where.path.startswith("/pay/"):
            self._show_page(where.path.rpartition("/")[2], "")
        else:
            self._reply(lambda: self._read(where.path, dict(parse_qsl(where.query))))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        params = dict(parse_qsl(body, keep_blank_values=True))
        if self.path.startswith("/pay/"):
            self._pay(self.path.rpartition("/")[2], params)
            return
        fault = self.stripe.next_fault()
        if fault is Fault.REQUEST_LOST:
            self._hang_up()
            return
        if fault is Fault.LATE:
            time.sleep(self.stripe.patience_seconds)
        self._reply(lambda: self._change(self.path, params, fault), fault)

    def _read(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        double = self.stripe.double
        expanded = any(name.startswith("expand") for name in query)
        match path.removeprefix("/v1/").split("/"):
            case ["checkout", "sessions"]:
                return 200, self._list(query)
            case ["checkout", "sessions", identity]:
                return 200, double.shown(double.session(identity), expanded=expanded)
            case ["payment_intents"]:
                return 200, self._list_intents(query)
            case ["payment_intents", identity] if identity in double.intents:
                return 200, double.intents[identity]
            case ["refunds", identity] if identity in double.refunds:
                return 200, double.refunds[identity]
            case ["disputes", identity] if identity in double.disputes:
                return 200, double.disputes[identity]
        raise ApiError(404, "resource_missing")

    def _list(self, query: dict[str, str]) -> dict[str, Any]:
        newest_first = list(reversed(self.stripe.double.sessions.values()))
        found = [
            session
            for session in newest_first
            if query.get("payment_intent") in {None, session["payment_intent"]}
            and session["created"] >= int(query.get("created[gte]", 0))
        ]
        if after := query.get("starting_after"):
            found = found[[session["id"] for session in found].index(after) + 1 :]
        limit = int(query.get("limit", 10))
        url = "/v1/checkout/sessions"
        return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": url}

    def _list_intents(self, query: dict[str, str]) -> dict[str, Any]:
        since = int(query.get("created[gte]", 0))
        intents = self.stripe.double.intents.values()
        found = [one for one in reversed(list(intents)) if one.get("created", 0) >= since]
        return {"object": "list", "data": found, "has_more": False, "url": "/v1/payment_intents"}

    def _change(self, path: str, params: dict[str, str], fault: Fault) -> tuple[int, Any]:
        if fault is Fault.TOO_MANY:
            raise ApiError(429, "rate_limit")

        def act() -> tuple[int, Any]:
            if fault is Fault.SERVER_ERROR:
                return 500, {"error": {"type": "api_error", "message": "try again"}}
            try:
                return 200, self._act(path, params)
            except ApiError as refusal:
                if refusal.status != 402:
                    raise
                # A declined card is an answer like any other, and kept under the key.
                return refusal.status, refusal.body

        return self.stripe.double.once(self.headers["Idempotency-Key"], (path, params), act)

    def _act(self, path: str, params: dict[str, str]) -> Any:
        double = self.stripe.double
        match path.removeprefix("/v1/").split("/"):
            case ["checkout", "sessions"]:
                return double.open_session(params)
            case ["checkout", "sessions", identity, "expire"]:
                return double.expire_session(identity)
            case ["payment_intents"]:
                return double.create_intent(params)
            case ["payment_intents", identity, "cancel"]:
                return double.cancel_intent(identity)
            case ["refunds"]:
                return double.create_refund(params)
        raise ApiError(404, "resource_missing")

    def _reply(self, answer: Callable[[], tuple[int, Any]], fault: Fault = Fault.NONE) -> None:
        try:
            status, body = answer()
        except ApiError as refusal:
            status, body = refusal.status, refusal.body
        if fault is Fault.ANSWER_LOST:
            self._hang_up()
            return
        if fault is Fault.SILENCE:
            time.sleep(self.stripe.patience_seconds)
        self._send(status, json.dumps(body), "application/json")

    def _pay(self, identity: str, form: dict[str, str]) -> None:
        if self.stripe.double.card_pays(identity, form.get("card", "").replace(" ", "")):
            self.send_response(303)
            self.send_header("Location", self.stripe.double.session(identity)["success_url"])
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._show_page(identity, "Your card was declined.")

    def _show_page(self, identity: str, message: str) -> None:
        session = self.stripe.double.sessions.get(identity)
        if session is None or session["status"] != "open":
            self._send(404, "<!doctype html><h1>This page has expired.</h1>", "text/html")
            return
        page = PAGE.format(
            dollars=f"${(session['amount_total'] or 0) / 100:.2f}",
            message=message,
            cancel=session["cancel_url"],
            good=GOOD_CARD,
            bad=NO_FUNDS_CARD,
        )
        self._send(200, page, "text/html")

    def _send(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Request-Id", "req_double")
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # The other side gave up, which is what it is tested for.

    def _hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *parts: object) -> None:
        """Keep quiet: the tests' own output says what matters."""


def _handler_of(server: StripeServer) -> type[_Handler]:
    return type("Handler", (_Handler,), {"stripe": server})


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for Stripe on this machine.")
    parser.add_argument("--port", type=int, default=12111)
    server = StripeServer(port=parser.parse_args().port)
    with server:
        print(f"STRIPE_API_BASE={server.url} STRIPE_WEBHOOK_SECRET={server.double.webhook_secret}")  # noqa: T201  its one line of output
        threading.Event().wait()


if __name__ == "__main__":
    main()
