"""Finding payments of an account by what a member remembers of them."""

from typing import Any

from openmember.accounts.types import Account
from openmember.kernel.references import BadReference
from openmember.payments import queries
from openmember.payments.types import PaymentPage, payment_id

NEWEST_FIRST, OLDEST_FIRST = "-date", "date"


def find_payments(
    account: Account, wanted: dict[str, Any], *, sort: str, limit: int, offset: int = 0
) -> PaymentPage:
    """Return payments of the account; a receipt number typed as text finds its payment."""
    text = str(wanted.get("q") or "").strip()
    try:
        found = queries.get_payment(numbers=account.numbers, payment_id=payment_id(text))
    except (BadReference, queries.UnknownPayment):
        return _list(account, wanted, _plain(text), sort, limit, offset)
    return PaymentPage((found,), 1, found.created_at)


def _list(
    account: Account, wanted: dict[str, Any], text: str, sort: str, limit: int, offset: int
) -> PaymentPage:
    def newest_first(first: int, count: int) -> PaymentPage:
        return queries.list_payments(
            numbers=account.numbers,
            since=wanted.get("since"),
            until=wanted.get("until"),
            status=wanted.get("status") or None,
            text=text,
            limit=count,
            offset=first,
        )

    if sort != OLDEST_FIRST:
        return newest_first(offset, limit)
    # The oldest first is the newest first read from its end, so the end has to be known.
    total = newest_first(0, 1).total
    first = max(total - offset - limit, 0)
    page = newest_first(first, max(total - offset - first, 0))
    return PaymentPage(page.payments[::-1], total, page.as_of)


def _plain(text: str) -> str:
    """Return an amount as the query compares it, without the dollar sign and the commas."""
    return text.replace("$", "").replace(",", "")
