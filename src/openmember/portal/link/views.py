"""The page of a payment link. It says what an open letter may say: who asks, how much, what kind of bill.

The token is in the address once. From then on the browser's session holds what it led to, so that no history,
bookmark or screenshot can be used.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from openmember.accounts import queries as accounts
from openmember.kernel.references import BadReference
from openmember.kernel.visitors import address_of
from openmember.members.types import GUEST
from openmember.payments.assisted import queries, rules
from openmember.payments.assisted.services import paying
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import Asked, AskedStatus
from openmember.payments.assisted.words import purpose_of
from openmember.payments.types import Channel, Method, Payment, payment_id
from openmember.portal.pay import steps
from openmember.portal.pay.choice import Till
from openmember.portal.pay.forms import HowToPay
from openmember.portal.pay.payer import Pages, Payer
from openmember.ui.pages import SeeOther, go_to, show

SESSION_KEY = "pay_link"
PAGES = Pages(
    what="portal:link_pay",
    how="portal:link_pay",
    confirm="portal:link_pay",
    payment="portal:link_payment",
    receipt_pdf="portal:link_receipt_pdf",
)


@require_safe
@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Take a link's token out of the address, and show its page in the language it was sent in."""
    asked = paying.recognise_token(token=token, address=address_of(request))
    if asked is None:
        return _over(request)
    request.session.cycle_key()
    request.session[SESSION_KEY] = {"id": asked.id, "token": queries.digest_of(token)}
    response = go_to(request, "portal:link_pay")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        asked.language,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


@require_http_methods(["GET", "POST"])
@never_cache
def pay(request: HttpRequest) -> HttpResponse:
    """Show what is to be paid and how, and take it."""
    asked = _find_asked(request)
    if asked is None or not _is_current(request, asked):
        return _over(request)
    today = timezone.localdate()
    looked = paying.look_again_asked(asked=asked, on=today)
    made = looked.payment if looked else None
    came_back = bool(looked and looked.redirect_url)
    status = rules.status_of(asked, made, timezone.now())
    if made and status in {AskedStatus.PAID, AskedStatus.WAITING} and not came_back:
        return go_to(request, PAGES.payment, made.reference)
    bills = paying.list_bills(asked=asked, today=today)
    if not (rules.can_be_paid(status) or came_back) or not paying.is_still_owed(asked, bills):
        return _over(request)
    form = HowToPay(request.POST or None, initial={"method": made.method if made else Method.CARD})
    if request.method == "POST" and form.is_valid():
        return _send(request, asked, Method(form.cleaned_data["method"]))
    paying.note_opened(asked=asked, now=timezone.now())
    values = {
        "form": form,
        "asked": asked,
        "purpose": purpose_of(bills),
        "came_back": came_back,
        "test_gateway": settings.PAYMENT_GATEWAY == "sandbox",
    }
    return show(request, "portal/link/pay.html", values)


@require_safe
@never_cache
def payment(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what became of the payment of this browser's link."""
    asked, found = _get_payment(request, reference)
    return steps.show_payment(request, _payer(request, asked), found, "")


@require_safe
@never_cache
def receipt_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the receipt to keep."""
    _asked, found = _get_payment(request, reference)
    return steps.send_pdf(found, "", for_guest=True)


def _send(request: HttpRequest, asked: Asked, method: Method) -> HttpResponse:
    def page_of(made: Payment) -> str:
        return request.build_absolute_uri(reverse(PAGES.payment, args=[made.reference]))

    how = paying.How(
        method,
        return_url=page_of,
        cancel_url=request.build_absolute_uri(reverse(PAGES.confirm)),
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )
    try:
        started = paying.pay_asked(
            asked=asked,
            how=how,
            payer=str(GUEST),
            actor=GUEST,
            now=timezone.now(),
            today=timezone.localdate(),
        )
    except AssistedRefused:
        return _over(request)
    _note_made(request, started.payment)
    if started.redirect_url:
        return SeeOther(started.redirect_url)
    return go_to(request, PAGES.payment, started.payment.reference)


def _find_asked(request: HttpRequest) -> Asked | None:
    """Return what this browser's link asked for, or None where no link was opened."""
    kept = request.session.get(SESSION_KEY)
    return queries.find_asked(asked_id=kept["id"]) if kept else None


def _is_current(request: HttpRequest, asked: Asked) -> bool:
    """Return whether this browser's link was the one sent last: one sent before opens nothing any more."""
    digest = request.session[SESSION_KEY]["token"]
    return queries.has_token(asked_id=asked.id, digest=digest)


def _note_made(request: HttpRequest, made: Payment) -> None:
    """Keep what this browser paid, so that it sees what became of it though the link be sent again."""
    request.session[SESSION_KEY] = {**request.session[SESSION_KEY], "made": made.reference}


def _get_payment(request: HttpRequest, reference: str) -> tuple[Asked, Payment]:
    asked = _find_asked(request)
    found = queries.find_payment(asked=asked) if asked else None
    try:
        wanted = payment_id(reference)
    except BadReference as bad:
        raise Http404 from bad
    if asked is None or found is None or found.id != wanted:
        raise Http404
    is_own = request.session[SESSION_KEY].get("made") == found.reference
    if not is_own and not _is_current(request, asked):
        raise Http404
    return asked, found


def _payer(request: HttpRequest, asked: Asked) -> Payer:
    return Payer(
        actor=GUEST,
        channel=Channel.REPRESENTATIVE,
        account=accounts.get_account(number=asked.account_number),
        till=Till(request.session, "link"),
        today=timezone.localdate(),
        pages=PAGES,
    )


def _over(request: HttpRequest) -> HttpResponse:
    """Say the one thing that is said of every link that opens nothing: mistyped, run out, taken back."""
    return show(request, "portal/link/over.html", status=410)
