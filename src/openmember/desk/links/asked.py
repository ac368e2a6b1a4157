"""What was asked for by link or on the secure line, of the account that is open."""

from django.http import Http404

from openmember.desk.opened import AccountRequest
from openmember.kernel.references import BadReference
from openmember.payments.assisted import queries
from openmember.payments.assisted.types import Asked, asked_id


def asked_of(request: AccountRequest, reference: str) -> Asked:
    """Return what an address names, or answer 404 where it is none of this account."""
    try:
        return queries.get_asked(
            numbers=request.opened.account.numbers, asked_id=asked_id(reference)
        )
    except (BadReference, queries.UnknownAsked) as unknown:
        raise Http404 from unknown
