"""Anybody pays with a bill pay number. No page of this journey says anything about its account."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from openmember.accounts import queries as accounts
from openmember.kernel.references import BadReference
from openmember.kernel.visitors import address_of
from openmember.members.types import GUEST
from openmember.payments import queries as payments
from openmember.payments.types import Channel, Payment, payment_id
from openmember.portal.guest.forms import NumberAndAmount
from openmember.portal.guest.recognition import NotFound, TooManyTries, count_try, find_number
from openmember.portal.pay import steps
from openmember.portal.pay.choice import Choice, Made, Till
from openmember.portal.pay.payer import Pages, Payer
from openmember.ui.errors import too_many_requests
from openmember.ui.pages import go_to, show

P = ParamSpec("P")
PAGES = Pages(
    what="portal:guest",
    how="portal:guest_how",
    confirm="portal:guest_confirm",
    payment="portal:guest_payment",
    receipt_pdf="portal:guest_receipt_pdf",
)


def for_guest(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Answer 429 to who tries too often, and let no browser keep the page."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooManyTries as tries:
            return too_many_requests(request, tries, wait_seconds=tries.wait_seconds)

    return guarded


@require_http_methods(["GET", "POST"])
@for_guest
def what(request: HttpRequest) -> HttpResponse:
    """Ask for the number and the amount; the first step."""
    till = _till(request)
    form = NumberAndAmount(request.POST or None, initial=_initial(till.find_choice()))
    if request.method == "POST" and form.is_valid():
        try:
            found = find_number(typed=form.cleaned_data["number"], address=address_of(request))
        except NotFound as unknown:
            form.add_error("number", str(unknown))
        else:
            till.keep(
                Choice(
                    account_number=found.account_number,
                    amount_cents=form.cleaned_data["amount"],
                    typed_number=found.digits,
                )
            )
            return go_to(request, PAGES.how)
    return show(request, "portal/guest/what.html", {"form": form, "steps": steps.step_names()})


@require_http_methods(["GET", "POST"])
@for_guest
def how(request: HttpRequest) -> HttpResponse:
    """Ask how to pay; the second step."""
    choice = _till(request).find_choice()
    if choice is None:
        return go_to(request, PAGES.what)
    return steps.choose_method(request, _payer(request, choice.account_number))


@require_http_methods(["GET", "POST"])
@for_guest
def confirm(request: HttpRequest) -> HttpResponse:
    """Show everything once more and take the payment; the third step."""
    if request.method == "POST":
        count_try(address=address_of(request))
    choice = _till(request).find_choice()
    if choice is None:
        return steps.without_choice(request, _till(request), PAGES)
    return steps.confirm(request, _payer(request, choice.account_number))


@require_safe
@for_guest
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a payment made in this session, and no other."""
    found, made = _get_payment(request, reference)
    payer = _payer(request, found.account_number)
    return steps.show_payment(request, payer, found, made.typed_number)


@require_safe
@for_guest
def receipt_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the receipt of a payment made in this session."""
    found, made = _get_payment(request, reference)
    return steps.send_pdf(found, made.typed_number, for_guest=True)


def _till(request: HttpRequest) -> Till:
    return Till(request.session, "guest")


def _payer(request: HttpRequest, account_number: str) -> Payer:
    return Payer(
        actor=GUEST,
        channel=Channel.GUEST,
        account=accounts.get_account(number=account_number),
        till=_till(request),
        today=timezone.localdate(),
        pages=PAGES,
    )


def _get_payment(request: HttpRequest, reference: str) -> tuple[Payment, Made]:
    made = _till(request).find_made(reference)
    if made is None:
        raise Http404
    try:
        found = payments.get_payment(
            numbers=(made.account_number,), payment_id=payment_id(reference)
        )
    except (BadReference, payments.UnknownPayment) as unknown:
        raise Http404 from unknown
    return found, made


def _initial(choice: Choice | None) -> dict[str, object]:
    if choice is None:
        return {}
    return {"number": choice.typed_number, "amount": choice.amount_cents}
