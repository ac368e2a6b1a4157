"""Getting back in without the second factor. Everything else about signing in is django-allauth's."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from openmember.members import proofing
from openmember.members.types import Purpose
from openmember.portal.registration import identity, jobs
from openmember.portal.registration.forms import IdentityForm
from openmember.portal.signin import factor_reset
from openmember.portal.signin.forms import PasswordForm
from openmember.ui.errors import too_many_requests
from openmember.ui.pages import go_to, show

PAGES = "portal/signin"
_LINK = "factor_reset"


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def lost_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the number and the answers; what comes next is in the mailbox, or nowhere."""
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user_id = identity.prove(request, form, Purpose.RECOVERY).user_id
        except identity.TooManyTries:
            return too_many_requests(request, wait_seconds=identity.WINDOW_SECONDS)
        except proofing.NotProven:
            user_id = None
        jobs.send_factor_reset.defer(user_id=user_id, language=get_language())
        return go_to(request, "portal:lost_factor_sent")
    return show(request, f"{PAGES}/lost_factor.html", {"form": form})


@require_safe
def lost_factor_sent(request: HttpRequest) -> HttpResponse:
    """Say the same to everybody."""
    return show(request, f"{PAGES}/lost_factor_sent.html")


@never_cache
@require_safe
def follow_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address before a page is shown under it."""
    request.session[_LINK] = token
    return go_to(request, "portal:factor_remove")


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def remove_factors(request: HttpRequest) -> HttpResponse:
    """Ask for the password, then take the second factors away."""
    try:
        user = factor_reset.user_of(request.session.get(_LINK, ""))
    except factor_reset.BadLink:
        return show(request, f"{PAGES}/link_expired.html", status=410)
    form = PasswordForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and _is_password_right(request, form, user.email)
    ):
        del request.session[_LINK]
        # A sign-in that waits for the second factor would ask for it once more.
        clear_login(request)
        factor_reset.remove_factors(user)
        messages.success(request, _("The second factor is gone. Sign in, then set up a new one."))
        return go_to(request, "account_login")
    return show(request, f"{PAGES}/remove_factors.html", {"form": form})


def _is_password_right(request: HttpRequest, form: PasswordForm, email: str) -> bool:
    """Check the password, counted like a sign-in, and say what is wrong with it."""
    password = form.cleaned_data["password"]
    try:
        if get_adapter().authenticate(request, email=email, password=password):
            return True
    except ValidationError as too_often:
        form.add_error("password", too_often)
        return False
    form.add_error("password", _("That is not the password."))
    return False
