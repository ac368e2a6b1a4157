"""Moving what a payment settled. Money stays on the account, and the receipt as it is."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.desk.acts import once, perform
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.payments.chosen import act_on, movable_payment_of
from openmember.desk.payments.forms import AS_CREDIT, ApplyForm, MoveForm
from openmember.members.types import Scope
from openmember.payments.services import corrections
from openmember.payments.types import Payment
from openmember.ui.formats import dollars
from openmember.ui.types import Item


@require_http_methods(["GET", "POST"])
@account_page("move", scope=Scope.ALLOCATE)
def move(request: AccountRequest, reference: str) -> HttpResponse:
    """Take what a payment settled off one bill, and put it on another or keep it as credit."""
    payment = movable_payment_of(request, reference)
    form = MoveForm(request.POST or None, payment=payment, bills=request.opened.overview.open_bills)

    def consequences() -> list[Item]:
        given = form.cleaned_data
        return [
            Item(_("Amount"), given["amount"], kind="money"),
            Item(_("Take from"), form.words_of("from_bill", given["from_bill"])),
            Item(_("Put on"), form.words_of("to_bill", given["to_bill"])),
            Item(_("Receipt"), _("Unchanged: %(reference)s") % {"reference": payment.reference}),
            Item(_("Reason"), given["reason"]),
        ]

    def do() -> str:
        with once(form.cleaned_data["key"]):
            _move(request, payment, form)
        return _("%(amount)s was moved. The receipt is unchanged.") % {
            "amount": dollars(form.cleaned_data["amount"])
        }

    act = act_on(
        payment, title=_("Move what %(reference)s paid"), submit=_("Move it"),
        lead=_("The money stays on this account, and the receipt stays as it is."),
    )  # fmt: skip
    return perform(request, form, act, consequences=consequences, do=do)


@require_http_methods(["GET", "POST"])
@account_page("apply", scope=Scope.ALLOCATE)
def apply(request: AccountRequest, reference: str) -> HttpResponse:
    """Put credit of a payment on bills."""
    payment = movable_payment_of(request, reference)
    form = ApplyForm(
        request.POST or None, payment=payment, bills=request.opened.overview.open_bills
    )

    def consequences() -> list[Item]:
        given = form.cleaned_data
        pays = [Item(_("Pays"), form.words_of("bills", bill)) for bill in given["bills"]]
        left = payment.unapplied_cents - given["amount"]
        return [
            Item(_("Amount"), given["amount"], kind="money"),
            *(pays or [Item(_("Pays"), _("The oldest due first"))]),
            Item(_("Credit left of this payment"), left, kind="money"),
        ]

    def do() -> str:
        with once(form.cleaned_data["key"]):
            corrections.apply_credit(
                payment=payment,
                amount_cents=form.cleaned_data["amount"],
                bill_ids=tuple(form.cleaned_data["bills"]),
                on=request.opened.today,
                actor=request.actor,
            )
        return _("%(amount)s of credit was applied.") % {
            "amount": dollars(form.cleaned_data["amount"])
        }

    act = act_on(payment, title=_("Apply credit of %(reference)s"), submit=_("Apply it"))
    return perform(request, form, act, consequences=consequences, do=do)


def _move(request: AccountRequest, payment: Payment, form: MoveForm) -> None:
    given = form.cleaned_data
    common = {"payment": payment, "amount_cents": given["amount"], "reason": given["reason"]}
    if given["to_bill"] == AS_CREDIT:
        corrections.take_back(
            **common, bill_id=given["from_bill"], on=request.opened.today, actor=request.actor
        )
    else:
        corrections.move_allocation(
            **common, from_bill_id=given["from_bill"], to_bill_id=int(given["to_bill"]),
            on=request.opened.today, actor=request.actor,
        )  # fmt: skip
