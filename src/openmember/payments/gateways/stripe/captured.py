"""What a telephone carrier captured and handed to Stripe, charged once by its token."""

from stripe.params import PaymentIntentCreateParams

from openmember.payments.gateways.protocol import Answer, Charge
from openmember.payments.gateways.stripe.kept import StripeKeptCards
from openmember.payments.types import Method

# What the payer agreed to by pressing a key on the telephone (Nacha: a telephone-initiated entry).
_TYPES = {Method.CARD: "card", Method.ACH: "us_bank_account"}


class StripeCapturedCards(StripeKeptCards):
    """Charges of what was captured in a call. Everything but the charge itself is as for kept cards."""

    name = "stripe_phone"

    def charge(self, charge: Charge) -> Answer:
        """Charge the captured payment method once for the charge's key."""
        if charge.gateway_reference:
            return self.ask(charge)
        wanted: PaymentIntentCreateParams = {
            "amount": charge.amount_cents,
            "currency": "usd",
            "payment_method": charge.kept_card,
            "allowed_payment_method_types": [_TYPES[charge.method]],
            "confirm": True,
            "description": charge.description,
            "metadata": {"payment": charge.key},
            "expand": ["latest_charge"],
        }
        if charge.method is Method.CARD:
            # A telephone order: the bank cannot ask the payer for a second factor.
            wanted["payment_method_options"] = {"card": {"moto": True}}
        else:
            wanted["mandate_data"] = {"customer_acceptance": {"type": "offline"}}
        return self._charge_once(charge, wanted)
