"""Posting one premium payment whole: transfers for an exchange's money, the door's batch for premiums."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.utils import IntegrityError

from openmember.kernel.sql import Refused, fetch_all, fetch_one, sql_text
from openmember.members.types import Actor
from openmember.payments.batch import BatchPayment, post_batch
from openmember.payments.remittances.rules import METHODS
from openmember.payments.remittances.types import Found, Reason
from openmember.payments.types import Channel

_TRACE = "payments_remittance_trace"  # the index that lets a trace be posted once
SQL = Path(__file__).parents[1] / "sql"
_MESSAGES = {
    Reason.UNKNOWN_KIND: "What the line {code} is money for is not known.",
    Reason.UNKNOWN_ACCOUNT: "None of the numbers leads to an account ({lines} to post).",
    Reason.AMBIGUOUS: "The numbers lead to more than one account ({lines} to post).",
    Reason.NAME_DIFFERS: "A number is known, but under another name ({lines} to post).",
    Reason.TAKES_BACK: "The payment takes more back from an account than it brings.",
}


class CannotPost(Exception):
    """The payment cannot be posted; the message says why in words. Nothing of it was."""


def list_troubles(*, remittance_id: int) -> list[Found]:
    """Return the lines that keep a payment from being posted, in their order."""
    return [
        Found(
            segment_number=row.segment_number,
            reason=Reason(row.reason),
            message=_message(row),
            position=row.position,
        )
        for row in fetch_all(sql_text(SQL / "troubles.sql"), {"id": remittance_id})
    ]


def _message(row: Any) -> str:
    lines = "1 line" if row.lines == 1 else f"{row.lines} lines"
    return _MESSAGES[Reason(row.reason)].format(code=row.code, lines=lines)


@transaction.atomic
def post_remittance(*, remittance_id: int, actor: Actor) -> None:
    """Post every line of a payment, or nothing of it. Errors: CannotPost.

    Locks: the balance rows of all its accounts, in their order, to the end of the transaction.
    """
    params = {"id": remittance_id, "actor": str(actor)}
    try:
        fetch_all("SELECT payments_remit_transfers(%(id)s, %(actor)s)", params)
        if payments := _payments(remittance_id):
            _post(payments, actor)
        fetch_all("SELECT payments_remit_finish(%(id)s)", params)
    except IntegrityError as error:
        if _TRACE not in str(error):
            raise
        raise CannotPost("a payment with this trace was posted meanwhile") from error
    except Refused as refused:
        raise CannotPost(refused.detail or refused.name.replace("_", " ")) from refused


def _post(payments: list[BatchPayment], actor: Actor) -> None:
    result = post_batch(rows=payments, actor=actor)
    if result.refused:
        reason = result.refused[0].reason.replace("_", " ")
        raise CannotPost(f"the door refused a payment: {reason}")


def _payments(remittance_id: int) -> list[BatchPayment]:
    paid = fetch_one(
        "SELECT payer_name, trace, method, ledger_open_on(paid_on) AS effective_on"
        " FROM payments_remittance WHERE id = %(id)s",
        {"id": remittance_id},
    )
    return [
        BatchPayment(
            number=row.account_number,
            key=f"820:{remittance_id}:{row.position}",
            amount_cents=row.amount_cents,
            method=METHODS[paid.method],
            channel=Channel.BANK,
            payer=paid.payer_name,
            effective_on=paid.effective_on,
            bill_id=row.bill_id,
            tender=paid.trace,
        )
        for row in fetch_all(sql_text(SQL / "payments.sql"), {"id": remittance_id})
    ]
