"""`openmember ledger check` finds every cent that reconciliation lost or counted twice."""

from datetime import timedelta

import pytest

from openmember.kernel.sql import fetch_all
from openmember.payments.reconciliation import queries
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.reconciliation.tests.test_matching import pay, reconcile
from openmember.payments.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE payments_recon_entry SET amount_cents = 39_00 WHERE side = 'bank'", "its entry 3900"),
        ("UPDATE payments_recon_entry SET amount_cents = 39_00 WHERE side = 'books'", "its entries 3900"),
        ("UPDATE payments_recon_entry SET match_id = NULL WHERE side = 'books'", "holds 1 of its 2"),
        ("DELETE FROM payments_recon_entry WHERE side = 'bank'", "is missing"),
        ("UPDATE payments_recon_match SET posted_cents = 5, posted_code = 5070", "was posted"),
        ("UPDATE payments_bank_line SET amount_cents = 1", "was stated"),
        ("DELETE FROM ledger_transfer WHERE kind = 'settlement'", "stand in clearing"),
    ],
)  # fmt: skip
def test_tampering_is_found(account, tampering, words):
    pay(account, 40_00)
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00))
    reconcile()
    assert queries.list_differences() == ()

    fetch_all(
        "SET LOCAL session_replication_role = replica"
    )  # An intruder with the owner's rights.
    fetch_all(tampering)

    assert any(words in one.explanation for one in queries.list_differences())
