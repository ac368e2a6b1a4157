"""The second and third step and the page of the payment, the same for members and for guests."""

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openmember.billing.types import Bill
from openmember.payments import queries as payments
from openmember.payments.receipt import receipt_of, write_pdf
from openmember.payments.services.door import KeyReused, PaymentRefused
from openmember.payments.services.gateway import close_payment, look_again, pay_through_gateway
from openmember.payments.types import Method, Payment, PaymentRequest, Status, payment_id
from openmember.payments.words import METHODS, why_declined
from openmember.portal.pay.choice import Choice, Till
from openmember.portal.pay.forms import HowToPay
from openmember.portal.pay.payer import Pages, Payer
from openmember.ui.pages import SeeOther, go_to, show, wants_part


def choose_method(request: HttpRequest, payer: Payer) -> HttpResponse:
    """Ask how to pay."""
    choice = payer.till.find_choice()
    if choice is None:
        return go_to(request, payer.pages.what)
    if reference := payer.till.find_answered(choice.key):
        return go_to(request, payer.pages.payment, reference)
    form = HowToPay(request.POST or None, initial={"method": choice.method or Method.CARD})
    if request.method == "POST" and form.is_valid():
        payer.till.keep(replace(choice, method=form.cleaned_data["method"]))
        return go_to(request, payer.pages.confirm)
    return show(request, "portal/pay/how.html", _context(payer, choice, form=form))


def confirm(request: HttpRequest, payer: Payer, bills: Sequence[Bill] = ()) -> HttpResponse:
    """Show everything once more, and pay when told to. `bills` are the chosen ones as they are now."""
    choice = payer.till.find_choice()
    if choice is None:
        return without_choice(request, payer.till, payer.pages)
    key = request.POST.get("key", choice.key)
    if reference := payer.till.find_answered(key):
        return go_to(request, payer.pages.payment, reference)
    if not choice.method:
        return go_to(request, payer.pages.how)
    if choice.bill_ids and sum(bill.open_cents for bill in bills) != choice.open_cents:
        return _owed_otherwise(request, payer, choice)
    if request.method == "POST" and key == choice.key:
        return _send(request, payer, choice)
    changed = request.method == "POST"
    by_rule = not choice.bill_ids and not payer.is_guest
    values = {
        "bills": bills,
        "changed": changed,
        "credit_cents": max(choice.amount_cents - choice.open_cents, 0) if by_rule else 0,
        "how": METHODS[Method(choice.method)],
    }
    return show(
        request,
        "portal/pay/confirm.html",
        _context(payer, choice, **values),
        status=409 if changed else None,
    )


def without_choice(request: HttpRequest, till: Till, pages: Pages) -> HttpResponse:
    """Go where somebody belongs whose session holds no choice: another tab may have paid it."""
    if reference := till.find_answered(request.POST.get("key", "")):
        return go_to(request, pages.payment, reference)
    if request.method == "POST":
        messages.warning(
            request, _("This page was open for too long. Nothing was paid. Please choose again.")
        )
    return go_to(request, pages.what)


def show_payment(request: HttpRequest, payer: Payer, payment: Payment, number: str) -> HttpResponse:
    """Show what became of a payment, asking the gateway when it has not said."""
    looked = look_again(payment=payment, on=payer.today)
    payment = looked.payment
    payer.till.follow(payment)
    if payment.is_waiting:
        is_at_page = bool(looked.redirect_url)
        context = {"payment": payment, "pages": payer.pages, "is_at_page": is_at_page}
        return show(request, "portal/pay/waiting.html", context, part="state")
    if wants_part(request):
        # The page that was waiting has its answer: show all of it, the heading and the title too.
        return go_to(request, payer.pages.payment, payment.reference)
    if payment.status is Status.DECLINED:
        is_pending = payer.till.find_choice() and payer.till.find_made(payment.reference)
        context = {
            "payment": payment,
            "reason": why_declined(payment),
            "again": payer.pages.how if is_pending else payer.pages.what,
        }
        return show(request, "portal/pay/declined.html", context)
    receipt = receipt_of(payment, number, for_guest=payer.is_guest)
    context = {"receipt": receipt, "pages": payer.pages, "is_guest": payer.is_guest}
    return show(request, "portal/pay/receipt.html", context)


def send_pdf(payment: Payment, number: str, *, for_guest: bool = False) -> HttpResponse:
    """Answer with the receipt to keep, once there is one."""
    if payment.is_waiting or payment.status is Status.DECLINED:
        raise Http404
    pdf = write_pdf(payment, number, for_guest=for_guest)
    name = f"receipt-{payment.reference}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _owed_otherwise(request: HttpRequest, payer: Payer, choice: Choice) -> HttpResponse:
    """Show the receipt when this very choice was paid at the same moment in another tab; else ask anew."""
    recent = payments.list_payments(numbers=payer.account.numbers, limit=5).payments
    for payment in recent:
        paid_ids = {part.bill_id for part in payment.allocations}
        is_same = (payment.payer, payment.amount_cents) == (str(payer.actor), choice.amount_cents)
        if is_same and paid_ids == set(choice.bill_ids):
            return go_to(request, payer.pages.payment, payment.reference)
    messages.warning(
        request,
        _("What you owe has changed since you chose. Nothing was paid. Please choose again."),
    )
    return go_to(request, payer.pages.what)


def _send(request: HttpRequest, payer: Payer, choice: Choice) -> HttpResponse:
    def page_of(payment: Payment) -> str:
        return request.build_absolute_uri(reverse(payer.pages.payment, args=[payment.reference]))

    if before := _close_left(payer, choice):
        return go_to(request, payer.pages.payment, before.reference)
    try:
        started = pay_through_gateway(
            account=payer.account,
            request=PaymentRequest(
                key=choice.key,
                amount_cents=choice.amount_cents,
                method=Method(choice.method),
                channel=payer.channel,
                payer=str(payer.actor),
                effective_on=payer.today,
                bill_ids=choice.bill_ids,
            ),
            actor=payer.actor,
            return_url=page_of,
            cancel_url=request.build_absolute_uri(reverse(payer.pages.confirm)),
            language=get_language() or settings.LANGUAGE_CODE,
        )
    except (KeyReused, PaymentRefused):
        payer.till.forget()
        messages.error(
            request, _("This payment could not be taken. Nothing was paid. Please choose again.")
        )
        return go_to(request, payer.pages.what)
    payer.till.note(choice, started.payment, redirected=bool(started.redirect_url))
    if started.redirect_url:
        return SeeOther(started.redirect_url)
    return go_to(request, payer.pages.payment, started.payment.reference)


def _close_left(payer: Payer, choice: Choice) -> Payment | None:
    """Close the pages left for this choice, and return a payment that was made on one, or may yet be."""
    for reference in payer.till.list_left(choice.account_number):
        payment = payments.get_payment(
            numbers=payer.account.numbers, payment_id=payment_id(reference)
        )
        payment = close_payment(payment=payment, on=payer.today, actor=payer.actor)
        payer.till.follow(payment)
        if payment.status is not Status.DECLINED:
            return payment
    return None


def step_names() -> tuple[str, ...]:
    """The steps, as the indicator shows them."""
    return (_("What to pay"), _("How to pay"), _("Check and pay"))


def _context(payer: Payer, choice: Choice, **values: object) -> dict[str, object]:
    return {
        "choice": choice,
        "number": choice.typed_number or payer.account.number,
        "pages": payer.pages,
        "steps": step_names(),
        "test_gateway": _is_test_gateway(),
        **values,
    }


def _is_test_gateway() -> bool:
    return bool(settings.PAYMENT_GATEWAY == "sandbox")
