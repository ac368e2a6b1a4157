"""The payment that a page or an act is about."""

from django.http import Http404

from openmember.desk.acts import Act
from openmember.desk.opened import AccountRequest
from openmember.kernel.references import BadReference, identity
from openmember.payments import queries
from openmember.payments.types import Method, Payment, Refund, Status, payment_id


def payment_of(request: AccountRequest, reference: str) -> Payment:
    """Return a payment of the account that is open; any other is not found."""
    try:
        return queries.get_payment(
            numbers=request.opened.account.numbers, payment_id=payment_id(reference)
        )
    except (BadReference, queries.UnknownPayment) as unknown:
        raise Http404 from unknown


def refund_of(payment: Payment, reference: str) -> Refund:
    """Return a refund of this payment; any other is not found."""
    try:
        wanted = identity("R", reference)
    except BadReference as unknown:
        raise Http404 from unknown
    for refund in queries.list_refunds(payment=payment):
        if refund.id == wanted:
            return refund
    raise Http404


def movable_payment_of(request: AccountRequest, reference: str) -> Payment:
    """Return a payment whose money can be put elsewhere; any other is not found."""
    payment = payment_of(request, reference)
    if not is_movable(request, payment):
        raise Http404
    return payment


def is_movable(request: AccountRequest, payment: Payment) -> bool:
    """Return whether the money is here, under the account's own number.

    What was paid under a number joined to it stays as it was: the bills there were moved away.
    """
    return payment.has_arrived and payment.account_number == request.opened.account.number


def came_from_joined_account(payment: Payment) -> bool:
    """Return whether joining accounts moved the money here: then nobody paid it who could get it back."""
    return payment.method is Method.TRANSFER


def is_credit_again(payment: Payment) -> bool:
    """Return whether a refund taken back is credit; not when the bank took the whole payment back."""
    return payment.status not in {Status.RETURNED, Status.CHARGED_BACK}


def act_on(
    payment: Payment, *, title: str, submit: str, lead: str = "", is_grave: bool = False
) -> Act:
    """Return what the page of an act on this payment says."""
    return Act(
        title=title % {"reference": payment.reference}, submit=submit, lead=lead, is_grave=is_grave,
        back=("desk:payment", payment.reference), place="payments",
    )  # fmt: skip
