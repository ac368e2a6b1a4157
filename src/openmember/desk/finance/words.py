"""What finance calls the sides, rules, checks and codes."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openmember.payments.closing.types import Bucket, Check, Topic
from openmember.payments.reconciliation.types import Side
from openmember.ui.formats import day, dollars

SIDES: dict[Side, Promise] = {
    Side.BANK: _("Bank"),
    Side.PAYOUT: _("Payout"),
    Side.GATEWAY: _("Gateway"),
    Side.BOOKS: _("Books"),
}
RULES: dict[str, Promise] = {
    "reference": _("Same reference"),
    "amount_and_day": _("Amount and day"),
    "sum_of_day": _("Sum of a day"),
    "undone": _("Voided"),
    "fees": _("Fees of a payout"),
    "hand": _("By hand"),
    "explained": _("Explained"),
}
STATES: dict[str, tuple[Promise, str]] = {
    "made": (_("Matched"), "good"),
    "waiting": (_("Waits for a second person"), "caution"),
    "undone": (_("Taken apart"), ""),
    "rejected": (_("Rejected"), "bad"),
}
STATEMENT: dict[str, Promise] = {
    "open_bank": _("At the bank, not in the books"),
    "open_books": _("In the books, not at the bank"),
    "settled_ahead": _("Booked as settled before the bank had it"),
    "posted_ahead": _("Posted before the payout was here"),
    "gateway_only": _("Paid out by the gateway, not in the books"),
    "not_loaded": _("Posted since the last run"),
}
TOPICS: dict[Topic, Promise] = {
    Topic.TURN: _("The month is over, and those before it are closed"),
    Topic.BOOKS: _("The books are proved"),
    Topic.BANK_DAYS: _("Every bank day is in"),
    Topic.RECONCILED: _("Reconciled to the last day"),
    Topic.DIFFERENCES: _("Late differences are matched or explained"),
    Topic.UNKNOWN_PAYMENTS: _("No payment waits for its outcome"),
    Topic.PREMIUM_RUN: _("Premiums of the month were billed"),
    Topic.EXCEPTIONS: _("No exception of a file is old"),
}
BUCKETS: dict[Bucket, Promise] = {
    Bucket.NOT_DUE: _("Not due"),
    Bucket.UNTIL_30: _("1 to 30 days"),
    Bucket.UNTIL_60: _("31 to 60 days"),
    Bucket.UNTIL_90: _("61 to 90 days"),
    Bucket.OVER_90: _("Over 90 days"),
}
METHODS: dict[str, Promise] = {
    "card": _("Card"),
    "ach": _("Bank account"),
    "cash": _("Cash"),
    "check": _("Check"),
    "wire": _("Wire"),
    "transfer": _("Transfer"),
    "other": pgettext_lazy("way of paying", "Other"),
}
CHANNELS: dict[str, Promise] = {
    "web": _("Web"),
    "guest": _("Guest"),
    "app": _("App"),
    "phone": _("Phone"),
    "counter": _("Counter"),
    "wire": _("Wire"),
    "bank": _("Bank"),
    "lockbox": _("Lockbox"),
    "autopay": _("Automatic payments"),
    "desk": _("Desk"),
    "command": _("Command"),
    "representative": _("Representative"),
    "recon": _("Fees and differences"),
}


def channel(name: str) -> str:
    """Return what a channel is called; one without words shows its own name."""
    return str(CHANNELS.get(name, name.replace("_", " ")))


def found(check: Check) -> str:
    """Return what a check found, in a few words."""
    if check.is_ok is None:
        return _text("Not looked at yet")
    if check.is_ok:
        return ""
    if check.days:
        named = ", ".join(day(one, "short") for one in check.days[:3])
        more = len(check.days) - 3
        return (
            _text("%(days)s and %(more)s more") % {"days": named, "more": more}
            if more > 0
            else named
        )
    if check.cents:
        return _text("%(count)s, %(amount)s") % {
            "count": check.count,
            "amount": dollars(check.cents),
        }
    return str(check.count) if check.count else _text("No")


def age(from_days: int, until_days: int | None) -> str:
    """Return an age as a range of days."""
    if until_days is None:
        return _text("Over %(days)s days") % {"days": from_days - 1}
    return _text("%(first)s to %(last)s days") % {"first": from_days, "last": until_days}
