"""Every kind of refusal, as members read it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of refusal: its status and its words."""

    status: int
    title: Promise | str
    detail: Promise | str


KINDS = {
    "bad-request": Kind(
        400,
        _("This cannot be read"),
        _("The app sent something we cannot read. Nothing was changed."),
    ),
    "idempotency-key-missing": Kind(
        400,
        _("The key is missing"),
        _("The app has to send an Idempotency-Key header. Nothing was changed."),
    ),
    "unauthorized": Kind(
        401,
        _("Please connect the app again"),
        _("The app is not connected, or its permission has run out."),
    ),
    "payment-declined": Kind(
        402,
        _("The payment was declined"),
        _("Nothing was paid. Pay another way, or try again later."),
    ),
    "forbidden": Kind(403, _("This is not allowed"), _("You may not see or do this.")),
    "insufficient-scope": Kind(
        403,
        _("The app may not do this"),
        _("You have not allowed the app to do this. Connect it again to allow it."),
    ),
    "no-account": Kind(
        403,
        _("There is no account under your name"),
        _("Somebody else holds your family's account. You can still pay with the bill pay number."),
    ),
    "not-found": Kind(404, _("This is not there"), _("There is nothing here, or it is not yours.")),
    "method-not-allowed": Kind(
        405,
        _("This cannot be done here"),
        _("The app asked for something that this address does not do."),
    ),
    "not-acceptable": Kind(
        406, _("This form is not to be had"), _("The document cannot be made in this form here.")
    ),
    "owed-otherwise": Kind(
        409,
        _("What you owe has changed"),
        _("What you owe has changed since you chose. Nothing was paid. Please choose again."),
    ),
    "more-than-open": Kind(
        409,
        _("This is more than is left to pay"),
        _("The bills you chose have less left to pay. Nothing was paid."),
    ),
    "unknown-bill": Kind(
        409,
        _("A bill is not there"),
        _("One of the bills you chose is not on your account. Nothing was changed."),
    ),
    "unknown-tender": Kind(
        409,
        _("This card or bank account cannot be used"),
        _("It is not kept here, or it was stopped. Nothing was paid. Choose another."),
    ),
    "bad-bank-account": Kind(
        409,
        _("This bank account cannot be used"),
        _(
            "No bank has this routing number, or the account number is not right. Please check each digit."
        ),
    ),
    "payment-refused": Kind(
        409, _("The payment could not be taken"), _("Nothing was paid. Please choose again.")
    ),
    "agreement-changed": Kind(
        409,
        _("The words have changed"),
        _("These words changed. Please read them once more. Nothing was agreed."),
    ),
    "not-allowed-now": Kind(
        409,
        _("This has changed already"),
        _("It was changed or stopped already. Look at what stands now."),
    ),
    "no-offer": Kind(
        409,
        _("There is no plan like this"),
        _("We cannot offer these terms for these bills. Choose others, or call us."),
    ),
    "in-flight": Kind(
        409,
        _("This is under way"),
        _("The same request is being worked on. Wait a moment, then ask again."),
    ),
    "too-large": Kind(413, _("This is too large"), _("The app sent more than we take at once.")),
    "invalid": Kind(
        422,
        _("Something is not right"),
        _("A part of what the app sent is missing or wrong. Nothing was changed."),
    ),
    "idempotency-key-reused": Kind(
        422,
        _("The key was used before"),
        _("The app used the key of another request. Nothing was changed."),
    ),
    "too-many-requests": Kind(
        429, _("Too many requests"), _("The app asked too often. Wait a little, then try again.")
    ),
    "server-error": Kind(
        500,
        _("Something went wrong here"),
        _("This is our fault. Before you pay again, look at your payments."),
    ),
    "unavailable": Kind(
        503, _("We are closed for a moment"), _("Please try again in a few minutes.")
    ),
}
