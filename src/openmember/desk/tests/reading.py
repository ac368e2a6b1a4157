"""What a page says, and what became of a bill or a payment."""

from openmember.billing.queries import get_bill
from openmember.payments.queries import get_payment
from openmember.payments.testing import TODAY


def words(answer):
    """Return a page's text as a person reads it, on one line."""
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def again(row):
    """Return a bill or a payment as it is now."""
    numbers = (row.account_number,)
    if hasattr(row, "due_on"):
        return get_bill(numbers=numbers, bill_id=row.id, today=TODAY)
    return get_payment(numbers=numbers, payment_id=row.id)


def open_cents(bill):
    return again(bill).open_cents
