"""The sweep of unpaid premiums, killed again and again: it goes on where it was, and nothing happens twice."""

import sys
from datetime import date
from random import Random

import pytest
from tests.faults.killing import killed_until_done

from openmember.billing.grace.jobs import sweep_grace
from openmember.billing.grace.testing import a_covered_account, a_premium
from openmember.kernel.sql import fetch_all
from openmember.members.testing import TESTER
from openmember.payments.jobs import check_books
from openmember.payments.services.uncovered import release_uncovered
from openmember.payments.testing import a_payment

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="forks"),
]
ACCOUNTS = 24
OPENED_ON, ENDED_ON = date(2026, 1, 2), date(2026, 4, 1)
EXPECTED = ["opened", "noticed", "pended", "terminated"]


def work(day: date) -> None:
    sweep_grace(today=day, actor=TESTER, at_once=2)
    release_uncovered(on=day, actor=TESTER)


def test_a_sweep_that_is_killed_is_finished_by_running_it_again():
    accounts = [a_covered_account() for _ in range(ACCOUNTS)]
    for account in accounts:
        for month in (1, 2, 3):
            a_premium(account, date(2026, month, 1), aptc_cents=300_00)
    random = Random(11)

    kills = killed_until_done(lambda: work(OPENED_ON), random)
    for account in accounts:
        a_payment(account, 150_00)
    kills += killed_until_done(lambda: work(ENDED_ON), random)
    work(ENDED_ON)

    assert kills > 2
    steps = fetch_all(
        "SELECT account_number, array_agg(step ORDER BY position) AS steps FROM billing_grace_step GROUP BY 1"
    )
    assert [row.steps for row in steps] == [EXPECTED] * ACCOUNTS
    balances = fetch_all("SELECT premium_cents, credit_cents FROM ledger_balance ORDER BY 1, 2")
    # January is paid; the rest of the payment is credit, and nothing more is owed.
    assert [(row.premium_cents, row.credit_cents) for row in balances] == [(0, 30_00)] * ACCOUNTS
    letters = fetch_all(
        "SELECT count(*) AS n, count(DISTINCT (account_number, kind)) AS kinds FROM letters_letter"
    )
    assert (letters[0].n, letters[0].kinds) == (3 * ACCOUNTS, 3 * ACCOUNTS)
    assert check_books() == ()
