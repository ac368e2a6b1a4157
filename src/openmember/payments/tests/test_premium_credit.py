"""The premium run and the credit accounts hold: used at once, and given back where too much was billed."""

from datetime import date

import pytest

from openmember.billing.premiums.services.runs import RunRequest
from openmember.billing.premiums.testing import FEBRUARY, JANUARY, MARCH, cover, covered
from openmember.coverage import models
from openmember.kernel.audit.queries import list_entries
from openmember.ledger.queries import get_balance
from openmember.members.testing import TESTER
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.services.premiums import run_premiums
from openmember.payments.testing import a_payment, an_account

pytestmark = pytest.mark.django_db


def bill(month):
    request = RunRequest(month=month, today=month, accept_change=True)
    return run_premiums(request=request, actor=TESTER)


def end(account, ends_on):
    for span in models.Span.objects.filter(account_number=account.number):
        span.ends_on = ends_on
        span.save()


def held(account):
    balance = get_balance(account_number=account.number)
    return balance.premium_cents, balance.credit_cents


def test_credit_the_account_holds_pays_the_new_bill():
    account = covered(cents=300_00)
    a_payment(account, 120_00)

    bill(JANUARY)

    assert held(account) == (180_00, 0)
    assert [entry.action for entry in list_entries(numbers=(account.number,), limit=9)].count(
        "credit.use"
    ) == 1
    assert check_books() == ()


def test_credit_larger_than_the_bill_is_kept():
    account = covered(cents=300_00)
    a_payment(account, 1_000_00)

    bill(JANUARY)
    bill(FEBRUARY)

    assert held(account) == (0, 400_00)
    assert check_books() == ()


def test_what_was_paid_for_months_not_covered_becomes_credit():
    account = covered(cents=300_00)
    bill(JANUARY)
    bill(FEBRUARY)
    a_payment(account, 600_00)
    end(account, date(2026, 1, 31))

    bill(MARCH)

    assert held(account) == (0, 300_00)
    assert check_books() == ()


def test_what_was_never_paid_for_months_not_covered_is_owed_no_more():
    account = covered(cents=300_00)
    bill(JANUARY)
    bill(FEBRUARY)
    end(account, date(2026, 1, 31))

    bill(MARCH)

    assert held(account) == (300_00, 0)
    assert check_books() == ()


def test_a_second_run_gives_nothing_back_twice():
    account = covered(cents=300_00)
    bill(JANUARY)
    a_payment(account, 300_00)
    end(account, date(2026, 1, 1))
    bill(FEBRUARY)
    before = held(account)

    bill(FEBRUARY)
    bill(MARCH)

    assert held(account) == before == (0, 300_00 - 9_68)
    assert check_books() == ()


def test_joined_accounts_get_one_bill():
    kept, ended = covered(cents=300_00), covered(cents=100_00)
    bill(JANUARY)
    merge_accounts(account=ended, into=kept, merged_on=JANUARY, actor=TESTER)

    run = bill(FEBRUARY)

    assert (run.bills, run.billed_cents) == (1, 400_00)
    assert held(kept)[0] == 800_00
    assert check_books() == ()


def test_an_account_joined_to_one_already_billed_is_not_billed_again():
    kept, ended = an_account(), covered(cents=100_00)
    bill(JANUARY)
    merge_accounts(account=ended, into=kept, merged_on=JANUARY, actor=TESTER)

    bill(JANUARY)
    bill(FEBRUARY)

    assert held(kept)[0] == 200_00
    assert check_books() == ()


def test_coverage_a_joined_account_brings_later_is_billed_to_the_other():
    kept, ended = covered(cents=300_00), an_account()
    bill(JANUARY)
    merge_accounts(account=ended, into=kept, merged_on=JANUARY, actor=TESTER)
    cover(ended, cents=50_00)

    bill(FEBRUARY)

    assert held(kept)[0] == 300_00 + 350_00 + 50_00
    assert check_books() == ()
