"""Words for where callers were, and for what they typed wrong."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

LANGUAGES: dict[str, Promise] = {
    "en": gettext_lazy("English"),
    "es": gettext_lazy("Spanish"),
    "zh": gettext_lazy("Chinese"),
}
PLACES: dict[str, Promise] = {
    "language": gettext_lazy("Choosing a language"),
    "main": gettext_lazy("At the first menu"),
    "number": gettext_lazy("Entering the bill pay number"),
    "choice": gettext_lazy("After the bill pay number"),
    "factor": gettext_lazy("Proving who they are"),
    "due": gettext_lazy("Hearing what is due"),
    "amount": gettext_lazy("Entering an amount"),
    "check": gettext_lazy("Checking an amount"),
    "method": gettext_lazy("Choosing a card or a bank account"),
    "capture": gettext_lazy("Entering a card or a bank account"),
    "confirm": gettext_lazy("About to pay"),
    "paying": gettext_lazy("While the payment was made"),
    "receipt": gettext_lazy("After the payment"),
    "lost_mrn": gettext_lazy("Looking for a lost number"),
    "lost_birth": gettext_lazy("Looking for a lost number"),
    "lost_zip": gettext_lazy("Looking for a lost number"),
    "lost_read": gettext_lazy("Hearing a lost number"),
    "transfer": gettext_lazy("Back from the secure line"),
}


def note(text: str) -> str:
    """Return one thing that went wrong as a sentence: `number check 12` is a kind, a reason and a length."""
    kind, *rest = text.split()
    if kind == "number":
        return _number_note(*rest)
    if kind == "factor":
        return _("Birth date or ZIP code did not match, three times.")
    return _("The answers for a lost number did not match.")


def _number_note(reason: str, digits: str) -> str:
    count = int(digits)
    typed = ngettext("%(count)d digit", "%(count)d digits", count) % {"count": count}
    if reason == "mrn":
        return _("Typed what looks like a medical record number (%(digits)s).") % {"digits": typed}
    return _("Typed a number that leads to no account (%(digits)s).") % {"digits": typed}
