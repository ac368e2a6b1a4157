"""Money of a few accounts in plain Python: what the database is held against in `test_money_model`.

It knows no transfers, seals or locks; only bills, payments, and who settles what.
"""

from dataclasses import dataclass, field
from datetime import date

LINE_ORDER = ("premium", "medical", "pharmacy")


@dataclass(eq=False)
class Bill:
    id: int
    line: str
    due_on: date
    open: int
    held: bool = False
    times_moved: int = 0


@dataclass(eq=False)
class Refund:
    id: int
    amount: int
    status: str = "requested"
    arrived: "Payment | None" = None  # The payment it became elsewhere, when it left with a merge.


@dataclass(eq=False)
class Payment:
    id: int
    account: "Account" = field(repr=False)
    key: str
    amount: int
    named: tuple[int, ...] = ()
    status: str = "accepted"
    was_settled: bool = False
    unapplied: int = 0
    settles: dict[int, int] = field(default_factory=dict)
    refunds: list[Refund] = field(default_factory=list)

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.status != "failed")

    @property
    def refundable(self) -> int:
        return self.amount - self.refunded if self.status in {"accepted", "settled"} else 0

    def pay(self) -> None:
        """Let the money arrive: on bills first, the rest as credit."""
        self.status = "accepted"
        self.unapplied = self.amount
        self.apply(self.amount, self.named)

    def apply(self, cents: int, named: tuple[int, ...] = ()) -> None:
        for bill in self.account.payable(named):
            part = min(cents, bill.open)
            if part:
                cents -= part
                bill.open -= part
                self.unapplied -= part
                self.settles[bill.id] = self.settles.get(bill.id, 0) + part

    def take_back(self, bill_id: int, cents: int) -> None:
        self.settles[bill_id] -= cents
        if not self.settles[bill_id]:
            del self.settles[bill_id]
        self.account.bills[bill_id].open += cents
        self.unapplied += cents

    def refund(self, refund_id: int, cents: int) -> None:
        """Set money aside: credit first, then from the bills, the last one first."""
        missing = cents - self.unapplied
        for bill_id in sorted(self.settles, reverse=True):
            if missing > 0:
                part = min(missing, self.settles[bill_id])
                self.take_back(bill_id, part)
                missing -= part
        self.unapplied -= cents
        self.refunds.append(Refund(refund_id, cents))
        if self.refunded == self.amount:
            self.status = "refunded"

    def finish_refund(self, refund: Refund, status: str) -> None:
        if refund.status in {status, "failed"}:
            return
        refund.status = status
        if status == "failed" and self.status not in {"returned", "charged_back"}:
            self.unapplied += refund.amount
        if status == "failed" and self.status == "refunded":
            self.status = "settled" if self.was_settled else "accepted"

    def reverse(self, status: str) -> None:
        """Undo it whole, after fetching back what moved on with a merge and was not paid out there."""
        for moved in self.refunds:
            arrived = moved.arrived
            if arrived is None or moved.status != "sent" or arrived.status != "accepted":
                continue
            if any(one.arrived is None and one.status != "failed" for one in arrived.refunds):
                continue
            arrived.reverse(status)
            moved.status = "failed"
            self.unapplied += moved.amount
        self.status = status
        for bill_id, cents in list(self.settles.items()):
            self.take_back(bill_id, cents)
        self.unapplied = 0


@dataclass(eq=False)
class Account:
    number: str
    bills: dict[int, Bill] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    into: "Account | None" = None

    def payable(self, named: tuple[int, ...]) -> list[Bill]:
        if named:
            return [self.bills[bill_id] for bill_id in named]
        free = [bill for bill in self.bills.values() if bill.open and not bill.held]
        return sorted(free, key=lambda bill: (bill.due_on, LINE_ORDER.index(bill.line), bill.id))

    def balance(self) -> dict[str, int]:
        """Return what the ledger's balance of the account has to say."""
        owed = {
            f"{line}_cents": sum(bill.open for bill in self.bills.values() if bill.line == line)
            for line in LINE_ORDER
        }
        waiting = [
            refund.amount
            for payment in self.payments
            for refund in payment.refunds
            if refund.status == "requested"
        ]
        credit = sum(payment.unapplied for payment in self.payments)
        return owed | {"credit_cents": credit, "refunds_cents": sum(waiting)}
