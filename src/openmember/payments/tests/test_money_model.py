"""The whole life of money against a model in plain Python: after every step both say the same.

`HYPOTHESIS_PROFILE=deep` tries far more, and new ones every time.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)

from openmember.accounts import queries as accounts
from openmember.accounts.services import CannotMerge
from openmember.billing import queries as billing
from openmember.billing import services as billing_services
from openmember.billing.types import BillLine, Line
from openmember.payments import queries
from openmember.payments.gateways.protocol import Answer, Outcome
from openmember.payments.services import corrections, refunds
from openmember.payments.services.corrections import AlreadyReversed, CannotCorrect
from openmember.payments.services.door import KeyReused, begin_payment, take_payment
from openmember.payments.services.gateway import record_answer
from openmember.payments.services.refunds import RefundRefused
from openmember.payments.testing import TESTER, TODAY
from openmember.payments.tests import model
from openmember.payments.tests.money_machine import TwoWorlds
from openmember.payments.types import Method, Status

STEPS = 30
PAID_WITH = [method for method in Method if method is not Method.TRANSFER]
CENTS = st.integers(1, 300_00)
HERE = {"accepted", "settled"}
BACK = {"returned", "charged_back"}


class Money(TwoWorlds):
    """Everything that can happen to bills and payments."""

    # Bills

    @rule(data=st.data(), cents=CENTS, line=st.sampled_from(list(Line)), days=st.integers(-40, 40))
    def raise_bill(self, data, cents, line, days):
        account = self.one(data, self.open_accounts_)
        issued_on = TODAY + timedelta(days=days)
        due_on = issued_on + timedelta(days=data.draw(st.integers(0, 3)))
        self.serial += 1
        # Not the builder's: it opens months, and every check would look through each of them.
        bill = billing_services.raise_bill(
            account=accounts.get_account(number=account.number), key=f"b{self.serial}", line=line,
            title="Bill", lines=(BillLine("Bill", cents),), issued_on=issued_on, due_on=due_on,
            actor=TESTER,
        )  # fmt: skip
        account.bills[bill.id] = model.Bill(bill.id, line.value, due_on, cents)

    @precondition(lambda self: any(account.bills for account in self.open_accounts_))
    @rule(data=st.data(), held=st.booleans())
    def hold_or_release_bill(self, data, held):
        account = self.one(data, [one for one in self.open_accounts_ if one.bills])
        bill = self.one(data, list(account.bills.values()))
        stored = billing.get_bill(numbers=(account.number,), bill_id=bill.id, today=TODAY)
        billing_services.hold_bill(bill=stored, held=held, reason="disputed", actor=TESTER)
        bill.held = held

    # Payments

    @rule(data=st.data(), cents=CENTS, method=st.sampled_from(PAID_WITH), named=st.booleans())
    def pay(self, data, cents, method, named):
        account = self.one(data, self.open_accounts_)
        request = self.request(data, account, cents, method, named)
        with transaction.atomic():
            taken = take_payment(
                account=accounts.get_account(number=account.number), request=request, actor=TESTER
            )
        payment = self.noted(account, taken, request)
        payment.pay()

    @rule(data=st.data(), cents=CENTS, named=st.booleans())
    def begin(self, data, cents, named):
        account = self.one(data, self.open_accounts_)
        request = self.request(data, account, cents, Method.CARD, named)
        begun = begin_payment(
            account=accounts.get_account(number=account.number), request=request,
            gateway="sandbox", actor=TESTER,
        )  # fmt: skip
        self.noted(account, begun, request).status = "authorising"

    @precondition(lambda self: self.payments("authorising", "unknown", "declined", "accepted"))
    @rule(data=st.data(), outcome=st.sampled_from(list(Outcome)))
    def answer(self, data, outcome):
        payment = self.one(data, self.payments("authorising", "unknown", "declined", "accepted"))
        record_answer(
            payment=self.stored(payment), answer=Answer(outcome, "g-1"), on=TODAY, actor=TESTER
        )
        waiting = payment.status in {"authorising", "unknown"}
        if outcome is Outcome.APPROVED and payment.status != "accepted":
            payment.pay()
            self.follow(payment.account)
        elif outcome is Outcome.DECLINED and waiting:
            payment.status = "declined"
        elif outcome is Outcome.UNKNOWN and payment.status == "authorising":
            payment.status = "unknown"

    @precondition(lambda self: [p for p in self.payments(*HERE) if p.account.into is None])
    @rule(data=st.data(), change=st.sampled_from(["nothing", "amount", "payer"]))
    def repeat(self, data, change):
        candidates = [
            p for p in self.payments(*HERE) if p.id in self.requests and p.account.into is None
        ]
        if not candidates:
            return
        payment = self.one(data, candidates)
        request = self.requests[payment.id]
        account = accounts.get_account(number=payment.account.number)
        if change == "nothing":
            assert take_payment(account=account, request=request, actor=TESTER).id == payment.id
            return
        other = (
            replace(request, amount_cents=request.amount_cents + 1)
            if change == "amount"
            else replace(request, payer="somebody else")
        )
        with pytest.raises(KeyReused), transaction.atomic():
            take_payment(account=account, request=other, actor=TESTER)

    # Afterwards

    @precondition(lambda self: self.payments("accepted"))
    @rule(data=st.data())
    def settle(self, data):
        payment = self.one(data, self.payments("accepted"))
        corrections.settle_payment(payment=self.stored(payment), settled_on=TODAY, actor=TESTER)
        payment.status, payment.was_settled = "settled", True

    @precondition(lambda self: [p for p in self.payments(*HERE) if p.settles])
    @rule(data=st.data())
    def take_back(self, data):
        payment = self.one(data, [p for p in self.payments(*HERE) if p.settles])
        bill_id = self.one(data, list(payment.settles))
        cents = data.draw(st.integers(1, payment.settles[bill_id]))
        corrections.take_back(
            payment=self.stored(payment), bill_id=bill_id, amount_cents=cents, reason="wrong bill",
            on=TODAY, actor=TESTER,
        )  # fmt: skip
        payment.take_back(bill_id, cents)
        self.follow(payment.account)

    @precondition(lambda self: [p for p in self.payments(*HERE) if p.settles])
    @rule(data=st.data())
    def move_allocation(self, data):
        payment = self.one(data, [p for p in self.payments(*HERE) if p.settles])
        bill_id = self.one(data, list(payment.settles))
        other_id = self.one(data, list(payment.account.bills))
        cents = data.draw(st.integers(1, payment.settles[bill_id]))
        room = payment.account.bills[other_id].open + (cents if other_id == bill_id else 0)
        arguments = {
            "payment": self.stored(payment), "from_bill_id": bill_id, "to_bill_id": other_id,
            "amount_cents": cents, "reason": "wrong bill", "on": TODAY, "actor": TESTER,
        }  # fmt: skip
        if room < cents:
            with pytest.raises(CannotCorrect), transaction.atomic():
                corrections.move_allocation(**arguments)
            return
        corrections.move_allocation(**arguments)
        payment.take_back(bill_id, cents)
        payment.apply(cents, (other_id,))

    @precondition(lambda self: [p for p in self.payments(*HERE) if p.unapplied])
    @rule(data=st.data())
    def apply_credit(self, data):
        payment = self.one(data, [p for p in self.payments(*HERE) if p.unapplied])
        cents = data.draw(st.integers(1, payment.unapplied))
        corrections.apply_credit(
            payment=self.stored(payment), amount_cents=cents, bill_ids=(), on=TODAY, actor=TESTER
        )
        payment.apply(cents)

    @precondition(lambda self: [p for p in self.payments() if p.refundable])
    @rule(data=st.data(), whole=st.booleans())
    def refund(self, data, whole):
        payment = self.one(data, [p for p in self.payments() if p.refundable])
        cents = payment.refundable if whole else data.draw(st.integers(1, payment.refundable))
        stored = self.stored(payment)
        self.refund_stored(stored, cents)
        newest = queries.list_refunds(payment=stored)[-1]
        payment.refund(newest.id, cents)
        self.follow(payment.account)

    @precondition(lambda self: self.payments())
    @rule(data=st.data())
    def refund_too_much(self, data):
        payment = self.one(data, self.payments())
        with pytest.raises(RefundRefused), transaction.atomic():
            self.refund_stored(self.stored(payment), payment.refundable + 1)

    @precondition(lambda self: any(p.refunds for p in self.payments()))
    @rule(data=st.data(), sent=st.booleans())
    def finish_refund(self, data, sent):
        payment = self.one(data, [p for p in self.payments() if p.refunds])
        ours = [refund for refund in payment.refunds if refund.arrived is None]
        if not ours:
            return
        refund = self.one(data, ours)
        refunds.record_refund(
            payment=self.stored(payment), refund_id=refund.id, on=TODAY,
            answer=Answer(Outcome.APPROVED if sent else Outcome.DECLINED, "g-2"),
        )  # fmt: skip
        payment.finish_refund(refund, "sent" if sent else "failed")
        self.follow(payment.account)

    @precondition(lambda self: self.payments(*HERE))
    @rule(data=st.data(), to=st.sampled_from([Status.VOIDED, Status.RETURNED, Status.CHARGED_BACK]))
    def reverse(self, data, to):
        payment = self.one(data, self.payments(*HERE))
        stored = self.stored(payment)
        is_void = to is Status.VOIDED
        if stored.method is Method.TRANSFER or (
            is_void and (payment.status == "settled" or payment.refunded or stored.gateway)
        ):
            with pytest.raises(CannotCorrect), transaction.atomic():
                self.reverse_stored(payment, to)
            return
        self.reverse_stored(payment, to)
        payment.reverse(to.value)
        self.follow(payment.account)

    @precondition(lambda self: self.payments("voided", "refunded", *BACK))
    @rule(data=st.data(), to=st.sampled_from([Status.RETURNED, Status.CHARGED_BACK]))
    def reverse_again(self, data, to):
        payment = self.one(data, self.payments("voided", "refunded", *BACK))
        moved = self.stored(payment).method is Method.TRANSFER
        refused = CannotCorrect if moved else AlreadyReversed
        with pytest.raises(refused), transaction.atomic():
            self.reverse_stored(payment, to)

    @precondition(lambda self: len(self.open_accounts_) > 1)
    @rule(data=st.data())
    def merge(self, data):
        account = self.one(data, self.open_accounts_)
        into = self.one(data, [one for one in self.open_accounts_ if one is not account])
        corrections.merge_accounts(
            account=accounts.get_account(number=account.number),
            into=accounts.get_account(number=into.number), merged_on=TODAY, actor=TESTER,
        )  # fmt: skip
        for earlier in self.accounts:
            if earlier is account or earlier.into is account:
                earlier.into = into
        self.move(account)

    @precondition(lambda self: any(account.into for account in self.accounts))
    @rule(data=st.data())
    def merge_again(self, data):
        merged = self.one(data, [account for account in self.accounts if account.into])
        other = self.one(data, self.open_accounts_)
        stale = replace(accounts.get_account(number=other.number), number=merged.number)
        with pytest.raises(CannotMerge), transaction.atomic():
            corrections.merge_accounts(
                account=stale, into=accounts.get_account(number=other.number), merged_on=TODAY,
                actor=TESTER,
            )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_database_and_a_plain_model_always_agree():
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=settings.default.max_examples // 4, stateful_step_count=STEPS
        ),
    )
