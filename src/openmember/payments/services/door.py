"""The one door: every channel's payment comes through `take_payment` or, with a gateway, `begin_payment`."""

from pathlib import Path

from django.conf import settings

from openmember.accounts.types import Account
from openmember.kernel.sql import Refused, fetch_one, sql_text
from openmember.members.types import Actor
from openmember.payments import queries
from openmember.payments.types import Method, Payment, PaymentRequest, Status

SQL = Path(__file__).parents[1] / "sql"


class KeyReused(Exception):
    """The key was used before for a payment with other contents. Nothing was taken."""


class PaymentRefused(Exception):
    """The payment cannot be taken as asked; nothing was taken and the key is unused."""


def take_payment(*, account: Account, request: PaymentRequest, actor: Actor) -> Payment:
    """Take money that is here already: cash, a check, a line of a bank file. Return the payment.

    It settles the bills named, else the oldest due first in the configured order of lines; what is left
    is credit. A repeated key with the same contents returns the first payment.
    Errors: KeyReused, PaymentRefused.
    Locks:  the account's balance row.
    """
    return _post(account=account, request=request, actor=actor, status=Status.ACCEPTED)


def begin_payment(
    *, account: Account, request: PaymentRequest, gateway: str, actor: Actor
) -> Payment:
    """Note the intent to take money through a gateway, before the gateway is called. Errors: as above."""
    return _post(
        account=account, request=request, actor=actor, status=Status.AUTHORISING, gateway=gateway
    )


def _post(
    *,
    account: Account,
    request: PaymentRequest,
    actor: Actor,
    status: Status,
    gateway: str = "",
) -> Payment:
    if request.method is Method.TRANSFER:
        # Money changes accounts only where two accounts are joined, which posts both sides.
        raise PaymentRefused("a transfer is no way to pay")
    try:
        posted = fetch_one(
            sql_text(SQL / "post.sql"),
            {
                "number": account.number,
                "key": request.key,
                "amount": request.amount_cents,
                "method": request.method.value,
                "channel": request.channel.value,
                "bills": list(request.bill_ids),
                "order": line_order(),
                "effective_on": request.effective_on,
                "payer": request.payer,
                "actor": str(actor),
                "status": status.value,
                "gateway": gateway,
                "tender": request.tender,
            },
        )
    except Refused as refused:
        if refused.name == "key_reused":
            raise KeyReused(request.key) from refused
        raise PaymentRefused(refused.detail or refused.name) from refused
    return queries.payment_from_row(posted)


def line_order() -> list[str]:
    """Return the lines of business in the order in which bills due on one day are settled."""
    return list(settings.ALLOCATION_ORDER)
