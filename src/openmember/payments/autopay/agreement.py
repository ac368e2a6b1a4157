"""The words a member agrees to before anything is drawn: the same on every surface and in the record."""

from django.utils.translation import gettext as _

from openmember.payments.autopay.types import Terms, What
from openmember.ui.formats import dollars


def agreement_of(*, terms: Terms, tender: str, organisation: str) -> str:
    """Return the text a member agrees to, in the language now in force. It is kept word for word.

    Source: 12 CFR 1005.10(b): terms clear and readily understandable, and how to end them.
    """
    if terms.what is What.PREMIUM:
        which = _("my monthly premium bills")
    else:
        which = _("all my bills: premium, medical and pharmacy, and payment plans")
    values = {"organisation": organisation, "tender": tender, "which": which}
    parts = [
        _("I allow %(organisation)s to take payments from %(tender)s for %(which)s.") % values,
        _("Each payment is the full amount of what is due, on the day it is due."),
    ]
    if terms.cap_cents is not None:
        parts.append(
            _("No single payment is more than %(amount)s. I pay the rest myself.")
            % {"amount": dollars(terms.cap_cents)}
        )
    parts += [
        _("When an amount is not the same as the last one, I am told at least 10 days ahead."),
        _(
            "I can skip a payment, pause or stop at any time in my account or by phone. This"
            " permission stays until I stop it."
        ),
    ]
    return " ".join(parts)
