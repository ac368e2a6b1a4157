"""Stripe: the payer types the card, or signs in to the bank, on Stripe's own page (Checkout).

Stripe is sent a reference, an amount, addresses to come back to and a language; nothing of the
member. Each request is made once and never repeated by the library: a repeat would keep the payer
waiting, and `StripeGateway.ask` finds out everything a repeat could.
"""

from openmember.payments.gateways.stripe.gateway import StripeGateway

__all__ = ["StripeGateway"]
