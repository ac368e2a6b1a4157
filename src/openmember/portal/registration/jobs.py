"""Telling people by e-mail what a page must not say. Queued, so that no page is slower for it."""

from django.contrib.auth import get_user_model
from procrastinate.contrib.django import app

from openmember.portal.registration import mails
from openmember.portal.signin import factor_reset


@app.task(pass_context=False)
def tell_registered(user_id: int | None, language: str) -> None:
    """Tell somebody who registered before how to sign in. Nobody is told when `user_id` is None."""
    for user in get_user_model().objects.filter(pk__in=[user_id], is_active=True):
        mails.send("already_registered", to=user.email, language=language)


@app.task(pass_context=False)
def send_factor_reset(user_id: int | None, language: str) -> None:
    """Send the link that takes the second factors away. Nothing is sent when `user_id` is None."""
    for user in get_user_model().objects.filter(pk__in=[user_id], is_active=True):
        url = factor_reset.make_url(user)
        mails.send("factor_reset", to=user.email, language=language, reset_url=url)
