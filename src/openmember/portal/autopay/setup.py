"""What a member has chosen while setting automatic payments up, kept in the session. No account number is."""

import secrets
from dataclasses import asdict, dataclass, replace

from django.contrib.sessions.backends.base import SessionBase

from openmember.payments.autopay.types import Instrument, Terms, What
from openmember.payments.types import Method

SESSION_KEY = "autopay_setup"


@dataclass(frozen=True, slots=True)
class Setup:
    """The steps done so far. `card_reference` names the gateway's page while a card is typed there."""

    account_number: str
    what: str
    cap_cents: int | None = None
    method: str = ""
    keeper: str = ""
    token: str = ""
    tender: str = ""
    card_reference: str = ""
    key: str = ""

    @property
    def terms(self) -> Terms:
        return Terms(What(self.what), self.cap_cents)

    @property
    def instrument(self) -> Instrument | None:
        """What will be drawn on, once it is known."""
        if not self.token:
            return None
        return Instrument(Method(self.method), self.keeper, self.token, self.tender)

    def with_instrument(self, instrument: Instrument) -> "Setup":
        return replace(
            self,
            method=instrument.method.value,
            keeper=instrument.keeper,
            token=instrument.token,
            tender=instrument.tender,
        )


def find_setup(session: SessionBase, account_number: str) -> Setup | None:
    """Return the set-up under way for this account, or None."""
    kept = session.get(SESSION_KEY)
    return Setup(**kept) if kept and kept["account_number"] == account_number else None


def keep_setup(session: SessionBase, setup: Setup) -> None:
    """Remember it, under a key of its own."""
    session[SESSION_KEY] = asdict(setup if setup.key else replace(setup, key=secrets.token_hex(8)))


def forget_setup(session: SessionBase) -> None:
    """Let go of it."""
    session.pop(SESSION_KEY, None)
