"""What is done with credit: given back, by check, for a written-off bill, turned over to a state."""

from openmember.payments.credits.services.refunds import CreditRefused, refund_excess

__all__ = ["CreditRefused", "refund_excess"]
