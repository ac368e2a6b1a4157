"""Money the bank took back after it was posted: what came of it, and what two people make of that."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.pages import show_desk
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope
from openmember.payments.jobs import office_today
from openmember.payments.receipts import queries
from openmember.payments.receipts.services import losses
from openmember.payments.receipts.services.acting import ReceiptRefused
from openmember.payments.receipts.types import Loss, Receipt
from openmember.payments.types import payment_reference
from openmember.safety.forms import FreeText, FreeTextInput
from openmember.ui.formats import dollars
from openmember.ui.pages import go_to
from openmember.ui.types import Item

_KINDS = {
    "return": gettext_lazy("Return it: every payment made of it is taken back"),
    "keep": gettext_lazy("Keep it: the bank states it on another line"),
}


class ProposalForm(forms.Form):
    """What should become of it, and why."""

    line = forms.ChoiceField(label=gettext_lazy("The line that is the same money"))
    reason = FreeText(
        label=gettext_lazy("Reason"), max_length=200,
        widget=FreeTextInput({"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(
        self, data: object = None, *, lines: tuple[Receipt, ...] = (), prefix: str
    ) -> None:
        super().__init__(data, prefix=prefix)  # type: ignore[arg-type]  # request.POST or None
        if lines:
            said = [(str(one.id), f"{one.reference}: {one.text[:60]}") for one in lines]
            self.fields["line"].choices = said  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["line"]


@require_http_methods(["GET", "POST"])
@desk_page(Scope.WORK_EXCEPTIONS)
def loss(request: DeskRequest, identity: int) -> HttpResponse:
    """Show what the bank took back; propose what becomes of it, or decide on what another person proposed."""
    today = office_today()
    try:
        one = queries.get_loss(loss_id=identity, today=today)
    except queries.UnknownLoss as unknown:
        raise Http404 from unknown
    if request.method == "GET":
        audit.record(
            actor=str(request.actor), action="exception.read", kind="bank", exception_id=identity
        )
    lines = queries.list_lines_for(loss=one, today=today)
    asked = request.POST.get("act", "")
    back = ProposalForm(request.POST if asked == "return" else None, prefix="return")
    keep = ProposalForm(request.POST if asked == "keep" else None, lines=lines, prefix="keep")
    acts: dict[str, tuple[forms.Form | None, Callable[[], str]]] = {
        "return": (back, lambda: _return(request, one, back)),
        "agree": (None, lambda: _decide(request, one, agrees=True)),
        "reject": (None, lambda: _decide(request, one, agrees=False)),
    }
    if lines:
        acts["keep"] = (keep, lambda: _keep(request, one, lines, keep))
    form, do = acts.get(asked, (None, None))
    if do is not None and (form is None or form.is_valid()):
        try:
            messages.success(request, do())
        except ReceiptRefused as refused:
            said = capfirst(str(refused)).rstrip(".")
            messages.error(request, _("%(refusal)s. Nothing was changed.") % {"refusal": said})
        else:
            return go_to(request, "desk:exceptions")
    return _show(request, one, back, keep, lines)


def _return(request: DeskRequest, one: Loss, form: ProposalForm) -> str:
    losses.propose_return(
        loss=one, reason=form.cleaned_data["reason"], on=office_today(), actor=request.actor
    )
    return _proposed(one)


def _keep(request: DeskRequest, one: Loss, lines: tuple[Receipt, ...], form: ProposalForm) -> str:
    (line,) = (line for line in lines if str(line.id) == form.cleaned_data["line"])
    losses.propose_keep(
        loss=one, line=line, reason=form.cleaned_data["reason"], on=office_today(),
        actor=request.actor,
    )  # fmt: skip
    return _proposed(one)


def _decide(request: DeskRequest, one: Loss, *, agrees: bool) -> str:
    done = losses.decide_loss(loss=one, agrees=agrees, on=office_today(), actor=request.actor)
    said = {
        "open": _("It was turned down, and waits again."),
        "returned": _("It is returned: the payments made of it were taken back."),
        "kept": _("It is kept: the payments made of it stand on the other line."),
    }
    return said[done.state]


def _proposed(one: Loss) -> str:
    return _("%(amount)s wait for a second person now.") % {
        "amount": dollars(one.receipt.amount_cents)
    }


def _show(
    request: DeskRequest,
    one: Loss,
    back: ProposalForm,
    keep: ProposalForm,
    lines: tuple[Receipt, ...],
) -> HttpResponse:
    values = {
        "one": one,
        "items": _facts(one),
        "payments": [
            (payment, payment_reference(payment.payment_id))
            for payment in queries.list_lost_payments(loss=one)
        ],
        "back": back,
        "keep": keep if lines else None,
        "bad_form": next((form for form in (back, keep) if form.is_bound and form.errors), None),
        "is_own": one.made_by == str(request.actor),
    }
    return show_desk(request, "desk/exceptions/loss.html", values, place="exceptions")


def _facts(one: Loss) -> list[Item]:
    facts: list[tuple[str, object, str]] = [
        (_("Receipt"), one.receipt.reference, "text"),
        (_("Amount"), one.receipt.amount_cents, "money"),
        (_("Still waits"), one.receipt.open_cents or "", "money"),
        (_("Day"), one.receipt.day, "date"),
        (_("Taken back since"), one.opened_at, "moment"),
        (_("Our account, ending"), one.account, "text"),
        (_("Payer"), one.receipt.payer, "text"),
        (_("Text"), one.receipt.text, "text"),
        (_("Proposed"), _KINDS.get(one.kind, ""), "text"),
        (_("Proposed by"), one.made_by, "text"),
        (_("Reason"), one.reason, "text"),
    ]
    return [
        Item(label, value, kind=kind) for label, value, kind in facts if value not in ("", None)
    ]
