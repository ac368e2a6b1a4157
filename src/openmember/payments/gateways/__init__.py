"""The outside systems that move money, behind one small Protocol."""

from functools import cache

from django.conf import settings

from openmember.payments.gateways.protocol import Gateway


@cache
def get_gateway(name: str = "") -> Gateway:
    """Return the gateway called so, or the configured one."""
    # Imported when asked for: a deployment on one gateway never loads the other's library.
    if (name or settings.PAYMENT_GATEWAY) == "stripe":
        from openmember.payments.gateways.stripe import StripeGateway

        return StripeGateway.from_settings()
    from openmember.payments.gateways.sandbox import SandboxGateway

    return SandboxGateway()
