"""The carrier itself. It keeps of a call what it needs to go on: its id, and where to ask next."""

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse
from twilio.request_validator import RequestValidator

from openmember.phone.control import SandboxControl
from openmember.phone.simulator.markup import Heard, read
from openmember.phone.webhooks.signature import HEADERS, address_of

CALLER = "+15105550142"
REDIRECTS = 5


class LineRefused(Exception):
    """The line answered a message with this status, and no markup."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the line answers {status}")
        self.status = status


@dataclass(slots=True)
class Carrier:
    """One call. Its messages go through the whole application, signature and all, in this process."""

    sid: str = field(default_factory=lambda: f"CA{secrets.token_hex(16)}")
    caller: str = CALLER
    heard: Heard | None = None
    transcript: list[str] = field(default_factory=list)
    follows: bool = True  # Whether a redirect is followed at once, as a carrier does.

    def call(self, *, relay: bool = False) -> Heard:
        """Dial the line."""
        name = "phone:relay" if relay else "phone:voice"
        return self._go_on(address_of(reverse(name)), {"CallStatus": "ringing"})

    def press(self, keys: str) -> Heard:
        """Press keys; none is silence until the carrier gives up waiting."""
        return self._go_on(self._action(), {"Digits": keys.rstrip("#")} if keys else {"Digits": ""})

    def give_card(self, last_four: str = "4242", result: str = "success") -> Heard:
        """Answer the carrier's own questions for a card or a bank account; nothing of it is sent on."""
        sent = {"Result": result}
        if result == "success":
            name = "PaymentCardNumber" if self._capture() == "credit-card" else "BankAccountNumber"
            sent |= {
                name: f"xxxx-xxxx-{last_four}",
                "PaymentToken": f"sandbox-{secrets.token_hex(8)}",
            }
        return self._go_on(self._action(), sent)

    def follow(self) -> Heard:
        """Go on where a redirect leads, for a carrier that does not by itself."""
        return self._go_on(self._action(), {})

    def talk(self, status: str = "completed") -> Heard:
        """Come back from the person the call was handed to."""
        return self._go_on(self._action(), {"DialCallStatus": status})

    def listen(self) -> Heard | None:
        """Go on where a person sent the call meanwhile, if anywhere, and return what is heard now."""
        address = SandboxControl().take_sent(self.sid)
        return self._go_on(address, {}) if address else self.heard

    def hang_up(self) -> None:
        """Tell the line that the call is over."""
        self.post(address_of(reverse("phone:status")), {"CallStatus": "completed"})

    def post(self, address: str, sent: dict[str, str], *, signature: str | None = None) -> str:
        """Send one message and return the answer. Errors: LineRefused."""
        values = {"CallSid": self.sid, "From": self.caller, **sent}
        signed = signature
        if signed is None:
            signed = RequestValidator(settings.PHONE_AUTH_TOKENS[0]).compute_signature(
                address, values
            )
        parts = urlsplit(address)
        client = Client(headers={HEADERS[0]: signed, "host": parts.netloc})
        answer = client.post(parts.path, values, secure=parts.scheme == "https")
        if answer.status_code >= 300:
            raise LineRefused(answer.status_code)
        return str(answer.content.decode())

    def as_json(self) -> dict[str, Any]:
        """Return what a page keeps between two keys."""
        return {"sid": self.sid, "heard": asdict(self.heard) if self.heard else None,
                "transcript": self.transcript[-60:]}  # fmt: skip

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Carrier":
        """Return the call a page kept."""
        heard = kept["heard"]
        texts = tuple((one[0], one[1]) for one in heard["texts"]) if heard else ()
        return cls(
            sid=kept["sid"],
            heard=Heard(**{**heard, "texts": texts}) if heard else None,
            transcript=list(kept["transcript"]),
        )

    def _go_on(self, address: str, sent: dict[str, str]) -> Heard:
        said: tuple[tuple[str, str], ...] = ()
        for _ in range(REDIRECTS):
            heard = read(self.post(address, sent))
            said += heard.texts
            if heard.verb != "Redirect" or not self.follows:
                break
            address, sent = heard.action, {}
        self.transcript += [text for _, text in said]
        self.heard = Heard(**{**asdict(heard), "texts": said})
        return self.heard

    def _action(self) -> str:
        if self.heard is None or not self.heard.action:
            raise LineRefused(410)
        return self.heard.action

    def _capture(self) -> str:
        return self.heard.capture if self.heard else ""
