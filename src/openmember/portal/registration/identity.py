"""Asking who somebody is without telling them anything: one answer for every wrong one."""

from django.http import HttpRequest
from django.utils import timezone

from openmember.accounts import queries as accounts
from openmember.kernel import throttle
from openmember.kernel.visitors import address_of
from openmember.members import proofing
from openmember.members.types import Purpose
from openmember.portal.registration.forms import IdentityForm

# A family on one connection, or a help desk, needs some; a list of stolen cards needs far more.
TRIES_AN_ADDRESS = 20
# What a member can mistype; several members of a family may use the same number.
TRIES_A_NUMBER = 8
WINDOW_SECONDS = 60 * 60


class TooManyTries(Exception):
    """This address, or this number whether it exists or not, was tried too often."""


def prove(request: HttpRequest, form: IdentityForm, purpose: Purpose) -> proofing.Proof:
    """Return who the answers of a valid form prove somebody to be.

    Errors: TooManyTries; members.proofing.NotProven.
    """
    digits = form.recognised.digits
    if not (
        _is_allowed("address", address_of(request), TRIES_AN_ADDRESS)
        and _is_allowed("number", digits, TRIES_A_NUMBER)
    ):
        raise TooManyTries
    account_number = form.recognised.account_number
    people = accounts.list_people(number=account_number or "")
    return proofing.prove_identity(
        purpose=purpose,
        number=digits,
        account_number=account_number,
        member_ids=[member_id for member_id, _relationship in people],
        answers=form.answers(),
        today=timezone.localdate(),
    )


def _is_allowed(scope: str, value: str, limit: int) -> bool:
    return throttle.is_allowed(
        scope=f"identity.{scope}", value=value, limit=limit, window_seconds=WINDOW_SECONDS
    )
