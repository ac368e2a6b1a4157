"""The carrier's REST interface: what it is asked, and what its answers and silences mean."""

import base64
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from openmember.phone.control import CallOver, CarrierControl, Unreachable, find_call_control

CALL = "CA" + "1" * 32


class Interface:
    """A carrier's interface: what it was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []
        self.status, self.body, self.seconds = 200, '{"sid": "x"}', 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                given = parse_qs(self.rfile.read(size).decode())
                outer.asked.append((self.path, given, self.headers["Authorization"]))
                time.sleep(outer.seconds)
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(outer.body.encode())

            def log_message(self, *given: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def carrier():
    interface = Interface()
    yield interface
    interface.server.shutdown()
    interface.server.server_close()


@pytest.fixture
def control(carrier):
    return CarrierControl(account="AC1", token="secret", base=carrier.base)


def test_a_call_is_sent_to_an_address(control, carrier):
    control.send(CALL, "https://plan.example/phone/secure/7/")

    ((path, given, signed),) = carrier.asked
    assert path == f"/2010-04-01/Accounts/AC1/Calls/{CALL}.json"
    assert given == {"Url": ["https://plan.example/phone/secure/7/"], "Method": ["POST"]}
    assert base64.b64decode(signed.removeprefix("Basic ")) == b"AC1:secret"


@pytest.mark.parametrize(
    ("act", "status"), [("pause_recording", "paused"), ("resume_recording", "in-progress")]
)
def test_the_recording_that_runs_is_paused_and_goes_on(control, carrier, act, status):
    getattr(control, act)(CALL)

    ((path, given, _signed),) = carrier.asked
    assert path.endswith(f"/Calls/{CALL}/Recordings/Twilio.CURRENT.json")
    assert given["Status"] == [status]


def test_where_nothing_is_recorded_nothing_has_to_be_paused(control, carrier):
    carrier.status, carrier.body = 404, '{"code": 20404, "message": "not found", "status": 404}'

    control.pause_recording(CALL)


@pytest.mark.parametrize(("status", "code"), [(404, 20404), (400, 21220)])
def test_a_call_that_is_over_is_told_from_a_carrier_that_fails(control, carrier, status, code):
    carrier.status, carrier.body = status, f'{{"code": {code}, "message": "x", "status": {status}}}'

    with pytest.raises(CallOver):
        control.send(CALL, "https://plan.example/")


@pytest.mark.parametrize("act", ["pause_recording", "send"])
@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_refusal_is_no_success_and_is_not_asked_again(control, carrier, act, status):
    carrier.status, carrier.body = status, f'{{"code": 1, "message": "x", "status": {status}}}'

    with pytest.raises(Unreachable):
        getattr(control, act)(CALL, *(["https://plan.example/"] if act == "send" else []))
    assert len(carrier.asked) == 1


def test_a_carrier_that_does_not_answer_is_not_waited_for(carrier, monkeypatch):
    monkeypatch.setattr("openmember.phone.control.WAIT_SECONDS", 0.2)
    carrier.seconds = 1.0
    control = CarrierControl(account="AC1", token="secret", base=carrier.base)

    with pytest.raises(Unreachable):
        control.send(CALL, "https://plan.example/")


def test_a_carrier_that_is_not_there_is_unreachable(carrier):
    control = CarrierControl(account="AC1", token="secret", base="http://127.0.0.1:9")

    with pytest.raises(Unreachable):
        control.pause_recording(CALL)


def test_an_account_at_a_carrier_is_used_before_the_keypad(settings):
    settings.PHONE_SIMULATOR = True
    settings.PHONE_ACCOUNT = "AC1"

    assert isinstance(find_call_control(), CarrierControl)
