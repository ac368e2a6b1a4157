"""Somebody with the database's own password changes history: the nightly proofs name what was changed."""

from types import SimpleNamespace

import pytest
from django.db import connection

from openmember.kernel.audit import services as audit
from openmember.kernel.audit.verify import verify
from openmember.kernel.sql import fetch_one
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import reverse_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Status

pytestmark = [pytest.mark.fault, pytest.mark.django_db]

# A transfer that says the right thing about itself, as only someone who knows the ledger would write.
SEALED = (
    "ledger_seal(account_number, effective_on, id, debit, credit, amount_cents, kind, reference,"
    " reverses)"
)


@pytest.fixture
def books():
    """An account with two bills, a payment that settles one and leaves credit, and one undone."""
    account = an_account()
    paid, _ = a_bill(account, 100_00), a_bill(account, 50_00)
    undone = a_payment(account, 30_00)
    reverse_payment(
        payment=undone, to=Status.VOIDED, reason="typed twice", reversed_on=TODAY, actor=TESTER
    )
    payment = a_payment(account, 160_00)
    transfer = fetch_one(
        "SELECT id FROM ledger_transfer WHERE reference = %s AND credit = 1210",
        [f"payment:{payment.id}"],
    )
    entry = fetch_one("SELECT id FROM kernel_audit_entry WHERE action = 'bill.raise' LIMIT 1")
    audit.seal()
    assert check_books() == ()
    assert verify().is_sound
    return SimpleNamespace(
        account=account.number, bill=paid.id, payment=payment.id, undone=undone.id,
        transfer=transfer.id, entry=entry.id,
    )  # fmt: skip


def tamper(statement: str) -> None:
    """Do it past every trigger, foreign key and grant."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.parametrize(
    ("statement", "check", "says"),
    [
        pytest.param(
            "UPDATE ledger_transfer SET amount_cents = amount_cents + 1 WHERE id = {transfer}",
            "transfer", "transfer {transfer} ", id="a transfer's amount",
        ),
        pytest.param(
            "UPDATE ledger_transfer SET effective_on = effective_on - 1 WHERE id = {transfer}",
            "transfer", "transfer {transfer} ", id="a transfer's date",
        ),
        pytest.param(
            "UPDATE ledger_transfer SET debit = 1010 WHERE id = {transfer}",
            "transfer", "transfer {transfer} ", id="a transfer's code",
        ),
        pytest.param(
            "UPDATE ledger_transfer SET reference = 'payment:0' WHERE id = {transfer}",
            "transfer", "transfer {transfer} ", id="a transfer's reference",
        ),
        pytest.param(
            "DELETE FROM ledger_transfer WHERE id = {transfer}",
            "seal", "added or removed", id="a transfer deleted",
        ),
        pytest.param(
            "INSERT INTO ledger_transfer SELECT account_number, effective_on, id, debit, credit,"
            f" amount_cents, kind, reference, reverses, now(), {SEALED}"
            " FROM (VALUES ('{account}', date '2026-11-22', 0::bigint, 1010::smallint, 1020::smallint,"
            " 100::bigint, 'settlement', 'payment:{payment}', NULL::bigint)) AS made (account_number,"
            " effective_on, id, debit, credit, amount_cents, kind, reference, reverses)",
            "seal", "added or removed", id="a transfer inserted with a seal of its own",
        ),
        pytest.param(
            "UPDATE ledger_transfer SET debit = 1010, seal = ledger_seal(account_number, effective_on,"
            " id, 1010::smallint, credit, amount_cents, kind, reference, reverses)"
            " WHERE id = {transfer}",
            "seal", "added or removed", id="a transfer changed and sealed anew",
        ),
        pytest.param(
            "DELETE FROM ledger_reversal WHERE account_number = '{account}'",
            "reversal", "which is not marked so", id="a reversal forgotten",
        ),
        pytest.param(
            "UPDATE ledger_balance SET credit_cents = 0 WHERE account_number = '{account}'",
            "balance", "credit balance says 0 cents, its transfers 1000", id="a balance",
        ),
        pytest.param(
            "UPDATE billing_bill SET open_cents = 1 WHERE id = {bill}",
            "bill", "bill {bill} has 1 cents open", id="a bill's open amount",
        ),
        pytest.param(
            "UPDATE billing_bill SET amount_cents = amount_cents + 1 WHERE id = {bill}",
            "bill lines", "bill {bill} is for 10001 cents", id="a bill's amount",
        ),
        pytest.param(
            "UPDATE payments_payment SET amount_cents = 999999 WHERE id = {payment}",
            "payment", "payment {payment} of 999999 cents", id="a payment's amount",
        ),
        pytest.param(
            "UPDATE payments_payment SET status = 'accepted' WHERE id = {undone}",
            "payment", "payment {undone} of 3000 cents: 0 on bills", id="a payment brought back",
        ),
        pytest.param(
            "DELETE FROM payments_payment WHERE id = {undone}",
            "payment missing", "payment {undone}, which is not there", id="a payment deleted",
        ),
        pytest.param(
            "DELETE FROM billing_bill WHERE id = {bill}",
            "bill missing", "bill {bill}, which is not there", id="a paid bill deleted",
        ),
        pytest.param(
            "DELETE FROM payments_allocation WHERE payment_id = {payment}",
            "payment", "payment {payment} of 16000 cents: 0 on bills", id="allocations deleted",
        ),
    ],
)  # fmt: skip
def test_a_change_to_the_books_is_named(books, statement, check, says):
    tamper(statement.format(**vars(books)))

    named = [
        difference.explanation
        for difference in check_books()
        if (difference.check, difference.account_number) == (check, books.account)
    ]
    assert any(says.format(**vars(books)) in explanation for explanation in named), check_books()


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "UPDATE kernel_audit_entry SET actor = 'guest' WHERE id = {entry}", id="changed"
        ),
        pytest.param("DELETE FROM kernel_audit_entry WHERE id = {entry}", id="deleted"),
    ],
)
def test_a_change_to_the_audit_is_named(books, statement):
    tamper(statement.format(**vars(books)))

    assert f"entry {books.entry} " in verify().faults[0]
