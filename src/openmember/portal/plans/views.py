"""From a medical bill to a plan: offers, agreement, and the plan's own page."""

import secrets
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.billing import queries as billing
from openmember.billing.overview import get_overview
from openmember.billing.plans import queries, services
from openmember.billing.plans.agreement import agreement_of
from openmember.billing.plans.types import AgreedBy, Plan, plan_id
from openmember.billing.types import Bill, bill_id
from openmember.kernel.references import BadReference
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.pay.choice import Choice, Till
from openmember.portal.plans.forms import AgreeForm, TermsForm
from openmember.ui.pages import go_to, show

# What was chosen, as it was sent: the terms are worked out anew from it each time.
TERMS_KEY = "plan_terms"
FIELDS = ("bills", "terms", "monthly", "income", "essential", "day")


@require_http_methods(["GET", "POST"])
@for_holder
def offers(request: MemberRequest, reference: str) -> HttpResponse:
    """Show what is offered for this bill, alone or with others."""
    bills = _plannable(request)
    if reference not in {bill.reference for bill in bills}:
        return _not_for_a_plan(request, reference)
    form = _form(request, request.POST if request.method == "POST" else None, bills, reference)
    is_asking_again = "again" in request.POST
    if request.method == "POST" and not is_asking_again and form.is_valid():
        kept = {name: request.POST.getlist(name) for name in FIELDS}
        request.session[TERMS_KEY] = {"key": secrets.token_urlsafe(24), "given": kept}
        return go_to(request, "portal:plan_agree", reference)
    if is_asking_again:
        # Nothing was meant to be finished yet, so nothing is pointed out as missing.
        first = {name: request.POST.get(name) for name in ("terms", "day")}
        chosen = request.POST.getlist("bills")
        form = _form(request, None, bills, reference, initial={**first, "bills": chosen})
    values = {"form": form, "bill_reference": reference, "steps": step_names()}
    return show(
        request, "portal/plans/offers.html", values, part="offers" if is_asking_again else None
    )


@require_http_methods(["GET", "POST"])
@for_holder
def agree(request: MemberRequest, reference: str) -> HttpResponse:
    """Show the schedule and the words, and agree to them."""
    kept = request.session.get(TERMS_KEY)
    terms = _kept_form(request, kept, reference) if kept else None
    if kept is None or terms is None or terms.offer is None:
        return _after(request, reference)
    text = agreement_of(offer=terms.offer, bills=terms.chosen)
    form = AgreeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _agree(request, terms, text, kept["key"], reference)
    values = {
        "form": form,
        "offer": terms.offer,
        "bills": terms.chosen,
        "agreement": text,
        "bill_reference": reference,
        "steps": step_names(),
    }
    return show(request, "portal/plans/agree.html", values)


@require_safe
@for_holder
def plan(request: MemberRequest, reference: str) -> HttpResponse:
    """Show one plan: what is paid, what is next, the whole schedule, and what one can do."""
    found = _plan_of(request, reference)
    return show(request, "portal/plans/plan.html", {"plan": found, "standing": found.standing})


@require_POST
@for_holder
def pay(request: MemberRequest, reference: str) -> HttpResponse:
    """Choose what is due of a plan, the next instalment, or all that is left, and go on to paying it."""
    found = _plan_of(request, reference)
    standing = found.standing
    following = standing.next
    if following is None:
        return go_to(request, "portal:plan", found.reference)
    cents = standing.due_now_cents or following.open_cents
    Till(request.session, "pay").keep(
        Choice(
            account_number=request.account.number,
            amount_cents=standing.remaining_cents if "all" in request.POST else cents,
            bill_ids=found.bill_ids,
            open_cents=standing.remaining_cents,
        )
    )
    return go_to(request, "portal:pay_how")


