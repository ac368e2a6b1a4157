"""Bad debt and write-offs of the account that is open. A refusal shows the rule."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from openmember.billing.debts import queries, services
from openmember.billing.debts.services import Barred, DebtRefused
from openmember.billing.debts.types import WriteOff, write_off_id
from openmember.desk.acts import Act, ReasonForm, once, perform
from openmember.desk.bills.views import bill_of
from openmember.desk.credits.forms import DecisionForm
from openmember.desk.debts.words import sentences_of
from openmember.desk.opened import AccountRequest, account_page
from openmember.kernel.references import BadReference
from openmember.members.types import Scope
from openmember.ui.formats import dollars
from openmember.ui.forms import DollarsField
from openmember.ui.types import Item


class WriteOffForm(ReasonForm):
    """How much is written off, and why."""

    amount = DollarsField(label=gettext_lazy("Amount"))
    field_order = ("amount", "reason")


@require_http_methods(["GET", "POST"])
@account_page("place_debt", scope=Scope.WRITE_OFF)
def place(request: AccountRequest, reference: str) -> HttpResponse:
    """Give a bill to bad debt, where no rule bars it."""
    bill = bill_of(request, reference)
    form = ReasonForm(request.POST or None)

    def do() -> str:
        try:
            services.place_bad_debt(
                bill=bill, reason=form.cleaned_data["reason"],
                on=request.opened.today, actor=request.actor,
            )  # fmt: skip
        except Barred as barred:
            raise DebtRefused("; ".join(sentences_of(barred.verdict))) from barred
        return _("Bill %(reference)s was given to bad debt.") % {"reference": bill.reference}

    act = Act(
        title=_("Give bill %(reference)s to bad debt") % {"reference": bill.reference},
        submit=_("Give it to bad debt"), back=("desk:bill", bill.reference), place="bills",
        is_grave=True, lead=_("It may then be asked for by others. It is never furnished to credit bureaus."),
    )  # fmt: skip
    return perform(request, form, act, do=do, consequences=lambda: [
        Item(_("Open now"), bill.open_cents, kind="money"),
        Item(_("Reason"), form.cleaned_data["reason"]),
    ])  # fmt: skip


@require_http_methods(["GET", "POST"])
@account_page("recall_debt", scope=Scope.WRITE_OFF)
def recall(request: AccountRequest, reference: str) -> HttpResponse:
    """Take a bill back from bad debt."""
    bill = bill_of(request, reference)
    form = ReasonForm(request.POST or None)

    def do() -> str:
        with once(form.cleaned_data["key"]):
            services.recall_bad_debt(
                account_number=bill.account_number, bill_id=bill.id,
                reason=form.cleaned_data["reason"], on=request.opened.today, actor=request.actor,
            )  # fmt: skip
        return _("Bill %(reference)s was taken back.") % {"reference": bill.reference}

    act = Act(
        title=_("Take bill %(reference)s back from bad debt") % {"reference": bill.reference},
        submit=_("Take it back"), back=("desk:bill", bill.reference), place="bills",
    )  # fmt: skip
    return perform(request, form, act, do=do, consequences=lambda: [
        Item(_("Bill"), bill.title), Item(_("Reason"), form.cleaned_data["reason"]),
    ])  # fmt: skip


@require_http_methods(["GET", "POST"])
@account_page("write_off", scope=Scope.WRITE_OFF)
def write_off(request: AccountRequest, reference: str) -> HttpResponse:
    """Write a bill off, whole or in part; above the limit a second person approves."""
    bill = bill_of(request, reference)
    form = WriteOffForm(request.POST or None, initial={"amount": bill.open_cents or None})

    def do() -> str:
        asked = services.propose_write_off(
            bill=bill, amount_cents=form.cleaned_data["amount"],
            key=f"desk:{form.cleaned_data['key']}", reason=form.cleaned_data["reason"],
            on=request.opened.today, actor=request.actor,
        )  # fmt: skip
        said = (
            _("%(amount)s was written off.")
            if asked.status == "approved"
            else _("The write-off of %(amount)s waits for a second person.")
        )
        return said % {"amount": dollars(asked.amount_cents)}

    act = Act(
        title=_("Write off bill %(reference)s") % {"reference": bill.reference},
        submit=_("Write it off"), back=("desk:bill", bill.reference), place="bills", is_grave=True,
        lead=_("The member does not owe it any more."),
    )  # fmt: skip
    return perform(request, form, act, do=do, consequences=lambda: [
        Item(_("Open now"), bill.open_cents, kind="money"),
        Item(_("Written off"), form.cleaned_data["amount"], kind="money"),
        Item(_("Reason"), form.cleaned_data["reason"]),
    ])  # fmt: skip


@require_http_methods(["GET", "POST"])
@account_page("decide_write_off", scope=Scope.WRITE_OFF)
def decide(request: AccountRequest, reference: str) -> HttpResponse:
    """Approve or refuse a write-off that somebody else asked for."""
    asked = _write_off_of(request, reference)
    form = DecisionForm(request.POST or None)

    def do() -> str:
        approved = form.cleaned_data["answer"] == "approve"
        services.decide_write_off(
            write_off=asked, approved=approved, decision=form.cleaned_data["reason"],
            on=request.opened.today, actor=request.actor,
        )  # fmt: skip
        return _("The write-off was approved.") if approved else _("The write-off was refused.")

    act = Act(
        title=_("Decide on write-off %(reference)s") % {"reference": asked.reference},
        submit=_("Decide"), back=("desk:bill", asked.bill_reference), place="bills", is_grave=True,
        lead=_("Whoever asked for it cannot approve it."),
    )  # fmt: skip
    return perform(request, form, act, do=do, consequences=lambda: [
        Item(_("Written off"), asked.amount_cents, kind="money"),
        Item(_("Asked for by"), asked.proposed_by),
        Item(_("Because"), asked.reason),
        Item(_("Answer"), form.words_of("answer", form.cleaned_data["answer"])),
        Item(_("Reason"), form.cleaned_data["reason"]),
    ])  # fmt: skip


def _write_off_of(request: AccountRequest, reference: str) -> WriteOff:
    try:
        return queries.get_write_off(
            numbers=request.opened.account.numbers, write_off_id=write_off_id(reference)
        )
    except (BadReference, queries.UnknownWriteOff) as unknown:
        raise Http404 from unknown
