"""The two worlds of `test_money_model`, the database and the model, and that they say the same."""

import json
from dataclasses import replace

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
)

from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.ledger.queries import get_balance
from openmember.payments import queries
from openmember.payments.jobs import check_books
from openmember.payments.services import corrections
from openmember.payments.services.merges import follow_merge
from openmember.payments.services.refunds import RefundRefused
from openmember.payments.testing import TESTER, TODAY, an_account
from openmember.payments.tests import model
from openmember.payments.types import Channel, Payment, PaymentRequest, Status


def facts_of(payment: Payment) -> tuple[str, int, int, dict[int, int]]:
    settles = {one.bill_id: one.amount_cents for one in payment.allocations}
    return payment.status.value, payment.unapplied_cents, payment.refunded_cents, settles


class TwoWorlds(RuleBasedStateMachine):
    """Three accounts in the database and in the model; each example is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.serial = 0
        self.accounts: list[model.Account] = []
        self.requests: dict[int, PaymentRequest] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def open_accounts(self) -> None:
        self.accounts = [model.Account(an_account().number) for _ in range(3)]

    # What there is to choose from

    @property
    def open_accounts_(self) -> list[model.Account]:
        return [account for account in self.accounts if account.into is None]

    def payments(self, *statuses: str) -> list[model.Payment]:
        return [
            payment
            for account in self.accounts
            for payment in account.payments
            if not statuses or payment.status in statuses
        ]

    def one(self, data, choices: list):
        return data.draw(st.sampled_from(choices))

    def stored(self, payment: model.Payment):
        return queries.get_payment(numbers=(payment.account.number,), payment_id=payment.id)

    @invariant()
    def both_say_the_same(self):
        numbers = tuple(account.number for account in self.accounts)
        for account in self.accounts:
            balance = get_balance(account_number=account.number)
            assert {name: getattr(balance, name) for name in account.balance()} == account.balance()
        assert {
            row.id: (row.open_cents, row.held)
            for row in fetch_all(
                "SELECT id, open_cents, held FROM billing_bill WHERE account_number = ANY (%(numbers)s)",
                {"numbers": list(numbers)},
            )
        } == {
            bill.id: (bill.open, bill.held)
            for account in self.accounts
            for bill in account.bills.values()
        }
        stored = queries.list_payments(numbers=numbers, limit=1000).payments
        assert {one.id: facts_of(one) for one in stored} == {
            one.id: (one.status, one.unapplied, one.refunded, one.settles)
            for one in self.payments()
        }

    @invariant()
    def the_books_balance(self):
        assert check_books() == ()

    # How the model learns what the database alone decides: ids, and what a merge makes

    def request(self, data, account, cents, method, named) -> PaymentRequest:
        self.serial += 1
        bills = data.draw(st.permutations(list(account.bills)))[:3] if named else []
        return PaymentRequest(
            key=f"k{self.serial}", amount_cents=cents, method=method, channel=Channel.DESK,
            payer="guest", effective_on=TODAY, bill_ids=tuple(bills),
        )  # fmt: skip

    def noted(self, account, stored, request) -> model.Payment:
        payment = model.Payment(
            stored.id, account, request.key, request.amount_cents, request.bill_ids
        )
        account.payments.append(payment)
        self.requests[stored.id] = request
        return payment

    def refund_stored(self, stored, cents: int) -> None:
        """Set a refund aside, by check so that no gateway is asked: `finish_refund` goes on."""
        self.serial += 1
        part = {"payment_id": stored.id, "amount_cents": cents, "way": "check"}
        try:
            fetch_one(
                "SELECT id FROM payments_credit_propose(%(number)s, %(key)s, %(parts)s, %(limit)s, %(on)s,"
                " 'overpaid', %(on)s, %(actor)s, true)",
                {
                    "number": stored.account_number, "key": f"r{self.serial}",
                    "parts": json.dumps([part]), "limit": 10**12, "on": TODAY, "actor": str(TESTER),
                },
            )  # fmt: skip
        except Refused as refused:
            raise RefundRefused(refused.name) from refused
        follow_merge(account_number=stored.account_number, on=TODAY, actor=TESTER)

    def reverse_stored(self, payment: model.Payment, to: Status) -> None:
        corrections.reverse_payment(
            payment=self.stored(payment), to=to, reason="test", reversed_on=TODAY, actor=TESTER
        )

    def follow(self, account: model.Account) -> None:
        """What a merged account gets moves on, and so for every account merged into the same one."""
        if account.into:
            for merged in sorted(self.accounts, key=lambda one: one.number):
                if merged.into is account.into:
                    self.move(merged)

    def move(self, account: model.Account) -> None:
        assert account.into is not None
        for bill in sorted(account.bills.values(), key=lambda one: one.id):
            if bill.open:
                key = f"moved:{bill.id}:{bill.times_moved}"
                new = fetch_one(
                    "SELECT id FROM billing_bill WHERE account_number = %(number)s AND key = %(key)s",
                    {"number": account.into.number, "key": key},
                )
                account.into.bills[new.id] = replace(bill, id=new.id, times_moved=0)
                bill.open, bill.times_moved = 0, bill.times_moved + 1
        for payment in sorted(account.payments, key=lambda one: one.id):
            if payment.unapplied:
                self.move_credit(payment, account.into)

    def move_credit(self, payment: model.Payment, into: model.Account) -> None:
        left = queries.list_refunds(payment=self.stored(payment))[-1]
        arrived = fetch_one(
            "SELECT id FROM payments_payment WHERE account_number = %(number)s AND key = %(key)s",
            {"number": into.number, "key": f"moved:{left.id}"},
        )
        new = model.Payment(arrived.id, into, f"moved:{left.id}", payment.unapplied)
        payment.refunds.append(model.Refund(left.id, payment.unapplied, "sent", new))
        payment.unapplied = 0
        into.payments.append(new)
        new.pay()
