"""Somebody who paid on Stripe's page, and what Stripe tells about it afterwards."""

from collections.abc import Iterator

import pytest
from tests.doubles.stripe_http import StripeServer

from openmember.ledger.queries import get_balance
from openmember.members.types import GUEST
from openmember.payments.gateways import get_gateway
from openmember.payments.jobs import check_books
from openmember.payments.queries import get_payment
from openmember.payments.services.gateway import pay_through_gateway, resolve_payment
from openmember.payments.services.notifications import receive
from openmember.payments.testing import TODAY, a_bill, a_refund, an_account
from openmember.payments.types import Channel, Method, Payment, PaymentRequest


class Payer:
    """Two bills, 60 and 40 dollars, paid with a card at once."""

    def __init__(self, server: StripeServer) -> None:
        self.double = server.double
        self.account = an_account()
        self.bills = (a_bill(self.account, 60_00), a_bill(self.account, 40_00))
        request = PaymentRequest(
            key="k1", amount_cents=100_00, method=Method.CARD, channel=Channel.GUEST, payer="guest",
            effective_on=TODAY,
        )  # fmt: skip
        started = pay_through_gateway(account=self.account, request=request, actor=GUEST)
        self.first = started.payment
        self.session = started.redirect_url.rpartition("/")[2]
        self.double.card_pays(self.session)

    @property
    def payment(self) -> Payment:
        return get_payment(numbers=self.account.numbers, payment_id=self.first.id)

    @property
    def owed_cents(self) -> int:
        return get_balance(account_number=self.account.number).owed_cents

    @property
    def credit_cents(self) -> int:
        return get_balance(account_number=self.account.number).credit_cents

    def pays(self) -> None:
        """Let us find out that it was paid."""
        resolve_payment(payment=self.payment, on=TODAY)

    def disputes(self, cents: int | None = None) -> str:
        """Dispute so much of it, and let us hear of it."""
        dispute = self.double.payer_disputes(self.session, cents=cents)
        self.hears()
        return dispute

    def decides(self, dispute: str, *, won: bool) -> None:
        """Let the bank decide, and let us hear of it."""
        self.double.bank_decides(dispute, won=won)
        self.hears()

    def refunds(self, cents: int) -> str:
        """Refund so much and return the id Stripe gave it."""
        a_refund(self.payment, cents, key="r1")
        return next(iter(self.double.refunds))

    def hears(self, *events: dict) -> None:
        for event in events or self.double.events:
            payload, signature = self.double.signed(event)
            receive(gateway="stripe", payload=payload, signature=signature, on=TODAY)


@pytest.fixture
def stripe(settings) -> Iterator[StripeServer]:
    """Stripe as the configured gateway."""
    with StripeServer() as server:
        settings.PAYMENT_GATEWAY = "stripe"
        settings.STRIPE_SECRET_KEY = "sk_test"
        settings.STRIPE_WEBHOOK_SECRET = server.double.webhook_secret
        settings.STRIPE_API_BASE = server.url
        get_gateway.cache_clear()
        yield server
        get_gateway.cache_clear()


@pytest.fixture
def payer(db, stripe) -> Iterator[Payer]:
    """Somebody who paid, as we know; the books balance whatever comes after."""
    payer = Payer(stripe)
    payer.pays()
    yield payer
    assert check_books() == ()
