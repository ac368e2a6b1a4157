"""The premium run, killed again and again: started once more it goes on, and nobody is billed twice."""

import sys
import time
from datetime import date
from random import Random

import pytest
from tests.faults.killing import killed_until_done

from openmember.billing.premiums.queries import find_open_run
from openmember.billing.premiums.services.runs import RunAtWork, RunRequest
from openmember.billing.premiums.testing import FEBRUARY, JANUARY, billed_cents, covered
from openmember.coverage import models
from openmember.ledger.queries import get_balance
from openmember.members.testing import TESTER
from openmember.payments.jobs import check_books
from openmember.payments.services.premiums import run_premiums
from openmember.payments.testing import a_payment

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="forks"),
]
ACCOUNTS = 12


def bill(month: date) -> None:
    request = RunRequest(month=month, today=month, accept_change=True, workers=2)
    while True:
        try:
            run_premiums(request=request, actor=TESTER)
        except RunAtWork:
            # The server is still finishing what the killed process asked for.
            time.sleep(0.02)
        else:
            return


def test_a_run_that_is_killed_is_finished_by_starting_it_again(settings):
    settings.PREMIUM_RANGE_ACCOUNTS = 3
    accounts = [covered(cents=310_00) for _ in range(ACCOUNTS)]
    for account in accounts[::3]:
        a_payment(account, 100_00)
    random = Random(5)

    kills = killed_until_done(lambda: bill(JANUARY), random)
    for account in accounts[::5]:
        models.Span.objects.filter(account_number=account.number).update(ends_on=date(2026, 1, 10))
    kills += killed_until_done(lambda: bill(FEBRUARY), random)

    assert kills > 2
    for place, account in enumerate(accounts):
        ended = place % 5 == 0
        assert billed_cents(account, JANUARY) == (100_00 if ended else 310_00)
        balance = get_balance(account_number=account.number)
        owed = (100_00 if ended else 620_00) - (100_00 if place % 3 == 0 else 0)
        assert balance.premium_cents - balance.credit_cents == owed
    assert find_open_run() is None
    assert check_books() == ()
