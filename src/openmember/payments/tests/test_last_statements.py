"""The last statement of an account that was joined to another: down to nothing, and where it goes on."""

from datetime import date

import pytest

from openmember.accounts.queries import get_account
from openmember.billing.statements import queries
from openmember.billing.statements.services import run_month
from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all
from openmember.letters import consent
from openmember.letters.composing import service_line
from openmember.members.testing import TESTER, a_member
from openmember.payments.services.corrections import merge_accounts, reverse_payment
from openmember.payments.testing import a_bill, a_payment, an_account
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


def bill(account, cents, on, **facts):
    return a_bill(account, cents, issued_on=on, due_on=date(2027, 1, 15), **facts)


def join(account, into, on=date(2026, 11, 25)):
    return merge_accounts(account=account, into=into, merged_on=on, actor=TESTER)


def run(month):
    after = date(month.year + month.month // 12, month.month % 12 + 1, 2)
    return run_month(month=month, today=after, actor=TESTER)


def statements(account):
    """Return an account's own statements by month, whoever may read them now."""
    found = queries.list_statements(numbers=(account.number,), holder_id=account.holder_id)
    return {one.month: one for one in found}


def sums(one):
    return (
        one.opening_cents, one.charges_cents, one.receipts_cents, one.adjustments_cents,
        one.closing_cents,
    )  # fmt: skip


def booked(account, month):
    """Return what the ledger says an account owed less its credit: before a month, and after it."""
    (row,) = fetch_all(
        "SELECT coalesce(sum(cents) FILTER (WHERE effective_on < %(month)s), 0)::bigint AS before,"
        " coalesce(sum(cents) FILTER (WHERE effective_on < %(month)s::date + interval '1 month'), 0)::bigint"
        " AS after"
        " FROM (SELECT effective_on, billing_statement_effect(debit, credit, amount_cents) AS cents"
        " FROM ledger_transfer WHERE account_number = %(number)s) t",
        {"month": month, "number": account.number},
    )
    return row.before, row.after


def test_what_moved_is_an_adjustment_and_nothing_is_left():
    old, new = an_account(), an_account()
    first = bill(old, 100_00, date(2026, 10, 5))
    bill(new, 10_00, date(2026, 10, 6))
    run(OCTOBER)
    bill(old, 50_00, date(2026, 11, 3), title="Visit", line=Line.MEDICAL)
    a_payment(old, 30_00, first)
    join(old, new)

    run(NOVEMBER)

    last = statements(old)[NOVEMBER]
    assert sums(last) == (100_00, 50_00, -30_00, -120_00, 0)
    assert (last.opening_cents, last.closing_cents) == booked(old, NOVEMBER)
    assert {line["what"] for line in last.data["adjustments"]} == {"moved"}
    assert last.data["joined"] == new.number
    assert (last.due_cents, last.data.get("open")) == (0, None)
    goes_on = statements(new)[NOVEMBER]
    assert sums(goes_on) == (10_00, 0, 0, 120_00, 130_00)
    assert (goes_on.due_cents, goes_on.data.get("joined")) == (130_00, None)
    assert queries.list_differences() == ()


def test_credit_moves_down_to_nothing_too():
    old, new = an_account(), an_account()
    a_payment(old, 40_00)
    join(old, new)

    run(NOVEMBER)

    assert sums(statements(old)[NOVEMBER]) == (0, 0, -40_00, 40_00, 0)
    assert sums(statements(new)[NOVEMBER]) == (0, 0, 0, -40_00, -40_00)
    assert queries.list_differences() == ()


def test_it_is_made_once_and_is_the_last():
    old, new = an_account(), an_account()
    bill(old, 100_00, date(2026, 11, 3))
    join(old, new)

    first = run(NOVEMBER)
    assert run(NOVEMBER) == first
    run(DECEMBER)

    assert list(statements(old)) == [NOVEMBER]
    assert list(statements(new)) == [DECEMBER, NOVEMBER]


def test_joined_after_the_month_it_still_says_what_the_month_ended_with():
    old, new = an_account(), an_account()
    bill(old, 100_00, date(2026, 11, 3))
    join(old, new, on=date(2026, 12, 1))

    run(NOVEMBER)
    run(DECEMBER)

    ended = statements(old)[NOVEMBER]
    assert (sums(ended)[-1], ended.due_cents, ended.data["joined"]) == (100_00, 0, new.number)
    assert sums(statements(old)[DECEMBER]) == (100_00, 0, 0, -100_00, 0)
    assert queries.list_differences() == ()


def test_a_joining_entered_late_is_on_the_next_statement():
    old, new = an_account(), an_account()
    bill(old, 100_00, date(2026, 10, 3))
    run(OCTOBER)
    join(old, new, on=date(2026, 10, 31))

    run(NOVEMBER)

    last = statements(old)[NOVEMBER]
    assert sums(last) == (100_00, 0, 0, -100_00, 0)
    assert all(line["late"] for line in last.data["adjustments"])


def test_a_payment_taken_back_under_the_joined_number_is_told_there():
    old, new = an_account(), an_account()
    first = bill(old, 100_00, date(2026, 11, 3))
    payment = a_payment(old, 100_00, first)
    join(old, new)
    run(NOVEMBER)
    reverse_payment(
        payment=payment, to=Status.VOIDED, reason="entered twice", reversed_on=date(2026, 12, 5),
        actor=TESTER,
    )  # fmt: skip

    run(DECEMBER)

    later = statements(old)[DECEMBER]
    assert (sums(later), later.data["joined"]) == ((0, 0, 100_00, -100_00, 0), new.number)
    assert sums(statements(new)[DECEMBER])[-1] == 100_00
    assert queries.list_differences() == ()


def test_it_names_the_account_that_is_left_however_often_that_was_joined():
    first, second, third = an_account(), an_account(), an_account()
    bill(first, 100_00, date(2026, 11, 3))
    join(first, second)
    join(get_account(number=second.number), third, on=date(2026, 11, 26))

    run(NOVEMBER)

    assert sums(statements(first)[NOVEMBER]) == (0, 100_00, 0, -100_00, 0)
    assert sums(statements(second)[NOVEMBER]) == (0, 0, 0, 0, 0)
    assert {statements(one)[NOVEMBER].data["joined"] for one in (first, second)} == {third.number}


@pytest.mark.parametrize("is_theirs", [True, False])
def test_it_is_read_on_screen_only_where_its_holder_reads_the_account_that_stays(is_theirs):
    holder = a_member()
    old = an_account(holder=holder)
    new = an_account(holder=holder) if is_theirs else an_account()
    told = consent.text_of(consent.terms(service_line("")), "en")
    for account in (old, new):
        consent.give(
            account=account, told=told, shown_id=told.id, actor=TESTER, on=date(2026, 11, 2)
        )
    bill(old, 100_00, date(2026, 11, 3))
    join(old, new)

    run(NOVEMBER)

    assert statements(old)[NOVEMBER].electronic is is_theirs
