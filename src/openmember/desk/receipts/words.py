"""What the desk says of receipts."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from openmember.payments.receipts.types import Fact, How, Suggestion

SOURCES: dict[str, Promise] = {
    "bank": _("Bank statement"),
    "notice": _("Bank advice"),
    "lockbox": _("Lockbox"),
    "ach": _("ACH credit"),
}
REASONS: dict[str, Promise] = {
    "nothing": _("No number in it"),
    "unsure": _("What it says is not sure"),
    "several": _("It names several accounts"),
    "restated": _("The bank stated the day anew"),
    "twin": _("Another file may have told of it"),
    "refused": _("The account takes no payments"),
}
HOWS: dict[How, Promise] = {
    How.SCAN_LINE: _("the coupon’s scan line"),
    How.NUMBER: _("the bill pay number as it stands"),
    How.READ: _("the number, with letters read as digits"),
    How.OTHER_LABEL: _("the number, which the text calls something else"),
    How.LEGACY: _("a number from before, which has no check digits"),
    How.REPAIRED: _("the number after one slip was mended"),
    How.MRN: _("a medical record number"),
    How.NAME: _("no number"),
}
FACTS: dict[Fact, Promise] = {
    Fact.NAME: _("somebody on the account is named"),
    Fact.AMOUNT: _("exactly what is open"),
    Fact.PAIR: _("this payer paid for it before"),
}
KINDS: dict[str, Promise] = {
    "post": _("Posted to an account"),
    "return": _("Returned to the sender"),
    "release": _("Left to reconciliation"),
}
STATES: dict[str, Promise] = {
    "proposed": _("Waits for a second person"),
    "made": _("Done"),
    "paid": _("Paid out"),
    "rejected": _("Turned down"),
}


def why(suggestion: Suggestion) -> str:
    """Return what speaks for a suggestion, in words."""
    facts: list[Promise] = [FACTS[one] for one in Fact if one in suggestion.facts]
    said = str(HOWS[suggestion.how])
    for fact in facts:
        said = str(format_lazy("{said}; {fact}", said=said, fact=fact))
    return said[:1].upper() + said[1:]
