"""What the demo's families owe and have paid: every state a bill and a payment can be in."""

from datetime import date, timedelta
from random import Random

from openmember.accounts.types import Account
from openmember.billing import services as billing
from openmember.billing.types import Bill, BillLine, Line
from openmember.cli.demo.families import Family
from openmember.members.types import Actor
from openmember.payments.credits.services import refunds
from openmember.payments.services import corrections
from openmember.payments.services.door import take_payment
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.types import Channel, Method, Payment, PaymentRequest, Status

VISITS = (
    ("Office visit, primary care", 30_00),
    ("Specialist visit", 55_00),
    ("Laboratory tests", 42_50),
    ("X-ray, two views", 88_00),
    ("Urgent care visit", 75_00),
    ("Emergency room visit", 350_00),
    ("Physical therapy", 40_00),
)
MEDICINES = (
    ("Generic, 30 days", 10_00),
    ("Generic, 100 days", 20_00),
    ("Brand name, 30 days", 45_00),
    ("Specialty, 30 days", 150_00),
)


class Books:
    """Raises and pays bills for one family after another, repeatably."""

    def __init__(self, random: Random, today: date, actor: Actor) -> None:
        self.random, self.today, self.actor = random, today, actor
        self.serial = 0

    def open(self, account: Account, family: Family) -> None:
        """Give an account a believable past and present."""
        habit = self.random.random()
        share_cents = family.premium_cents - family.aptc_cents
        if not family.group_number or family.coverage_type == "cobra":
            for months_ago in (2, 1, 0):
                bill = self._premium(account, share_cents, months_ago)
                # Nine in ten pay last month's premium, fewer have paid this month's yet.
                if habit < (0.97, 0.9, 0.55)[2 - months_ago]:
                    self._pay(account, bill.open_cents, bill, on=bill.due_on - timedelta(days=4))
        for _ in range(self.random.choice((0, 0, 1, 1, 2, 3))):
            self._care(account, Line.MEDICAL, *self.random.choice(VISITS))
        if self.random.random() < 0.5:
            self._care(account, Line.PHARMACY, *self.random.choice(MEDICINES))

    def show_everything(self, account: Account) -> None:
        """Give one account a bill and a payment in every state there is."""
        self._premium(account, 412_75, 0)
        overdue = self._bill(
            account, Line.MEDICAL, "Emergency room visit", 350_00, issued=75, due=45
        )
        partly = self._bill(account, Line.MEDICAL, "Specialist visit", 55_00, issued=15, due=-15)
        self._bill(account, Line.PHARMACY, "Brand name, 30 days", 45_00, issued=4, due=-26)
        held = self._bill(account, Line.MEDICAL, "X-ray, two views", 88_00, issued=30, due=-5)
        wrong = self._bill(account, Line.MEDICAL, "Physical therapy", 40_00, issued=20, due=-10)
        settled = self._pay(account, 100_00, overdue)
        corrections.settle_payment(payment=settled, settled_on=self.today, actor=self.actor)
        self._pay(account, 20_00, partly)
        billing.hold_bill(
            bill=held, held=True, reason="Member says the visit did not happen", actor=self.actor
        )
        billing.cancel_bill(
            account=account,
            bill=wrong,
            reason="Billed twice",
            canceled_on=self.today,
            actor=self.actor,
        )
        returned = self._pay(account, 55_00)
        corrections.reverse_payment(
            payment=returned,
            to=Status.RETURNED,
            reason="R01 insufficient funds",
            reversed_on=self.today,
            actor=self.actor,
        )
        voided = self._pay(account, 12_34)
        corrections.reverse_payment(
            payment=voided,
            to=Status.VOIDED,
            reason="Keyed twice",
            reversed_on=self.today,
            actor=self.actor,
        )
        refunded = self._card(account, 60_00)
        refunds.refund_payment(
            payment=refunded,
            amount_cents=60_00,
            key="demo-refund",
            reason="Paid twice",
            refunded_on=self.today,
            actor=self.actor,
        )
        disputed = self._card(account, 33_00)
        corrections.reverse_payment(
            payment=disputed,
            to=Status.CHARGED_BACK,
            reason="Cardholder dispute",
            reversed_on=self.today,
            actor=self.actor,
        )
        self._card(account, 80_01)  # The sandbox declines it.

    def credit(self, account: Account) -> None:
        """Leave an account with nothing open and money to its credit."""
        bill = self._premium(account, 210_00, 1)
        self._pay(account, bill.open_cents + 40_00)

    def _premium(self, account: Account, cents: int, months_ago: int) -> Bill:
        month = (self.today.replace(day=1) - timedelta(days=28 * months_ago)).replace(day=1)
        return billing.raise_bill(
            account=account, key=f"premium:{month:%Y-%m}", line=Line.PREMIUM,
            title=f"Health plan premium, {month:%B %Y}",
            lines=(BillLine(f"Premium for {month:%B %Y}", cents),),
            issued_on=month, due_on=month + timedelta(days=27), actor=self.actor,
        )  # fmt: skip

    def _care(self, account: Account, line: Line, what: str, cents: int) -> None:
        issued = self.random.randint(1, 80)
        bill = self._bill(account, line, what, cents, issued=issued, due=issued - 30)
        habit = self.random.random()
        soon = bill.issued_on + timedelta(days=12)
        if habit < 0.45:
            self._pay(account, bill.open_cents, bill, on=soon)
        elif habit < 0.55:
            self._pay(account, max(5_00, bill.open_cents // 3), bill, on=soon)

    def _bill(
        self, account: Account, line: Line, what: str, cents: int, *, issued: int, due: int
    ) -> Bill:
        """Bill care; `issued` and `due` are days ago, so a negative `due` lies ahead."""
        self.serial += 1
        issued_on = self.today - timedelta(days=issued)
        served_on = issued_on - timedelta(days=6)
        return billing.raise_bill(
            account=account, key=f"demo:{self.serial}", line=line, title=what,
            lines=(BillLine(what, cents, served_on),),
            issued_on=issued_on, due_on=self.today - timedelta(days=due), actor=self.actor,
        )  # fmt: skip

    def _pay(self, account: Account, cents: int, *bills: Bill, on: date | None = None) -> Payment:
        self.serial += 1
        request = PaymentRequest(
            key=f"demo:{self.serial}", amount_cents=cents, method=Method.CHECK, channel=Channel.LOCKBOX,
            payer="guest", effective_on=min(on or self.today, self.today),
            bill_ids=tuple(bill.id for bill in bills),
        )  # fmt: skip
        return take_payment(account=account, request=request, actor=self.actor)

    def _card(self, account: Account, cents: int) -> Payment:
        self.serial += 1
        request = PaymentRequest(
            key=f"demo:{self.serial}", amount_cents=cents, method=Method.CARD, channel=Channel.WEB,
            payer="guest", effective_on=self.today,
        )  # fmt: skip
        return pay_through_gateway(account=account, request=request, actor=self.actor).payment
