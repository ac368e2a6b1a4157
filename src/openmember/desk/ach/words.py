"""Words for what `payments.ach` names by codes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openmember.payments.ach.types import Action, ReturnedEntry

ACTIONS: dict[Action, Promise] = {
    Action.RETRY: _("Presented again"),
    Action.NEW_ACCOUNT: _("Stopped: a new bank account is needed"),
    Action.STOP: _("Stopped: no further debits"),
    Action.CORRECT: _("For a person: correct and submit once more"),
    Action.REVIEW: _("For a person to look at"),
    Action.ALERT: _("For a person: our file was at fault"),
    Action.CHECK: _("For a person: send a check"),
}
KINDS: dict[str, Promise] = {
    "unmatched": _("Matches no entry of ours"),
    "ambiguous": _("Matches more than one entry"),
    "review": _("Has to be looked at"),
    "late": _("Came after its time"),
    "after_refund": _("Came back after it was refunded"),
    "refund_came_back": _("A refund came back"),
    "change": _("A correction that is not of a bank account"),
}
WHAT_TO_DO: dict[str, Promise] = {
    "unmatched": _("Find out from the bank whose it is. Nothing was posted."),
    "ambiguous": _("Ask the bank for the account number it returned. Nothing was posted."),
    "review": _("Read the reason, settle it with the member, and note what was agreed."),
    "late": _("It is booked. Ask our bank to dishonor it where the rules allow that."),
    "after_refund": _("It is booked, and the member was billed what they had back already."),
    "refund_came_back": _("The money is credit again. Send a check, or ask for another account."),
    "change": _("The bank says our own data is wrong. Have it corrected before the next file."),
}


def what_followed(one: ReturnedEntry) -> str:
    """Return what was done with an entry that came back."""
    if one.kind == "credit":
        return str(_("Credit of the member again"))
    if one.outcome == "after_refund":
        return str(_("The member was billed what was refunded"))
    if one.action is Action.RETRY and one.retried_on is None:
        return str(_("Not presented again"))
    return str(ACTIONS[one.action])
