"""What tests of returns share: a debit drawn, and what became of it."""

from openmember.kernel.sql import fetch_one
from openmember.payments import queries
from openmember.payments.ach import queries as ach
from openmember.payments.ach.testing import a_debit, a_file, entries_of
from openmember.payments.types import Status


def again(payment):
    return queries.get_payment(numbers=(payment.account_number,), payment_id=payment.id)


def drawn(tmp_path, account, cents=40_00, *, settled=True, **facts):
    """Return a payment drawn from a bank, and its entry in the file."""
    payment = a_debit(account, cents, **facts)
    file = a_file(tmp_path, settled=settled)
    (entry,) = entries_of(tmp_path, file)
    return again(payment), entry


def open_exceptions():
    return [(one.kind, one.code) for one in ach.list_open_exceptions()]


def waiting(account):
    page = queries.list_payments(numbers=account.numbers, status=Status.AUTHORISING)
    return list(page.payments)


def cash():
    row = fetch_one(
        "SELECT coalesce(sum(amount_cents * ((debit IN (1010, 1030))::int"
        " - (credit IN (1010, 1030))::int)), 0) AS cents"
        " FROM ledger_transfer"
    )
    return int(row.cents)
