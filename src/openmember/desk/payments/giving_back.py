"""Undoing a payment whole, and giving money back."""

from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.desk.acts import once, perform
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.payments.chosen import act_on, payment_of
from openmember.desk.payments.forms import RefundForm, UndoForm
from openmember.members.types import Scope
from openmember.payments.credits.services import refunds
from openmember.payments.services import corrections
from openmember.payments.types import Payment
from openmember.ui.formats import dollars
from openmember.ui.types import Item


@require_http_methods(["GET", "POST"])
@account_page("undo", scope=Scope.REFUND)
def undo(request: AccountRequest, reference: str) -> HttpResponse:
    """Void a payment, or record that the bank took it back."""
    payment = payment_of(request, reference)
    form = UndoForm(request.POST or None, payment=payment)

    def consequences() -> list[Item]:
        to = form.cleaned_data["to"]
        return [
            Item(_("Payment"), payment.amount_cents, kind="money"),
            Item(_("Becomes"), to.value, kind="status"),
            *(
                Item(_("Open again"), f"{one.bill_title}, {dollars(one.amount_cents)}")
                for one in payment.allocations
            ),
            Item(_("Reason"), form.cleaned_data["reason"]),
        ]

    def do() -> str:
        with once(form.cleaned_data["key"]):
            corrections.reverse_payment(
                payment=payment,
                to=form.cleaned_data["to"],
                reason=form.cleaned_data["reason"],
                reversed_on=request.opened.today,
                actor=request.actor,
            )
        return _("Payment %(reference)s does not count any more; its bills are open again.") % {
            "reference": payment.reference
        }

    act = act_on(
        payment, title=_("Undo payment %(reference)s"), submit=_("Undo the payment"), is_grave=True,
        lead=_("All of it: every bill it settled is open again."),
    )  # fmt: skip
    return perform(request, form, act, consequences=consequences, do=do)


@require_http_methods(["GET", "POST"])
@account_page("refund", scope=Scope.REFUND)
def refund(request: AccountRequest, reference: str) -> HttpResponse:
    """Give a payment back, whole or in part."""
    payment = payment_of(request, reference)
    form = RefundForm(request.POST or None, payment=payment)

    def do() -> str:
        asked = refunds.refund_payment(
            payment=payment,
            amount_cents=form.cleaned_data["amount"],
            key=f"desk:{form.cleaned_data['key']}",
            reason=form.cleaned_data["reason"],
            refunded_on=request.opened.today,
            actor=request.actor,
        )
        said = (
            _("%(amount)s is on its way back.")
            if asked.status == "approved"
            else _("Refund %(reference)s of %(amount)s waits for a second person.")
        )
        return said % {"reference": asked.reference, "amount": dollars(asked.amount_cents)}

    act = act_on(
        payment, title=_("Refund %(reference)s"), submit=_("Refund it"), is_grave=True,
        lead=_("Credit goes back first, then what the payment settled."),
    )  # fmt: skip
    return perform(
        request, form, act, do=do,
        consequences=lambda: _refund_words(payment, form, request.opened.today),
    )  # fmt: skip


def _refund_words(payment: Payment, form: RefundForm, on: date) -> list[Item]:
    cents = form.cleaned_data["amount"]
    alone_cents = refunds.alone_cents(account_number=payment.account_number, on=on)
    from_credit = min(cents, payment.unapplied_cents)
    way = _("To the card or bank it came from") if payment.gateway else _("Paid out by the office")
    return [
        Item(_("Goes back"), cents, kind="money"),
        Item(
            _("Approval"),
            _("At once") if cents <= alone_cents else _("By a second person"),
        ),
        Item(_("How"), way),
        Item(_("From credit"), from_credit, kind="money"),
        Item(_("Taken off bills, which are open again"), cents - from_credit, kind="money"),
        Item(_("Reason"), form.cleaned_data["reason"]),
    ]
