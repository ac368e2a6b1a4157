"""One payment: look up, lock, settle the oldest first, create the rows, keep the balance."""

from datetime import date

from django.db import transaction

from bench.orm_yardstick.models import Account, Allocation, Balance, Bill, Entry, Payment

CODES = {"premium": 1210, "medical": 1220, "pharmacy": 1230}
CARD_CLEARING, CREDIT = 1020, 2010


@transaction.atomic
def pay(*, number: str, key: str, amount_cents: int, effective_on: date) -> tuple[Payment, int]:
    """Take one payment and return it with how many bills it settled."""
    account = Account.objects.select_for_update().get(number=number)
    if Payment.objects.filter(account=account, key=key).exists():
        raise ValueError("used")
    payment = Payment.objects.create(
        account=account, key=key, amount_cents=amount_cents, effective_on=effective_on
    )
    left, settled = amount_cents, 0
    for bill in Bill.objects.filter(account=account, open_cents__gt=0).order_by("due_on", "id"):
        if not left:
            break
        part = min(left, bill.open_cents)
        bill.open_cents -= part
        bill.save(update_fields=["open_cents"])
        Allocation.objects.create(payment=payment, bill=bill, amount_cents=part)
        _post(account, payment, CODES[bill.line], part)
        left, settled = left - part, settled + 1
    if left:
        _post(account, payment, CREDIT, left)
    balance = Balance.objects.get(account=account)
    balance.receivable_cents -= amount_cents - left
    balance.credit_cents += left
    balance.save()
    return payment, Allocation.objects.filter(payment=payment).count()


def _post(account: Account, payment: Payment, code: int, cents: int) -> None:
    Entry.objects.create(account=account, payment=payment, code=CARD_CLEARING, debit_cents=cents)
    Entry.objects.create(account=account, payment=payment, code=code, credit_cents=cents)
