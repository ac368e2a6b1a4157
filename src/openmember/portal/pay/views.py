"""A signed-in member pays, and sees what became of it."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from openmember.billing import queries as billing
from openmember.billing.overview import get_overview
from openmember.billing.types import Bill
from openmember.kernel.references import BadReference
from openmember.payments import queries as payments
from openmember.payments.types import Channel, Payment, payment_id
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.pay import steps
from openmember.portal.pay.choice import Choice, Till
from openmember.portal.pay.forms import ALL, AMOUNT, SOME, WhatToPay
from openmember.portal.pay.payer import Pages, Payer
from openmember.ui.pages import go_to, show

PAGES = Pages(
    what="portal:pay",
    how="portal:pay_how",
    confirm="portal:pay_confirm",
    payment="portal:payment",
    receipt_pdf="portal:receipt_pdf",
)


@require_http_methods(["GET", "POST"])
@for_holder
def what(request: MemberRequest) -> HttpResponse:
    """Ask what to pay; the first step, and the running total on its way."""
    overview = get_overview(number=request.account.number, today=request.today)
    payer = _payer(request)
    form = WhatToPay(
        request.POST or None,
        bills=overview.open_bills,
        initial=_initial(request, payer.till.find_choice(), overview.open_bills),
    )
    asked_for_total = "total" in request.POST
    if request.method == "POST" and form.is_valid() and not asked_for_total:
        payer.till.keep(
            Choice(
                account_number=request.account.number,
                amount_cents=form.total_cents,
                bill_ids=tuple(bill.id for bill in form.chosen),
                open_cents=sum(bill.open_cents for bill in form.chosen) or overview.due_cents,
            )
        )
        return go_to(request, PAGES.how)
    context = {
        "form": form,
        "overview": overview,
        "waiting": payments.find_waiting(numbers=request.account.numbers),
        "steps": steps.step_names(),
    }
    return show(request, "portal/pay/what.html", context, part="total")


@require_http_methods(["GET", "POST"])
@for_holder
def how(request: MemberRequest) -> HttpResponse:
    """Ask how to pay; the second step."""
    return steps.choose_method(request, _payer(request))


@require_http_methods(["GET", "POST"])
@for_holder
def confirm(request: MemberRequest) -> HttpResponse:
    """Show everything once more and take the payment; the third step."""
    payer = _payer(request)
    return steps.confirm(request, payer, bills=_chosen_bills(request, payer.till.find_choice()))


@require_safe
@for_holder
def payment(request: MemberRequest, reference: str) -> HttpResponse:
    """Show one payment: its receipt, why it was declined, or that the bank is still being asked."""
    found = _get_payment(request, reference)
    return steps.show_payment(request, _payer(request), found, request.account.number)


@require_safe
@for_holder
def receipt_pdf(request: MemberRequest, reference: str) -> HttpResponse:
    """Send the receipt to keep."""
    return steps.send_pdf(_get_payment(request, reference), request.account.number)


def _payer(request: MemberRequest) -> Payer:
    return Payer(
        actor=request.actor,
        channel=Channel.WEB,
        account=request.account,
        till=Till(request.session, "pay"),
        today=request.today,
        pages=PAGES,
    )


def _initial(
    request: MemberRequest, choice: Choice | None, open_bills: tuple[Bill, ...]
) -> dict[str, object]:
    """Return what to offer first: the bill this page was opened from, the earlier choice, else all."""
    asked_for = [bill.reference for bill in open_bills if bill.reference == request.GET.get("bill")]
    if asked_for:
        return {"what": SOME, "bills": asked_for}
    if choice is None:
        is_due = any(bill.is_asked_for for bill in open_bills)
        return {"what": ALL if is_due else AMOUNT}
    named = [bill for bill in open_bills if bill.id in choice.bill_ids]
    if named and choice.amount_cents == sum(bill.open_cents for bill in named):
        return {"what": SOME, "bills": [bill.reference for bill in named]}
    toward = named[0].reference if named else ""
    return {"what": AMOUNT, "amount": choice.amount_cents, "toward": toward}


def _chosen_bills(request: MemberRequest, choice: Choice | None) -> tuple[Bill, ...]:
    if choice is None or not choice.bill_ids:
        return ()
    try:
        return billing.list_chosen(
            numbers=request.account.numbers, bill_ids=choice.bill_ids, today=request.today
        )
    except billing.UnknownBill:
        return ()


def _get_payment(request: MemberRequest, reference: str) -> Payment:
    try:
        return payments.get_payment(
            numbers=request.account.numbers, payment_id=payment_id(reference)
        )
    except (BadReference, payments.UnknownPayment) as unknown:
        raise Http404 from unknown
