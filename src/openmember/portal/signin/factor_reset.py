"""Taking away second factors somebody lost: by a link to their mailbox, and their password.

The link is only sent to whom answered the questions of `members.proofing`. It works once and for half an
hour: its mark is made of the password and the factors, and so is void as soon as either changes.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

LINK_SECONDS = 30 * 60
_SALT = "openmember.factor_reset"


class BadLink(Exception):
    """The link is old, was used, or was never ours."""


def make_url(user: Any) -> str:
    """Return the address that lets this user take their second factors away."""
    token = signing.dumps([user.pk, _mark(user)], salt=_SALT)
    return f"{settings.SITE_URL}{reverse('portal:factor_reset', args=[token])}"


def user_of(token: str) -> Any:
    """Return the user a link was made for. Errors: BadLink."""
    try:
        user_id, mark = signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)
    except signing.BadSignature as bad:
        raise BadLink from bad
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None or not constant_time_compare(mark, _mark(user)):
        raise BadLink
    return user


def remove_factors(user: Any) -> None:
    """Take away every second factor and passkey of this user, and every recovery code; say so by mail."""
    Authenticator.objects.filter(user_id=user.pk).delete()
    get_adapter().send_notification_mail("account/email/factors_removed", user)


def _mark(user: Any) -> str:
    factors = Authenticator.objects.filter(user_id=user.pk).order_by("pk")
    state = [user.password, *map(str, factors.values_list("pk", flat=True))]
    return salted_hmac(_SALT, " ".join(state), algorithm="sha256").hexdigest()
