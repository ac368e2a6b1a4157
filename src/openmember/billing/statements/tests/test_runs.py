"""A month's run: in order, whole after any crash, set by set, and borne out by the ledger."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmember.accounts.testing import an_account
from openmember.billing.plans.testing import a_plan
from openmember.billing.statements import documents, queries, services
from openmember.billing.statements.tests.months import (
    DECEMBER,
    NOVEMBER,
    OCTOBER,
    bill,
    pay,
    post,
    run,
    statement_of,
    sums,
)
from openmember.billing.types import Line
from openmember.kernel.sql import fetch_one
from openmember.letters.types import Form
from openmember.members.testing import TESTER, staff
from openmember.members.types import NotAllowed, Role

pytestmark = pytest.mark.django_db


def test_running_again_makes_nothing_new():
    account = an_account()
    bill(account, 10_00, date(2026, 11, 5))
    first = run(NOVEMBER)
    bill(account, 99_00, date(2026, 11, 6))

    assert run(NOVEMBER) == first
    assert sums(statement_of(account, NOVEMBER))[-1] == 10_00


def test_a_run_that_broke_off_is_finished_and_doubles_nothing(monkeypatch):
    monkeypatch.setattr(services, "RANGE_ACCOUNTS", 1)
    accounts = [an_account() for _ in range(3)]
    for account in accounts:
        bill(account, 10_00, date(2026, 11, 5))

    def stop(done: int, ranges: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(NOVEMBER, progress=stop)
    assert queries.list_months() == ()
    totals = run(NOVEMBER)

    assert (totals.statements, totals.printed, totals.due_cents) == (3, 3, 30_00)
    assert queries.list_months() == (NOVEMBER,)


def test_months_are_run_in_order_each_when_it_is_over():
    run(OCTOBER)

    with pytest.raises(services.RunRefused, match="over"), transaction.atomic():
        services.run_month(month=NOVEMBER, today=date(2026, 11, 30), actor=TESTER)
    with pytest.raises(services.RunRefused, match="month after month"), transaction.atomic():
        run(DECEMBER)
    with pytest.raises(services.RunRefused, match="month after month"), transaction.atomic():
        run(date(2026, 9, 1))


def test_only_who_may_run_billing_may_run_statements():
    with pytest.raises(NotAllowed):
        services.run_month(month=NOVEMBER, today=DECEMBER, actor=staff(Role.REPRESENTATIVE))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE billing_statement SET data = '{}'",
        "DELETE FROM billing_statement",
        "TRUNCATE billing_statement CASCADE",
    ],
)
def test_a_statement_stays_as_it_was_sent(change):
    bill(an_account(), 10_00, date(2026, 11, 5))
    run(NOVEMBER)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_check_finds_a_statement_the_ledger_does_not_bear_out():
    account = an_account()
    bill(account, 10_00, date(2026, 11, 5))
    run(NOVEMBER)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE billing_statement SET charges_cents = 1100, closing_cents = 1100, premium_cents = 1100"
        )
        cursor.execute("SET session_replication_role = origin")

    assert [one.check for one in queries.list_differences()] == [
        "statement closing",
        "statement lines",
    ]


def test_the_statements_of_a_range_are_made_by_as_many_queries_as_of_one(
    django_assert_num_queries,
):
    accounts = [an_account() for _ in range(12)]
    for account in accounts:
        bill(account, 10_00, date(2026, 11, 5))

    # Begin and keep three layouts, list ranges, one range, end, totals; and the savepoints around.
    with django_assert_num_queries(14):
        totals = run(NOVEMBER)

    assert totals.statements == 12


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["bill", "pay", "assist"]), st.integers(1, 500_00), st.integers(0, 2), st.integers(0, 2)
    ),
    max_size=8,
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(MOVES)
def test_whatever_happens_when_statements_chain_and_agree_with_the_ledger(moves):
    """Each move counts from one month and arrives in the same or a later one."""
    months = [OCTOBER, NOVEMBER, DECEMBER]
    with transaction.atomic():
        account = an_account()
        for place, month in enumerate(months):
            for what, cents, counts, delay in moves:
                if min(counts + delay, 2) != place:
                    continue
                on = months[counts].replace(day=9)
                if what == "bill":
                    bill(account, cents, on)
                elif what == "pay":
                    pay(account, cents, on)
                elif (owed := _premium(account)) > 0:
                    post(account, 5010, 1210, min(cents, owed), on)
            run(month)
        assert queries.list_differences() == ()
        last = statement_of(account, DECEMBER)
        balance = fetch_one(
            "SELECT premium_cents - credit_cents FROM ledger_balance WHERE account_number = %s",
            [account.number],
        )[0]
        assert (last.closing_cents if last else 0) == balance
        transaction.set_rollback(True)


def _premium(account) -> int:
    return fetch_one(
        "SELECT premium_cents FROM ledger_balance WHERE account_number = %s", [account.number]
    )[0]


def test_a_bill_in_a_payment_plan_is_asked_for_by_its_instalments():
    account = an_account()
    visit = bill(account, 400_00, date(2026, 11, 5), line=Line.MEDICAL, title="Visit")
    a_plan(account, visit, monthly_cents=100_00, day=20, agreed_on=date(2026, 11, 21))

    run(NOVEMBER)

    found = statement_of(account, NOVEMBER)
    assert (found.closing_cents, found.due_cents, found.due_on) == (
        400_00,
        100_00,
        date(2026, 12, 21),
    )
    assert (found.data.get("overdue"), found.data["planned"]) == (None, 300_00)
    text = documents.make_form(found, form=Form.TEXT).decode()
    assert "$300.00 of your balance is in a payment plan and not due yet." in text
    assert "was paid or taken off" not in " ".join(text.split())
    assert documents.make_form(found, form=Form.PDF).startswith(b"%PDF")
