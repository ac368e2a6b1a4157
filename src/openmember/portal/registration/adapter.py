"""How sign-in behaves where django-allauth asks."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openmember.kernel.audit import services as audit
from openmember.kernel.visitors import address_of
from openmember.members.queries import actor_of
from openmember.members.types import GUEST
from openmember.portal.device.leaving import hand_over
from openmember.portal.registration.mails import as_html

CONFIRM_WITH = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code from your authenticator app"),
    "mfa_reauthenticate:webauthn": _("Use your passkey"),
}


class MemberAccountAdapter(DefaultAccountAdapter):
    """Members register with their number on our own page; staff are added by an operator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        staff = request.user.is_authenticated and request.user.is_staff
        return reverse("desk:find" if staff else "portal:account")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        # Registration proved the address, or an operator vouched for it; the library takes an address
        # it has no record of for one that waits to be confirmed, and drops it when another comes.
        email = getattr(user, user.get_email_field_name())
        EmailAddress.objects.get_or_create(
            user_id=user.pk, email=email, defaults={"verified": True, "primary": True}
        )
        super().login(request, user)
        _audit("session.open", user)

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **known: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **known)
        hand_over(request, response, user)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # Not even the address: it is as often a password typed into the wrong field.
        audit.record(actor=str(GUEST), action="session.refused")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Audit and tell by e-mail what changed about a sign-in; the library does both through here."""
        _audit("security.change", user, change=template_prefix.rpartition("/")[2])
        super().send_notification_mail(template_prefix, user, context, email)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        # The library asks its own table only, and somebody an operator added may not be in it.
        others = get_user_model().objects.exclude(pk=email_address.user_id)
        if others.filter(email__iexact=email_address.email).exists():
            return False
        return bool(super().confirm_email(request, email_address))

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": CONFIRM_WITH[method["id"]]} for method in methods]

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Render the library's message, and its text as simple HTML beside it."""
        message = super().render_mail(template_prefix, email, context, headers)
        if isinstance(message, EmailMultiAlternatives):
            message.attach_alternative(
                as_html(str(message.subject), str(message.body)), "text/html"
            )
        return message


def _audit(action: str, user: AbstractBaseUser, **detail: str) -> None:
    actor = actor_of(cast(Any, user))
    audit.record(actor=str(actor), action=action, member_id=actor.member_id, **detail)
