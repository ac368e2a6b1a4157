"""What members do, and what befalls them, each drawn from the year's seed."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from openmember.billing.overview import get_overview
from openmember.billing.plans import services as plans
from openmember.billing.plans.agreement import agreement_of
from openmember.billing.plans.services import Agreement
from openmember.billing.plans.types import AgreedBy, NoOffer
from openmember.billing.services import cancel_bill, hold_bill
from openmember.billing.types import Bill, BillLine, Line
from openmember.coverage import models as coverage
from openmember.members.types import Actor
from openmember.payments import queries as payments
from openmember.payments.credits.services import refunds
from openmember.payments.services import corrections
from openmember.payments.services.charging import charge
from openmember.payments.services.door import take_payment
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.types import Channel, Method, PaymentRequest, Status
from tests.year.people import Household

VISITS = (
    ("Office visit", 30_00),
    ("Specialist visit", 55_00),
    ("Laboratory", 42_50),
    ("Emergency room", 350_00),
)
MEDICINES = (("Generic, 30 days", 10_00), ("Brand name, 30 days", 45_00))
# Cash comes in without a cashier: a year has no drawers.
_CHANNELS = {Method.CARD: Channel.WEB, Method.CASH: Channel.COMMAND, Method.CHECK: Channel.LOCKBOX}


class Members:
    """Everybody who has an account, one day at a time."""

    def __init__(self, households: list[Household], random: Random, actor: Actor) -> None:
        self.households, self.random, self.actor = households, random, actor
        # Above the limit somebody else approves.
        self.second = replace(actor, kind=f"{actor.kind}-2")
        self.serial = 0

    def live(self, day: date) -> None:
        """Let each household do what it does on a day."""
        for household in self.households:
            if self.random.random() < 0.02:
                self._fall_ill(household, day)
            if self.random.random() < 0.06:
                self._pay(household, day)
            if self.random.random() < 0.004:
                self.random.choice((self._change, self._dispute, self._correct, self._plan))(
                    household, day
                )

    def _fall_ill(self, household: Household, day: date) -> None:
        line, choices = self.random.choice(((Line.MEDICAL, VISITS), (Line.PHARMACY, MEDICINES)))
        title, cents = self.random.choice(choices)
        charge(
            account=household.account, key=self._key(), line=line, title=title,
            lines=(BillLine(title, cents, day - timedelta(days=3)),), issued_on=day,
            due_on=day + timedelta(days=30), actor=self.actor,
        )  # fmt: skip

    def _pay(self, household: Household, day: date) -> None:
        if household.habit == "never":
            return
        bills = self._due(household, day, late=household.habit == "late")
        if not bills:
            return
        bill = self.random.choice(bills)
        cents = bill.open_cents
        if self.random.random() < 0.1:
            cents = self.random.randint(100, cents + 2000)
        method = (
            Method.CHECK
            if household.habit == "check"
            else self.random.choice((Method.CARD, Method.CARD, Method.CASH))
        )
        request = PaymentRequest(
            key=self._key(), amount_cents=cents, method=method,
            channel=_CHANNELS[method],
            payer=f"member:{household.holder_id}", effective_on=day,
            bill_ids=(bill.id,) if self.random.random() < 0.5 else (),
        )  # fmt: skip
        if method is Method.CARD:
            pay_through_gateway(account=household.account, request=request, actor=self.actor)
        else:
            take_payment(account=household.account, request=request, actor=self.actor)
            take_payment(
                account=household.account, request=request, actor=self.actor
            )  # Sent twice, taken once.

    def _change(self, household: Household, day: date) -> None:
        """Somebody tells us late: a child left the plan two months ago, or the whole family did."""
        span = (
            coverage.Span.objects.filter(account_number=household.account.number, ends_on=None)
            .order_by("-id")
            .first()
        )
        if span is not None and span.starts_on < day - timedelta(days=80):
            span.ends_on = (day - timedelta(days=self.random.choice((20, 45, 70)))).replace(day=28)
            span.save(update_fields=["ends_on"])

    def _dispute(self, household: Household, day: date) -> None:
        bills = [bill for bill in self._due(household, day) if bill.line is not Line.PREMIUM]
        if bills:
            hold_bill(bill=bills[0], held=True, reason="Says it did not happen", actor=self.actor)

    def _correct(self, household: Household, day: date) -> None:
        """The office finds a mistake: a bill is taken back, a payment bounces, or is given back."""
        made = payments.list_payments(numbers=household.account.numbers, limit=5).payments
        arrived = [
            one
            for one in made
            if one.has_arrived and not one.refunded_cents and one.method is not Method.ACH
        ]
        kind = self.random.random()
        if arrived and kind < 0.4 and arrived[0].method is Method.CHECK:
            corrections.reverse_payment(
                payment=arrived[0], to=Status.RETURNED, reason="insufficient funds", reversed_on=day,
                actor=self.actor,
            )  # fmt: skip
        elif arrived and kind < 0.7 and arrived[0].method is Method.CARD:
            asked = refunds.refund_payment(
                payment=arrived[0], amount_cents=max(1, arrived[0].amount_cents // 2), key=self._key(),
                reason="Paid too much", refunded_on=day, actor=self.actor,
            )  # fmt: skip
            if asked.status == "proposed":
                refunds.decide_refund(
                    refund=asked, approved=True, decision="Paid twice", on=day, actor=self.second
                )
        else:
            bills = [
                bill for bill in self._due(household, day)
                if bill.line is not Line.PREMIUM and not bill.paid_cents and bill.plan_id is None
            ]  # fmt: skip
            if bills:
                cancel_bill(
                    account=household.account,
                    bill=bills[-1],
                    reason="Billed twice",
                    canceled_on=day,
                    actor=self.actor,
                )

    def _plan(self, household: Household, day: date) -> None:
        bills = tuple(bill for bill in self._due(household, day) if plans.can_plan(bill))
        try:
            offers = plans.list_offers(bills=bills, day=15, today=day) if bills else ()
        except NoOffer:
            return
        if offers:
            plans.agree_plan(
                account=household.account, bills=bills, key=self._key(), agreed_on=day, actor=self.actor,
                agreement=Agreement(
                    offer=offers[0], day=15, text=agreement_of(offer=offers[0], bills=bills), language="en",
                    channel=AgreedBy.PORTAL,
                ),
            )  # fmt: skip

    def _due(self, household: Household, day: date, *, late: bool = False) -> list[Bill]:
        found = get_overview(number=household.account.number, today=day).open_bills
        return [bill for bill in found if not bill.held and (not late or bill.due_on < day)]

    def _key(self) -> str:
        self.serial += 1
        return f"year-{self.serial}"
