"""Asking for money from a bank account: it leaves with the next file and counts when the bank took that."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from openmember.accounts.types import Account
from openmember.kernel.sql import Refused, fetch_one
from openmember.members.types import Actor
from openmember.payments import queries as payments
from openmember.payments.ach import rules
from openmember.payments.ach.originator import get_originator
from openmember.payments.ach.services.banks import BankRefused
from openmember.payments.ach.types import BankAccount, Sec
from openmember.payments.services.door import KeyReused, PaymentRefused, line_order
from openmember.payments.types import Channel, Payment


@dataclass(frozen=True, slots=True)
class Debit:
    """What is to be drawn. `on` is the day the member was told; on a day without banking, the next one with.

    `key` makes a repeat harmless. `recurring` marks a standing authorisation, as autopay has.
    """

    key: str
    amount_cents: int
    on: date
    sec: Sec
    payer: str
    bill_ids: tuple[int, ...] = ()
    channel: Channel = Channel.WEB
    recurring: bool = False
    same_day: bool = False


@transaction.atomic
def request_debit(*, account: Account, bank: BankAccount, debit: Debit, actor: Actor) -> Payment:
    """Note a payment that waits for its bank, and its entry in the next file that is due.

    Errors: KeyReused, PaymentRefused, BankRefused.
    """
    try:
        posted = fetch_one(
            "SELECT * FROM payments_ach_request(%(number)s, %(bank)s, %(amount)s, %(key)s, %(bills)s::bigint[],"
            " %(channel)s, %(sec)s, %(description)s, %(on)s, %(same_day)s, %(recurring)s, %(order)s,"
            " %(payer)s, %(actor)s)",
            {
                "number": account.number,
                "bank": bank.id,
                "amount": debit.amount_cents,
                "key": debit.key,
                "bills": list(debit.bill_ids),
                "channel": debit.channel.value,
                "sec": debit.sec.value,
                "description": get_originator().description,
                "on": rules.drawable_on(debit.on),
                "same_day": debit.same_day,
                "recurring": debit.recurring,
                "order": line_order(),
                "payer": debit.payer,
                "actor": str(actor),
            },
        )
    except Refused as refused:
        if refused.name == "key_reused":
            raise KeyReused(debit.key) from refused
        if refused.name in {"unknown_bank", "stopped_bank"}:
            raise BankRefused(refused.detail) from refused
        raise PaymentRefused(refused.detail or refused.name) from refused
    return payments.get_payment(numbers=(account.number,), payment_id=posted.payment_id)


@transaction.atomic
def cancel_debit(*, payment: Payment, reason: str, on: date, actor: Actor) -> Payment:
    """Take a debit back that has not left for the bank; once it has, nothing changes here.

    Shape: `reason` is kept with the payment's decline, as a word of ours such as `skipped`.
    """
    fetch_one(
        "SELECT count(*) FILTER (WHERE payments_ach_cancel(account_number, id, %(reason)s, %(on)s, %(actor)s))"
        " FROM payments_ach_entry WHERE account_number = %(number)s AND payment_id = %(payment)s"
        " AND kind = 'debit' AND state = 'queued'",
        {"number": payment.account_number, "payment": payment.id, "reason": reason, "on": on,
         "actor": str(actor)},
    )  # fmt: skip
    return payments.get_payment(numbers=(payment.account_number,), payment_id=payment.id)
