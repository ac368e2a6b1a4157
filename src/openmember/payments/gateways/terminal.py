"""Card terminals at a counter: the card is read there, and only its last four digits come back.

What is here takes trial cards. A vendor's terminal is a class of this Protocol, named in `PAYMENT_TERMINAL`;
docs/counter.md says what it has to do.
"""

from typing import Protocol, cast

from django.conf import settings

from openmember.payments.gateways.protocol import Answer, Charge, Gateway
from openmember.payments.gateways.sandbox import SandboxGateway

NAME = "terminal"


class Terminal(Gateway, Protocol):
    """A gateway with a device beside the drawer, called outside of any transaction as every gateway is."""

    def take(self, charge: Charge, *, device: str) -> Answer:
        """Show the amount on the device and wait for the card; one charge for each key, as ever.

        The answer's `reference` is the authorisation, its `tender` the card's kind and last four digits. Where
        the device is not reached, or nobody knows what became of the card, it is UNKNOWN: `ask` tells later.
        """


class SandboxTerminal(SandboxGateway):
    """A terminal for trials. The cents of the amount choose what it does, as for the sandbox gateway."""

    name = NAME

    def take(self, charge: Charge, *, device: str) -> Answer:
        """Read the test card."""
        return self.charge(charge)


def has_terminal() -> bool:
    """Return whether cards can be taken at the counter. A trial terminal is never beside a real gateway."""
    return bool(settings.PAYMENT_TERMINAL) or settings.PAYMENT_GATEWAY == "sandbox"


def get_terminal() -> Terminal:
    """Return the terminals' gateway."""
    from openmember.payments.gateways import get_gateway

    return cast(Terminal, get_gateway(NAME))
