"""Raising a bill, canceling one, and keeping one out of payments while it is in dispute."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.billing import services
from openmember.billing.types import Bill, Line
from openmember.desk.acts import Act, ReasonForm, once, perform
from openmember.desk.bills.forms import RaiseBillForm
from openmember.desk.bills.views import bill_of
from openmember.desk.opened import AccountRequest, account_page
from openmember.members.types import Scope
from openmember.payments.services.charging import charge
from openmember.ui.formats import dollars
from openmember.ui.types import Item


@require_http_methods(["GET", "POST"])
@account_page("raise_bill", scope=Scope.RAISE_BILL)
def raise_bill(request: AccountRequest) -> HttpResponse:
    """Bill the account."""
    opened = request.opened
    form = RaiseBillForm(request.POST or None, issued_on=opened.today)

    def consequences() -> list[Item]:
        given = form.cleaned_data
        total = sum(line.amount_cents for line in form.lines())
        return [
            Item(_("For"), form.words_of("line", given["line"])),
            Item(_("Title on the bill"), given["title"]),
            Item(_("Due"), given["due_on"], kind="date"),
            *(Item(line.description, line.amount_cents, kind="money") for line in form.lines()),
            Item(_("Total of the bill"), total, kind="money"),
            Item(_("Owed after"), opened.overview.balance.owed_cents + total, kind="money"),
        ]

    def do() -> str:
        raised = charge(
            account=opened.account,
            key=f"desk:{form.cleaned_data['key']}",
            line=Line(form.cleaned_data["line"]),
            title=form.cleaned_data["title"],
            lines=form.lines(),
            issued_on=opened.today,
            due_on=form.cleaned_data["due_on"],
            actor=request.actor,
        )
        return _("Bill %(reference)s was raised for %(amount)s.") % {
            "reference": raised.reference,
            "amount": dollars(raised.amount_cents),
        }

    act = Act(
        title=_("Raise a bill"), submit=_("Raise the bill"), back=("desk:bills",), place="bills",
        template="desk/raise_bill.html",
    )  # fmt: skip
    return perform(request, form, act, consequences=consequences, do=do)


@require_http_methods(["GET", "POST"])
@account_page("cancel_bill", scope=Scope.RAISE_BILL)
def cancel(request: AccountRequest, reference: str) -> HttpResponse:
    """Take back a bill that should not have been sent."""
    bill = bill_of(request, reference)
    form = ReasonForm(request.POST or None)

    def do() -> str:
        with once(form.cleaned_data["key"]):
            services.cancel_bill(
                account=request.opened.account,
                bill=bill,
                reason=form.cleaned_data["reason"],
                canceled_on=request.opened.today,
                actor=request.actor,
            )
        return _("Bill %(reference)s was canceled.") % {"reference": bill.reference}

    act = Act(
        title=_("Cancel bill %(reference)s") % {"reference": bill.reference},
        lead=_("It stays in the record and asks for nothing."),
        submit=_("Cancel the bill"), back=("desk:bill", bill.reference), place="bills", is_grave=True,
    )  # fmt: skip
    return perform(
        request,
        form,
        act,
        consequences=lambda: _about(bill, form, taken_off=bill.open_cents),
        do=do,
    )


@require_http_methods(["GET", "POST"])
@account_page("hold_bill", scope=Scope.RAISE_BILL)
def hold(request: AccountRequest, reference: str) -> HttpResponse:
    """Keep a disputed bill out of payments that name no bill."""
    return _hold(
        request, reference, held=True, title=_("Hold bill %(reference)s"), submit=_("Hold the bill"),
        lead=_("While it is in dispute, only a payment that names it will settle it."),
        done=_("Bill %(reference)s is on hold."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@account_page("release_bill", scope=Scope.RAISE_BILL)
def release(request: AccountRequest, reference: str) -> HttpResponse:
    """Let a bill that was held be paid in its turn again."""
    return _hold(
        request, reference, held=False, title=_("Release bill %(reference)s"),
        submit=_("Release the bill"), done=_("Bill %(reference)s was released."),
        lead=_("Payments that name no bill will settle it again, in its turn."),
    )  # fmt: skip


def _hold(
    request: AccountRequest,
    reference: str,
    *,
    held: bool,
    title: str,
    submit: str,
    lead: str,
    done: str,
) -> HttpResponse:
    bill = bill_of(request, reference)
    form = ReasonForm(request.POST or None)
    named = {"reference": bill.reference}

    def do() -> str:
        with once(form.cleaned_data["key"]):
            services.hold_bill(
                bill=bill, held=held, reason=form.cleaned_data["reason"], actor=request.actor
            )
        return done % named

    act = Act(
        title=title % named,
        submit=submit,
        lead=lead,
        back=("desk:bill", bill.reference),
        place="bills",
    )
    return perform(request, form, act, consequences=lambda: _about(bill, form), do=do)


def _about(bill: Bill, form: ReasonForm, *, taken_off: int = 0) -> Sequence[Item]:
    items = [Item(_("Bill"), bill.title), Item(_("Open now"), bill.open_cents, kind="money")]
    if taken_off:
        items.append(Item(_("Open after"), bill.open_cents - taken_off, kind="money"))
    return [*items, Item(_("Reason"), form.cleaned_data["reason"])]
