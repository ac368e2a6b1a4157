"""Payment plans: offers, words, agreeing, looking, ending."""

from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router

from openmember.api.caller import Caller, OAuth
from openmember.api.idempotency import once
from openmember.api.paying import named_bills
from openmember.api.problems import Problem
from openmember.api.requests import ApiRequest, Key
from openmember.api.routes.autopay import version_of
from openmember.api.routes.payments import reply
from openmember.api.shapes import standing as shapes
from openmember.api.shapes.common import Reference, money
from openmember.billing.plans import queries, services
from openmember.billing.plans.agreement import agreement_of
from openmember.billing.plans.types import (
    AgreedBy,
    InstalmentStatus,
    NoOffer,
    Offer,
    Plan,
    open_cents_of,
    plan_id,
)
from openmember.billing.types import Bill
from openmember.members.connections.types import Grant
from openmember.ui.statuses import words_for

router = Router(tags=["Payment plans"])
READ, WRITE = OAuth(Grant.BILLS_READ), OAuth(Grant.PLANS_WRITE)


@router.get("/plans", response=shapes.Plans, auth=READ)
def list_plans(request: ApiRequest) -> shapes.Plans:
    """List payment plans"""
    caller = request.auth
    found = queries.list_plans(numbers=caller.account.numbers, today=caller.today)
    return shapes.Plans(plans=[shapes.plan_shape(one) for one in found])


@router.get("/plans/offers", response=shapes.Offers, auth=READ)
def list_offers(
    request: ApiRequest,
    bills: Annotated[list[Reference], Query(min_length=1, max_length=50)],
    day: Annotated[int, Query(ge=1, le=31)] = 15,
) -> shapes.Offers:
    """What is offered

    For these bills together, paid on a day of the month.
    """
    caller = request.auth
    chosen = _plannable(caller, bills)
    found = services.list_offers(bills=chosen, day=day, today=caller.today)
    state = caller.member.person.address.state
    return shapes.Offers(
        total=money(open_cents_of(chosen)),
        offers=[shapes.offer_shape(one) for one in found],
        by_means=services.is_affordable_offered(state=state),
    )


@router.post("/plans/terms", response=shapes.PlanWords, auth=WRITE)
def read_terms(request: ApiRequest, wanted: shapes.PlanTerms) -> shapes.PlanWords:
    """The words to agree to

    With the schedule they describe. Show them whole, and send their version with the member's yes.
    """
    chosen = _plannable(request.auth, wanted.bills)
    offer = _offer(request.auth, wanted, chosen)
    words = agreement_of(offer=offer, bills=chosen)
    coming = InstalmentStatus.COMING
    schedule = [
        shapes.InstalmentShape(
            due_on=due.due_on, amount=money(due.amount_cents), paid=money(0), status=coming,
            status_text=str(words_for(coming.value).label),
        )
        for due in offer.dues
    ]  # fmt: skip
    return shapes.PlanWords(
        words=words, version=version_of(words), offer=shapes.offer_shape(offer), schedule=schedule
    )


@router.post("/plans", response={201: shapes.PlanShape}, auth=WRITE)
def agree(request: ApiRequest, agreed: shapes.PlanAgreed, key: Key) -> HttpResponse:
    """Agree to a plan

    Nothing is paid by this. Pay the instalments as they come due, or by automatic payments.
    """
    caller = request.auth

    def work(inner_key: str) -> HttpResponse:
        known = queries.find_plan_by_key(
            numbers=caller.account.numbers, key=inner_key, today=caller.today
        )
        if known is not None:
            if version_of(known.agreement) != agreed.version:
                raise Problem("idempotency-key-reused")
            return _made(known)
        chosen = _plannable(caller, agreed.bills)
        offer = _offer(caller, agreed, chosen)
        words = agreement_of(offer=offer, bills=chosen)
        if agreed.version != version_of(words):
            raise Problem("agreement-changed")
        plan = services.agree_plan(
            account=caller.account,
            bills=chosen,
            agreement=services.Agreement(
                offer, agreed.day, words, get_language() or "en", AgreedBy.PORTAL
            ),
            key=inner_key,
            agreed_on=caller.today,
            actor=caller.actor,
        )
        return _made(plan)

    return once(request, caller, key, work)


@router.get("/plans/{reference}", response=shapes.PlanShape, auth=READ)
def get_plan(request: ApiRequest, reference: str) -> shapes.PlanShape:
    """One payment plan

    With every instalment as it stands now. To pay for it, name its `bills` in a payment.
    """
    return shapes.plan_shape(_plan(request, reference))


@router.post("/plans/{reference}/end", response=shapes.PlanShape, auth=WRITE)
def end_plan(request: ApiRequest, reference: str) -> shapes.PlanShape:
    """End a plan

    What is left of its bills is due then.
    """
    plan, caller = _plan(request, reference), request.auth
    if not plan.is_active:
        raise Problem("not-allowed-now")
    ended = services.cancel_plan(
        plan=plan, reason="asked for in an app", on=caller.today, actor=caller.actor
    )
    return shapes.plan_shape(ended)


def _made(plan: Plan) -> HttpResponse:
    return reply(shapes.plan_shape(plan), 201, location=f"/api/v1/plans/{plan.reference}")


def _plan(request: ApiRequest, reference: str) -> Plan:
    caller = request.auth
    return queries.get_plan(
        numbers=caller.account.numbers, plan_id=plan_id(reference), today=caller.today
    )


def _plannable(caller: Caller, references: list[str]) -> tuple[Bill, ...]:
    chosen = named_bills(caller, references)
    if not all(services.can_plan(bill) for bill in chosen):
        raise Problem("no-offer", reason="not_plannable")
    return chosen


def _offer(caller: Caller, wanted: shapes.PlanTerms, chosen: tuple[Bill, ...]) -> Offer:
    """Return the terms asked for, worked out anew. Errors: Problem."""
    try:
        return _find_offer(caller, wanted, chosen)
    except NoOffer as none:
        raise Problem("no-offer", reason=str(none)) from none


def _find_offer(caller: Caller, wanted: shapes.PlanTerms, chosen: tuple[Bill, ...]) -> Offer:
    terms, day, today = wanted.terms, wanted.day, caller.today
    if isinstance(terms, shapes.ByAmount):
        return services.offer_monthly(
            bills=chosen, monthly_cents=terms.amount.cents, day=day, today=today
        )
    if isinstance(terms, shapes.ByMeans):
        if not services.is_affordable_offered(state=caller.member.person.address.state):
            raise NoOffer("not_in_this_state")
        means = services.Means(terms.income.cents, terms.essential.cents)
        return services.offer_affordable(bills=chosen, means=means, day=day, today=today)
    for offer in services.list_offers(bills=chosen, day=day, today=today):
        if offer.months == terms.months:
            return offer
    raise NoOffer("not_offered")
