"""Asking for a payment: what is asked, who may, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from openmember.billing.types import Bill
from openmember.kernel import throttle
from openmember.payments.assisted.services.refusals import AssistedRefused

DAY_SECONDS, HOUR_SECONDS = 24 * 60 * 60, 60 * 60
# A member who mislays a link needs a few more; who sends them about in numbers is somebody else.
LINKS_AN_ACCOUNT, LINKS_A_PERSON, LINKS_A_DESTINATION = 10, 60, 6
MOST_CENTS = 25_000_00


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be paid: an amount, and the bills it is for or none for the oldest first."""

    amount_cents: int
    bills: tuple[Bill, ...] = ()
    language: str = ""

    @property
    def bill_ids(self) -> list[int]:
        return [bill.id for bill in self.bills]


def check_wanted(wanted: Wanted, open_bills: Sequence[Bill]) -> None:
    """Errors: AssistedRefused when the bills are not open or the amount is more than they are."""
    still_open = {bill.id for bill in open_bills}
    if any(bill.id not in still_open for bill in wanted.bills):
        raise AssistedRefused("paid", _("one of these bills was paid meanwhile"))
    limit = sum(bill.open_cents for bill in wanted.bills) if wanted.bills else MOST_CENTS
    if wanted.amount_cents > min(limit, MOST_CENTS):
        raise AssistedRefused("too_much", _("the amount is more than these bills have open"))


def count_link(*, account_number: str, actor: str, sent_to: str) -> None:
    """Count one link about to be sent. Errors: AssistedRefused when there were too many."""
    counts = (
        ("link-account", account_number, LINKS_AN_ACCOUNT, DAY_SECONDS),
        ("link-staff", actor, LINKS_A_PERSON, HOUR_SECONDS),
        ("link-destination", sent_to.lower(), LINKS_A_DESTINATION, HOUR_SECONDS),
    )
    allowed = [
        throttle.is_allowed(scope=scope, value=value, limit=limit, window_seconds=seconds)
        for scope, value, limit, seconds in counts
    ]
    if not all(allowed):
        raise AssistedRefused("too_many", _("too many links were sent; wait before the next"))


def page_language(code: str) -> str:
    """Return the language of pages for what a plan calls a member's language."""
    known = {name for name, _words in settings.LANGUAGES}
    wanted = {"zh": "zh-hant", "zh-tw": "zh-hant", "chinese": "zh-hant", "spanish": "es"}
    code = code.lower()
    code = wanted.get(code, code)
    return code if code in known else str(settings.LANGUAGE_CODE)
