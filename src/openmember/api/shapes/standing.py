"""Automatic payments and payment plans."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from openmember.api.shapes.common import Day, Money, MoneyToPay, Reference, Strict, Whole, money
from openmember.billing.plans.types import InstalmentStatus, Offer, Plan, PlanStatus
from openmember.kernel.references import reference
from openmember.payments.autopay.types import Draw, DrawStatus, Mandate, MandateStatus, What
from openmember.ui.statuses import words_for

Version = Annotated[str, Field(min_length=1, max_length=64)]


class DrawShape(Schema):
    """One automatic payment, ahead or past."""

    reference: str
    status: DrawStatus
    status_text: str
    due_on: date
    draw_on: date
    amount: Money
    payment: str | None


class MandateShape(Schema):
    """The member's standing permission."""

    status: MandateStatus
    paused_until: date | None
    what: What
    cap: Money | None
    pay_from: str
    agreed_at: datetime


class AutopayShape(Schema):
    """What stands, if anything, what comes next, and what became of the last ones."""

    permission: MandateShape | None
    ahead: list[DrawShape]
    past: list[DrawShape]


class AutopayTerms(Strict):
    """Which bills, at most how much at a time, and from what: a kept `tender`, or a `card` typed before."""

    what: What
    cap: MoneyToPay | None = None
    tender: Reference | None = None
    card: Annotated[str, Field(max_length=600)] | None = None


class AutopayAgreed(AutopayTerms):
    """The same terms with the version of the words the member agreed to."""

    version: Version


class WordsToAgree(Schema):
    """What to show the member, word for word, and its version to send with their yes."""

    words: str
    version: str


class CardPage(Schema):
    """Where a card is typed, and how to name it after. Without a page it is there already."""

    page: str | None
    card: str


class CardReturn(Strict):
    """Where the page leads back to: one of the app's registered redirect addresses."""

    return_url: Annotated[str, Field(max_length=400)] | None = None


class Pause(Strict):
    """Until when nothing is taken; null until it is resumed."""

    until: Day | None = None


class InstalmentShape(Schema):
    """One instalment as it stands."""

    due_on: date
    amount: Money
    paid: Money
    status: InstalmentStatus
    status_text: str


class PlanShape(Schema):
    """One payment plan. `bills` are those to name when paying for it."""

    reference: str
    status: PlanStatus
    status_text: str
    agreed_on: date
    day: int
    monthly: Money
    total: Money
    paid: Money
    remaining: Money
    due_now: Money
    bills: list[str]
    instalments: list[InstalmentShape]
    agreement: str


class Plans(Schema):
    """The plans of the account, those that stand first."""

    plans: list[PlanShape]


class OfferShape(Schema):
    """Terms one can agree to; no interest, no fee."""

    months: int
    monthly: Money
    total: Money
    last: Money


class Offers(Schema):
    """What is offered for these bills, and whether terms by what the family can pay are to be had."""

    total: Money
    offers: list[OfferShape]
    by_means: bool


class ByMonths(Strict):
    """One of the offers, by its months."""

    kind: Literal["months"]
    months: Annotated[int, Field(ge=2, le=600), Whole]


class ByAmount(Strict):
    """So much a month."""

    kind: Literal["monthly"]
    amount: MoneyToPay


class ByMeans(Strict):
    """What the family can pay, where the law says so: what comes in and what is needed, a month."""

    kind: Literal["means"]
    income: MoneyToPay
    essential: MoneyToPay


DayOfMonth = Annotated[int, Field(ge=1, le=31), Whole]


class PlanTerms(Strict):
    """Which bills, on which day of the month, and how much."""

    bills: Annotated[list[Reference], Field(min_length=1, max_length=50)]
    day: DayOfMonth
    terms: Annotated[ByMonths | ByAmount | ByMeans, Field(discriminator="kind")]


class PlanAgreed(PlanTerms):
    """The same terms with the version of the words the member agreed to."""

    version: Version


class PlanWords(WordsToAgree):
    """What to agree to, with its schedule."""

    offer: OfferShape
    schedule: list[InstalmentShape]


def autopay_shape(mandate: Mandate | None, draws: tuple[Draw, ...]) -> AutopayShape:
    """Return the automatic payments of an account."""
    return AutopayShape(
        permission=_mandate(mandate) if mandate else None,
        ahead=[_draw(draw) for draw in draws if draw.is_ahead],
        past=[_draw(draw) for draw in draws if not draw.is_ahead],
    )


def offer_shape(offer: Offer) -> OfferShape:
    """Return terms on offer."""
    return OfferShape(
        months=offer.months,
        monthly=money(offer.monthly_cents),
        total=money(offer.total_cents),
        last=money(offer.last.amount_cents),
    )


def plan_shape(plan: Plan) -> PlanShape:
    """Return a plan as it stands."""
    standing, open_ids = plan.standing, plan.bill_ids
    return PlanShape(
        reference=plan.reference,
        status=plan.status,
        status_text=_label(plan.status.value),
        agreed_on=plan.agreed_on,
        day=plan.day,
        monthly=money(plan.monthly_cents),
        total=money(plan.total_cents),
        paid=money(standing.paid_cents),
        remaining=money(standing.remaining_cents),
        due_now=money(standing.due_now_cents),
        bills=[reference("B", bill_id) for bill_id in open_ids],
        instalments=[
            InstalmentShape(
                due_on=one.due_on, amount=money(one.amount_cents), paid=money(one.paid_cents),
                status=one.status, status_text=_label(one.status.value),
            )
            for one in standing.instalments
        ],
        agreement=plan.agreement,
    )  # fmt: skip


def draw_reference(draw_id: int) -> str:
    """Return what an automatic payment is called."""
    return reference("D", draw_id)


def _mandate(mandate: Mandate) -> MandateShape:
    cap = mandate.terms.cap_cents
    return MandateShape(
        status=mandate.status,
        paused_until=mandate.paused_until,
        what=mandate.terms.what,
        cap=money(cap) if cap is not None else None,
        pay_from=mandate.instrument.tender,
        agreed_at=mandate.agreed_at,
    )


def _draw(draw: Draw) -> DrawShape:
    return DrawShape(
        reference=draw_reference(draw.id),
        status=draw.status,
        status_text=_label(draw.shown_status),
        due_on=draw.due_on,
        draw_on=draw.draw_on,
        amount=money(draw.amount_cents),
        payment=draw.reference,
    )


def _label(status: str) -> str:
    return str(words_for(status).label)
