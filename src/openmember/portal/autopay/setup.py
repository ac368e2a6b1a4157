"""What a member has chosen while setting automatic payments up, kept in the session. No account number is."""

import secrets
from dataclasses import asdict, dataclass, replace

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from openmember.payments.autopay.types import Instrument, Terms, What
from openmember.payments.types import Method
from openmember.ui.formats import dollars

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


def agreement_of(setup: Setup, organisation: str) -> str:
    """Return the text a member agrees to, in their language. It is kept word for word.

    Source: 12 CFR 1005.10(b): terms clear and readily understandable, and how to end them.
    """
    if setup.terms.what is What.PREMIUM:
        which = _("my monthly premium bills")
    else:
        which = _("all my bills: premium, medical and pharmacy, and payment plans")
    values = {"organisation": organisation, "tender": setup.tender, "which": which}
    parts = [
        _("I allow %(organisation)s to take payments from %(tender)s for %(which)s.") % values,
        _("Each payment is the full amount of what is due, on the day it is due."),
    ]
    if setup.cap_cents is not None:
        parts.append(
            _("No single payment is more than %(amount)s. I pay the rest myself.")
            % {"amount": dollars(setup.cap_cents)}
        )
    parts += [
        _("When an amount is not the same as the last one, I am told at least 10 days ahead."),
        _(
            "I can skip a payment, pause or stop at any time in my account or by phone. This"
            " permission stays until I stop it."
        ),
    ]
    return " ".join(parts)
