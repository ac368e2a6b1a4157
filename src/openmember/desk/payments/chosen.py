"""The payment that a page or an act is about."""

from django.http import Http404

from openmember.desk.acts import Act
from openmember.desk.opened import AccountRequest
from openmember.kernel.references import BadReference
from openmember.payments import queries
from openmember.payments.types import Payment, payment_id


def payment_of(request: AccountRequest, reference: str) -> Payment:
    """Return a payment of the account that is open; any other is not found."""
    try:
        return queries.get_payment(
            numbers=request.opened.account.numbers, payment_id=payment_id(reference)
        )
    except (BadReference, queries.UnknownPayment) as unknown:
        raise Http404 from unknown


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


def act_on(
    payment: Payment, *, title: str, submit: str, lead: str = "", is_grave: bool = False
) -> Act:
    """Return what the page of an act on this payment says."""
    return Act(
        title=title % {"reference": payment.reference}, submit=submit, lead=lead, is_grave=is_grave,
        back=("desk:payment", payment.reference), place="payments",
    )  # fmt: skip