@require_http_methods(["GET", "POST"])
@for_holder
def end(request: MemberRequest, reference: str) -> HttpResponse:
    """End a plan after asking: its bills are due then."""
    found = _plan_of(request, reference)
    if not found.is_active:
        return go_to(request, "portal:plan", found.reference)
    if request.method == "POST":
        services.cancel_plan(
            plan=found, reason="asked for on the portal", on=request.today, actor=request.actor
        )
        messages.success(request, _("Your plan has ended. What is left of its bills is due."))
        return go_to(request, "portal:plan", found.reference)
    return show(request, "portal/plans/end.html", {"plan": found})


def step_names() -> tuple[str, ...]:
    """The steps, as the indicator shows them."""
    return (_("Choose"), _("Check and agree"))


def _agree(
    request: MemberRequest, terms: TermsForm, text: str, key: str, reference: str
) -> HttpResponse:
    assert terms.offer is not None
    try:
        agreed = services.agree_plan(
            account=request.account,
            bills=terms.chosen,
            agreement=services.Agreement(
                offer=terms.offer,
                day=terms.chosen_day,
                text=text,
                language=get_language() or "en",
                channel=AgreedBy.PORTAL,
            ),
            key=f"portal:{key}",
            agreed_on=request.today,
            actor=request.actor,
        )
    except services.PlanRefused:
        messages.warning(
            request, _("What you owe has changed since you chose. Nothing was agreed. Please choose again.")
        )  # fmt: skip
        return go_to(request, "portal:bill", reference)
    request.session.pop(TERMS_KEY, None)
    messages.success(request, _("Your payment plan is set up. Thank you."))
    return go_to(request, "portal:plan", agreed.reference)


def _form(
    request: MemberRequest, data: QueryDict | None, bills: tuple[Bill, ...], reference: str,
    initial: dict[str, Any] | None = None,
) -> TermsForm:  # fmt: skip
    first: dict[str, Any] = {"bills": [reference], "day": _usual_day(request.today)}
    return TermsForm(
        data,
        bills=bills,
        today=request.today,
        state=request.member.person.address.state,
        initial={**first, **(initial or {})},
    )


def _kept_form(request: MemberRequest, kept: dict[str, Any], reference: str) -> TermsForm | None:
    data = QueryDict(mutable=True)
    for name in FIELDS:
        data.setlist(name, kept["given"].get(name, []))
    form = _form(request, data, _plannable(request), reference)
    return form if form.is_valid() else None


def _after(request: MemberRequest, reference: str) -> HttpResponse:
    """Go where somebody belongs whose choice is gone: to the plan another tab made, else to the bill."""
    bill = _bill_of(request, reference)
    if bill.plan_id is not None:
        return go_to(request, "portal:plan", bill.plan_reference)
    if request.method == "POST":
        messages.warning(
            request, _("This page was open for too long. Nothing was agreed. Please choose again.")
        )
    return go_to(request, "portal:bill", bill.reference)


def _not_for_a_plan(request: MemberRequest, reference: str) -> HttpResponse:
    bill = _bill_of(request, reference)
    if bill.plan_id is not None:
        return go_to(request, "portal:plan", bill.plan_reference)
    messages.info(request, _("This bill cannot be paid over time. Call us if it is hard to pay."))
    return go_to(request, "portal:bill", bill.reference)


def _plannable(request: MemberRequest) -> tuple[Bill, ...]:
    overview = get_overview(number=request.account.number, today=request.today)
    return tuple(bill for bill in overview.open_bills if services.can_plan(bill))


def _bill_of(request: MemberRequest, reference: str) -> Bill:
    try:
        return billing.get_bill(
            numbers=request.account.numbers, bill_id=bill_id(reference), today=request.today
        )
    except (BadReference, billing.UnknownBill) as unknown:
        raise Http404 from unknown


def _plan_of(request: MemberRequest, reference: str) -> Plan:
    try:
        return queries.get_plan(
            numbers=request.account.numbers, plan_id=plan_id(reference), today=request.today
        )
    except (BadReference, queries.UnknownPlan) as unknown:
        raise Http404 from unknown


def _usual_day(today: date) -> int:
    """Return the day to offer first: about three weeks from now, so that a pay day lies between."""
    return 15 if today.day < 10 or today.day > 25 else 1
