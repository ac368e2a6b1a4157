"""The receipt: on the screen with the change, on paper, as a PDF, by e-mail or text; and asking for a void."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.desk.acts import Act, words_for
from openmember.desk.cashier.forms import VoidForm
from openmember.desk.cashier.slip import write_slip
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account, show_desk
from openmember.kernel.references import BadReference
from openmember.members.queries import get_member
from openmember.members.types import Scope
from openmember.payments.drawers import queries
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.payments.drawers.services.sending import email_receipt, text_receipt
from openmember.payments.drawers.services.voids import ask_void
from openmember.payments.drawers.types import Receipt
from openmember.payments.types import payment_id
from openmember.ui.pages import go_to

SENDERS = {"email": email_receipt, "text": text_receipt}


@require_safe
@account_page("counter_receipt", scope=Scope.TAKE_PAYMENT)
def receipt(request: AccountRequest, reference: str) -> HttpResponse:
    """Show what was taken, and the change to give."""
    found = receipt_asked(request, reference)
    holder = get_member(member_id=request.opened.account.holder_id).person
    values = {
        "receipt": found,
        "rows": list(zip(found.taken, found.payments, strict=True)),
        "has_email": bool(holder.email),
        "has_phone": bool(holder.phone),
    }
    return show_account(request, "desk/counter/receipt.html", values, place="counter")


@require_safe
@account_page("counter_slip", scope=Scope.TAKE_PAYMENT)
def slip(request: AccountRequest, reference: str) -> HttpResponse:
    """Show the receipt as the slip of an 80 mm printer, and print it."""
    found = receipt_asked(request, reference)
    values = {
        "receipt": found,
        "rows": list(zip(found.taken, found.payments, strict=True)),
        "last_four": request.opened.account.number[-4:],
    }
    return show_desk(request, "desk/counter/slip.html", values)


@require_safe
@account_page("counter_pdf", scope=Scope.TAKE_PAYMENT)
def pdf(request: AccountRequest, reference: str) -> HttpResponse:
    """Give the slip as a PDF."""
    found = receipt_asked(request, reference)
    return HttpResponse(
        write_slip(found, request.opened.account.number),
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": f'attachment; filename="{found.reference}.pdf"',
        },
    )


@require_POST
@account_page("counter_send", scope=Scope.TAKE_PAYMENT)
def send(request: AccountRequest, reference: str) -> HttpResponse:
    """Send the receipt's number and amount to what is on file."""
    found = receipt_asked(request, reference)
    sender = SENDERS.get(request.POST.get("way", ""))
    if sender is None:
        raise Http404
    holder = get_member(member_id=request.opened.account.holder_id).person
    try:
        sender(receipt=found, person=holder, actor=request.actor)
    except CounterRefused as refused:
        messages.error(request, words_for(refused))
    else:
        messages.success(request, _("The receipt is sent."))
    return go_to(request, "desk:counter_receipt", found.reference)


@require_http_methods(["GET", "POST"])
@account_page("counter_void", scope=Scope.TAKE_PAYMENT)
def void(request: AccountRequest, reference: str) -> HttpResponse:
    """Ask a supervisor to void one payment."""
    found = receipt_asked(request, reference)
    payment = next(one for one in found.payments if one.reference == reference)
    form = VoidForm(request.POST or None)
    act = Act(
        title=_("Void %(reference)s") % {"reference": payment.reference},
        submit=_("Ask a supervisor"),
        back=("desk:counter_receipt", payment.reference),
        place="counter",
        lead=_("The payment counts until a second person agrees. Give the money back only then."),
    )
    if request.method == "POST" and form.is_valid():
        try:
            ask_void(payment=payment, reason=form.cleaned_data["reason"], actor=request.actor)
        except CounterRefused as refused:
            form.add_error(None, words_for(refused))
        else:
            messages.success(request, _("A supervisor sees this under Drawers and deposits."))
            return go_to(request, "desk:counter_receipt", payment.reference)
    values = {"form": form, "act": act, "payment": payment}
    return show_account(request, "desk/counter/void.html", values, place="counter")


def receipt_asked(request: AccountRequest, reference: str) -> Receipt:
    """Return a receipt of the account that is open; any other is not found."""
    try:
        found = queries.find_receipt(
            account=request.opened.account, payment_id=payment_id(reference)
        )
    except BadReference as bad:
        raise Http404 from bad
    if found is None:
        raise Http404
    return found
