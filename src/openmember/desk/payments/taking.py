"""Taking money at the counter. Cards are not typed here: their numbers never reach our pages."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.accounts import queries as accounts
from openmember.desk.account.people import list_people
from openmember.desk.acts import Act, perform
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.payments.forms import TakePaymentForm, bill_words
from openmember.members.types import Scope
from openmember.payments.services.door import take_payment
from openmember.payments.types import Channel, Method, PaymentRequest
from openmember.ui.formats import dollars
from openmember.ui.types import Item


@require_http_methods(["GET", "POST"])
@account_page("take_payment", scope=Scope.TAKE_PAYMENT)
def take(request: AccountRequest) -> HttpResponse:
    """Take cash or a check."""
    opened = request.opened
    people = list_people(accounts.list_people(number=opened.account.number))
    bills = opened.overview.open_bills
    form = TakePaymentForm(request.POST or None, bills=bills, people=people)

    def consequences() -> list[Item]:
        given = form.cleaned_data
        chosen = [bill for bill in bills if bill.id in given["bills"]]
        goes_to = [Item(_("Pays"), bill_words(bill)) for bill in chosen]
        payable = sum(bill.open_cents for bill in chosen) if chosen else opened.overview.due_cents
        return [
            Item(_("Amount"), given["amount"], kind="money"),
            Item(_("Paid with"), form.words_of("method", given["method"])),
            Item(_("Who pays"), form.words_of("payer", given["payer"])),
            *(goes_to or [Item(_("Pays"), _("The oldest due first"))]),
            Item(_("Kept as credit"), max(given["amount"] - payable, 0), kind="money"),
        ]

    def do() -> str:
        taken = take_payment(
            account=opened.account, request=_request(request, form), actor=request.actor
        )
        return _("%(amount)s received. The receipt's reference is %(reference)s.") % {
            "amount": dollars(taken.amount_cents),
            "reference": taken.reference,
        }

    act = Act(
        title=_("Take a payment"),
        submit=_("Take the payment"),
        back=("desk:payments",),
        place="payments",
    )
    return perform(request, form, act, consequences=consequences, do=do)


def _request(request: AccountRequest, form: TakePaymentForm) -> PaymentRequest:
    given = form.cleaned_data
    is_check = given["method"] == Method.CHECK
    return PaymentRequest(
        key=f"desk:{given['key']}",
        amount_cents=given["amount"],
        method=Method(given["method"]),
        channel=Channel.COUNTER,
        payer=given["payer"],
        effective_on=request.opened.today,
        bill_ids=tuple(given["bills"]),
        tender=_("Check %(number)s") % {"number": given["check_number"]} if is_check else "",
    )
