"""What a card network says that does not go with what we know: both figures, and what to do about it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.exceptions.forms import FoundForm
from openmember.desk.exceptions.waiting import REASONS
from openmember.desk.pages import show_desk
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope
from openmember.payments.disputes import queries, services
from openmember.payments.disputes.types import Act, GatewayException, Trouble
from openmember.payments.jobs import office_today
from openmember.ui.formats import dollars
from openmember.ui.pages import go_to
from openmember.ui.types import Item

_SAID = {
    Trouble.MISMATCH: gettext_lazy(
        "The payment is not booked. Look it up at the card network before you decide."
    ),
    Trouble.REFUND_MISMATCH: gettext_lazy(
        "The refund waits: it counts neither as sent nor as failed. Look it up at the card network, and"
        " say whether it left. What differs shows when the bank is reconciled."
    ),
    Trouble.CURRENCY: gettext_lazy("Nothing was taken off the payment."),
    Trouble.AMOUNT: gettext_lazy("The payment is as the first amount left it."),
    Trouble.BEYOND: gettext_lazy(
        "The bank took more than is left of the payment. Answer the dispute with the proof of the refund;"
        " if it is lost, ask the member for the money that went back twice."
    ),
    Trouble.OVERTURNED: gettext_lazy(
        "The payment counts as paid. If the bank keeps the money, mark it as disputed on its own page."
    ),
    Trouble.UNBOOKED: gettext_lazy(
        "The payment was taken back in another way meanwhile, so that nothing was booked for the dispute."
    ),
}
_OURS = {
    Trouble.BEYOND: gettext_lazy("Could be taken off the payment"),
    Trouble.OVERTURNED: gettext_lazy("Taken off the payment now"),
    Trouble.UNBOOKED: gettext_lazy("Booked for the dispute"),
    Trouble.AMOUNT: gettext_lazy("Known before"),
    Trouble.CURRENCY: gettext_lazy("The payment"),
}
_STATES = {
    "open": gettext_lazy("With the bank"),
    "won": gettext_lazy("Won"),
    "lost": pgettext_lazy("dispute", "Lost"),
}
_DONE = {
    Act.BOOK: gettext_lazy("It is booked as the card network has it."),
    Act.FAIL: gettext_lazy("The refund counts as failed, as if the card network had said so."),
    Act.BILL: gettext_lazy("The member is asked for it with a bill of its own."),
    Act.NOTE: gettext_lazy("It is closed with your note. Nothing was posted."),
}


@require_http_methods(["GET", "POST"])
@desk_page(Scope.WORK_EXCEPTIONS)
def gateway(request: DeskRequest, identity: int) -> HttpResponse:
    """Show what the card network says, and do what can be done about it."""
    try:
        one = queries.get_exception(exception_id=identity)
    except queries.UnknownException as unknown:
        raise Http404 from unknown
    if request.method == "GET":
        audit.record(
            actor=str(request.actor), action="exception.read", kind="gateway", exception_id=identity
        )
    form = FoundForm(request.POST or None)
    asked = request.POST.get("act", "")
    if form.is_valid() and asked in {act.value for act in Act}:
        try:
            services.resolve(
                exception=one, act=Act(asked), note=form.cleaned_data["note"], on=office_today(),
                actor=request.actor,
            )  # fmt: skip
        except services.AlreadyResolved:
            messages.info(request, _("This was done already, and was not done again."))
            return go_to(request, "desk:exceptions")
        except services.CannotResolve as refused:
            said = capfirst(str(refused))
            form.add_error(None, _("%(refusal)s. Nothing was changed.") % {"refusal": said})
        else:
            messages.success(request, _DONE[Act(asked)])
            return go_to(request, "desk:exceptions")
    values = {
        "one": one,
        "title": REASONS[one.trouble.value],
        "said": _SAID[one.trouble],
        "items": _facts(one),
        "form": form,
        "acts": {act.value for act in one.acts},
        "their_sum": _sum(one),
        "beyond": dollars(one.beyond_cents),
    }
    return show_desk(request, "desk/exceptions/gateway.html", values, place="exceptions")


def _facts(one: GatewayException) -> list[Item]:
    facts: list[tuple[object, object, str]] = [
        (_("Payment"), one.payment_reference, "text"),
        (_("Bill pay number"), one.account_number, "number"),
        (_OURS.get(one.trouble, _("We asked for")), one.our_cents, "money"),
        (_("The card network says"), _sum(one), "text"),
        (_("More than is left"), one.beyond_cents or "", "money"),
        (_("Card network"), one.gateway, "text"),
        (_("Dispute"), one.dispute, "text"),
        (_("The dispute is"), _STATES.get(one.dispute_state, ""), "text"),
        (_("Since"), one.opened_at, "moment"),
        (_("What was found"), one.note, "text"),
        (_("Closed by"), one.closed_by, "text"),
    ]
    return [
        Item(str(label), value, kind=kind)
        for label, value, kind in facts
        if value not in ("", None)
    ]


def _sum(one: GatewayException) -> str:
    if one.their_currency == "usd":
        return dollars(one.their_cents)
    # Its smallest unit is not ours to know.
    return f"{one.their_cents} {one.their_currency.upper()}"
