"""The counter's one screen: what is due, what is handed over, and the change."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.billing.types import Bill
from openmember.desk.acts import DONE_KEPT, DONE_KEY, words_for
from openmember.desk.cashier.forms import PayForm
from openmember.desk.cashier.working import counter_of
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.members.types import Scope
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.payments.drawers.services.taking import CardNotTaken, OnlyCardTaken, take_visit
from openmember.payments.drawers.types import Drawer, Visit
from openmember.payments.gateways.terminal import has_terminal
from openmember.payments.services.door import KeyReused, PaymentRefused
from openmember.ui.formats import dollars
from openmember.ui.pages import go_to


@require_http_methods(["GET", "POST"])
@account_page("counter", scope=Scope.TAKE_PAYMENT)
def pay(request: AccountRequest) -> HttpResponse:
    """Take a payment: first its parts and the change, then, confirmed, the receipt."""
    here = counter_of(request)
    if here is None or here.drawer is None:
        return go_to(request, "desk:counter")
    overview = request.opened.overview
    form = PayForm(
        request.POST or None, bills=overview.open_bills, due_cents=overview.due_cents,
        has_terminal=has_terminal(), today=request.opened.today,
    )  # fmt: skip
    values: dict[str, object] = {
        "form": form,
        "counter": here,
        "lines": _lines(form),
    }
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        visit = _visit(request, form)
        # What was shown is what is taken: when a bill changed meanwhile, it is shown again.
        if request.POST.get("confirmed") != str(visit.amount_cents):
            values |= {"visit": visit, "credit_cents": _credit(form, visit)}
            return show_account(request, "desk/counter/confirm.html", values, place="counter")
        try:
            return _take(request, visit, here.drawer)
        except CardNotTaken as not_taken:
            form.add_error(None, _card_words(not_taken))
        except OnlyCardTaken as only_card:
            return _only_card(request, only_card)
        except (CounterRefused, KeyReused, PaymentRefused) as refused:
            form.add_error(None, words_for(refused))
    return show_account(request, "desk/counter/pay.html", values, place="counter")


def _take(request: AccountRequest, visit: Visit, drawer: Drawer) -> HttpResponse:
    receipt = take_visit(
        account=request.opened.account, visit=visit, drawer=drawer, actor=request.actor
    )
    done = [*request.session.get(DONE_KEY, []), visit.key]
    request.session[DONE_KEY] = done[-DONE_KEPT:]
    return go_to(request, "desk:counter_receipt", receipt.reference)


def _only_card(request: AccountRequest, only_card: OnlyCardTaken) -> HttpResponse:
    said = {
        "amount": dollars(only_card.receipt.amount_cents),
        "refusal": str(only_card).rstrip("."),
    }
    messages.warning(
        request,
        _("%(amount)s was taken by card, and this is its receipt. Nothing else was: %(refusal)s.")
        % said,
    )
    return go_to(request, "desk:counter_receipt", only_card.receipt.reference)


def _visit(request: AccountRequest, form: PayForm) -> Visit:
    given = form.cleaned_data
    holder = f"person:{request.opened.account.holder_id}"
    return Visit(
        key=given["key"],
        parts=form.parts,
        payer="guest" if given["is_other"] else holder,
        on=given["paper_on"],
        bill_ids=tuple(given["bills"]),
        copay=form.charged(),
        paper_number=given["paper"],
    )


def _credit(form: PayForm, visit: Visit) -> int:
    return max(visit.amount_cents - form.payable_cents(), 0)


def _card_words(not_taken: CardNotTaken) -> str:
    if not_taken.payment.is_waiting:
        return _(
            "The terminal has not answered yet. Nothing else was taken. Send this again in a moment: "
            "the card is not charged twice."
        )
    return _("The card was declined. Nothing was taken. Ask for another way to pay.")


def _lines(form: PayForm) -> list[tuple[str, list[tuple[Bill, bool]]]]:
    """Return the open bills by line, and whether each was chosen."""
    chosen = {str(value) for value in form["bills"].value() or ()}
    groups: dict[str, list[tuple[Bill, bool]]] = {}
    for bill in form.open_bills:
        groups.setdefault(bill.line.value, []).append((bill, str(bill.id) in chosen))
    return list(groups.items())
