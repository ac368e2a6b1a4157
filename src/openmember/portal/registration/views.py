"""Registering: prove who you are, choose how to sign in, prove the e-mail address, done."""

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import EmailAddress, Login
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from openmember.members import proofing
from openmember.members.types import Purpose
from openmember.portal.registration import identity, jobs, mails, pending
from openmember.portal.registration.forms import CodeForm, IdentityForm, SignInForm
from openmember.portal.registration.pending import Pending
from openmember.ui.errors import too_many_requests
from openmember.ui.pages import go_to, show

PAGES = "portal/registration"
STEPS = (lazy("Who you are"), lazy("How you sign in"), lazy("Your email"))


def register_step(
    view: Callable[[HttpRequest, Pending], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Serve a later step to whom came through the first, and send others to it."""

    @never_cache
    @require_http_methods(["GET", "POST"])
    @sensitive_post_parameters()
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        under_way = pending.find(request)
        return view(request, under_way) if under_way else go_to(request, "portal:register")

    return guarded


@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """Ask for the number and the answers. Whatever is wrong with them, the page says the same."""
    if request.user.is_authenticated:
        return go_to(request, "portal:account")
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proof = identity.prove(request, form, Purpose.REGISTRATION)
        except identity.TooManyTries:
            return too_many_requests(request, wait_seconds=identity.WINDOW_SECONDS)
        except proofing.NotProven as refused:
            # Queued for everybody, so that only the mailbox shows who is registered.
            jobs.tell_registered.defer(user_id=refused.user_id, language=get_language())
            form.add_error(None, _("We could not match these answers to a member."))
        else:
            pending.begin(request, proof.member_id)
            return go_to(request, "portal:register_sign_in")
    return show(request, f"{PAGES}/who.html", {"form": form, "steps": STEPS, "step": 1})


@register_step
def choose_sign_in(request: HttpRequest, under_way: Pending) -> HttpResponse:
    """Ask for an e-mail address and a password, and send a code to the address."""
    form = SignInForm(request.POST or None, initial={"email": under_way.email})
    if request.method == "POST" and form.is_valid():
        if not under_way.may_send_code:
            return too_many_requests(request, wait_seconds=pending.KEPT_SECONDS)
        under_way.email = form.cleaned_data["email"]
        under_way.password_hash = make_password(form.cleaned_data["password"])
        _send_code(request, under_way)
        return go_to(request, "portal:register_code")
    return show(request, f"{PAGES}/sign_in.html", {"form": form, "steps": STEPS, "step": 2})


@register_step
def confirm_email(request: HttpRequest, under_way: Pending) -> HttpResponse:
    """Ask for the code; the right one makes the sign-in and opens it."""
    if not under_way.code_digest:
        return go_to(request, "portal:register_sign_in")
    again = "again" in request.POST
    form = CodeForm(None if again else request.POST or None)
    if again and under_way.may_send_code:
        _send_code(request, under_way)
        return go_to(request, "portal:register_code")
    if request.method == "POST" and form.is_valid():
        if not under_way.may_try:
            form.refuse(_("That code was tried too often. Ask for a new one."))
        elif under_way.takes(form.cleaned_data["code"]):
            return _complete(request, under_way)
        else:
            form.refuse(_("That is not the code we sent last. Check it, or ask for a new one."))
        pending.keep(request, under_way)
    context = {"form": form, "pending": under_way, "steps": STEPS, "step": 3}
    return show(request, f"{PAGES}/code.html", context)


@never_cache
@require_safe
@login_required
def registered(request: HttpRequest) -> HttpResponse:
    """Say that it worked, and offer what makes signing in safer and easier."""
    return show(request, f"{PAGES}/done.html")


@require_safe
def lost_number(request: HttpRequest) -> HttpResponse:
    """Say where the number stands, and whom to call. It is never shown to somebody not signed in."""
    return show(request, f"{PAGES}/lost_number.html")


def _send_code(request: HttpRequest, under_way: Pending) -> None:
    """Send a code, or tell whoever owns the address that it is in use: one message either way."""
    code = under_way.new_code()
    language = get_language() or "en"
    if proofing.has_sign_in(email=under_way.email):
        mails.send("already_registered", to=under_way.email, language=language)
    else:
        mails.send("registration_code", to=under_way.email, language=language, code=code)
    pending.keep(request, under_way)


def _complete(request: HttpRequest, under_way: Pending) -> HttpResponse:
    pending.forget(request)
    try:
        with transaction.atomic():
            user_id = proofing.give_sign_in(
                member_id=under_way.member_id,
                email=under_way.email,
                password_hash=under_way.password_hash,
            )
            EmailAddress.objects.create(
                user_id=user_id, email=under_way.email, verified=True, primary=True
            )
    except proofing.SignInTaken:
        return go_to(request, "account_login")
    user = get_user_model().objects.get(pk=user_id)
    response = perform_login(request, Login(user=user, redirect_url=reverse("portal:registered")))
    # The password was chosen a moment ago: adding a passkey next need not ask for it again.
    reauthenticate_by_password(request)
    return response
