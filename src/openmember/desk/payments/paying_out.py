"""Refunds that the office pays out itself, because no gateway took the money: cash and checks."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.desk.acts import Act, ReasonForm, once, perform
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.payments.chosen import is_credit_again, payment_of, refund_of
from openmember.desk.payments.forms import PaidOutForm
from openmember.members.types import Scope
from openmember.payments.services.refunds import finish_office_refund
from openmember.payments.types import Payment, Refund
from openmember.ui.formats import dollars
from openmember.ui.types import Item


@require_http_methods(["GET", "POST"])
@account_page("paid_out", scope=Scope.REFUND)
def paid_out(request: AccountRequest, reference: str, refund_reference: str) -> HttpResponse:
    """Record that the office paid a refund out."""
    payment = payment_of(request, reference)
    refund = refund_of(payment, refund_reference)
    form = PaidOutForm(request.POST or None)

    def consequences() -> list[Item]:
        return [
            Item(_("Paid out"), refund.amount_cents, kind="money"),
            Item(_("How it was paid out"), form.cleaned_data["reason"]),
        ]

    def do() -> str:
        _finish(request, payment, refund, form, sent=True)
        return _("%(amount)s was paid out.") % {"amount": dollars(refund.amount_cents)}

    act = _act(
        payment, refund, title=_("Record that %(reference)s was paid out"),
        submit=_("It was paid out"),
        lead=_("The payer has the money. This cannot be taken back here."),
    )  # fmt: skip
    return perform(request, form, act, consequences=consequences, do=do)


@require_http_methods(["GET", "POST"])
@account_page("not_paid_out", scope=Scope.REFUND)
def not_paid_out(request: AccountRequest, reference: str, refund_reference: str) -> HttpResponse:
    """Take back a refund that the office has not paid out."""
    payment = payment_of(request, reference)
    refund = refund_of(payment, refund_reference)
    form = ReasonForm(request.POST or None)

    def consequences() -> list[Item]:
        credit = refund.amount_cents if is_credit_again(payment) else 0
        return [
            Item(_("Not paid out"), refund.amount_cents, kind="money"),
            Item(_("Becomes credit"), credit, kind="money"),
            Item(_("Reason"), form.cleaned_data["reason"]),
        ]

    def do() -> str:
        _finish(request, payment, refund, form, sent=False)
        return _("Refund %(reference)s was taken back.") % {"reference": refund.reference}

    act = _act(
        payment, refund, title=_("Take back refund %(reference)s"), submit=_("Take it back"),
        lead=_("The bills it was taken off stay open."),
    )  # fmt: skip
    return perform(request, form, act, consequences=consequences, do=do)


def _act(payment: Payment, refund: Refund, *, title: str, submit: str, lead: str) -> Act:
    return Act(
        title=title % {"reference": refund.reference}, submit=submit, lead=lead, is_grave=True,
        back=("desk:payment", payment.reference), place="payments",
    )  # fmt: skip


def _finish(
    request: AccountRequest, payment: Payment, refund: Refund, form: ReasonForm, *, sent: bool
) -> None:
    with once(form.cleaned_data["key"]):
        finish_office_refund(
            payment=payment,
            refund_id=refund.id,
            sent=sent,
            reason=form.cleaned_data["reason"],
            on=request.opened.today,
            actor=request.actor,
        )
