"""The outside systems that move money, behind one small Protocol."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from openmember.payments.gateways.protocol import CardKeeper, Gateway


@cache
def get_gateway(name: str = "") -> Gateway:
    """Return the gateway called so, or the configured one."""
    # Imported when asked for: a deployment on one gateway never loads the other's library.
    match name or settings.PAYMENT_GATEWAY:
        case "stripe":
            from openmember.payments.gateways.stripe import StripeGateway

            return StripeGateway.from_settings()
        case "stripe_kept":
            from openmember.payments.gateways.stripe.kept import StripeKeptCards

            return StripeKeptCards.from_settings()
        case "terminal":
            if settings.PAYMENT_TERMINAL:
                return cast(Gateway, import_string(settings.PAYMENT_TERMINAL)())
            from openmember.payments.gateways.terminal import SandboxTerminal

            return SandboxTerminal()
        case "stripe_phone":
            from openmember.payments.gateways.stripe.captured import StripeCapturedCards

            return StripeCapturedCards.from_settings()
    if name == "ach":
        from openmember.payments.gateways.bank_file import BankFileGateway

        return BankFileGateway()
    from openmember.payments.gateways.sandbox import SandboxGateway

    return SandboxGateway()


def get_card_keeper() -> CardKeeper:
    """Return who keeps cards for automatic payments."""
    kept = "stripe_kept" if settings.PAYMENT_GATEWAY == "stripe" else settings.PAYMENT_GATEWAY
    return cast(CardKeeper, get_gateway(kept))


def get_phone_gateway_name() -> str:
    """Return the name of who charges what a telephone carrier captured and keeps as a token."""
    is_stripe = settings.PAYMENT_GATEWAY == "stripe"
    return "stripe_phone" if is_stripe else str(settings.PAYMENT_GATEWAY)
