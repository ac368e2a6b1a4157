"""A month's statement says what the ledger says, each movement once, whatever arrives late."""

from datetime import date

import pytest
from django.db import connection

from openmember.accounts.testing import an_account
from openmember.billing.services import hold_bill
from openmember.billing.statements import queries
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
from openmember.members.testing import TESTER, a_member
from openmember.members.types import Address

pytestmark = pytest.mark.django_db


def test_a_statement_goes_from_what_was_owed_to_what_is_owed():
    account = an_account()
    first = bill(account, 100_00, date(2026, 10, 5))
    pay(account, 30_00, date(2026, 11, 3), first)
    bill(account, 50_00, date(2026, 11, 9), title="Visit", line=Line.MEDICAL)

    run(NOVEMBER)

    statement = statement_of(account, NOVEMBER)
    assert sums(statement) == (100_00, 50_00, -30_00, 0, 120_00)
    assert (statement.due_cents, statement.due_on) == (120_00, date(2027, 1, 15))
    assert [line["what"] for line in statement.data["payments"]] == ["paid_card"]
    assert statement.data["charges"][0]["title"] == "Visit"
    assert [line["cents"] for line in statement.data["open"]] == [70_00, 50_00]
    assert queries.list_differences() == ()


def test_each_month_begins_where_the_last_one_ended():
    account = an_account()
    bill(account, 100_00, date(2026, 10, 5))
    run(OCTOBER)
    pay(account, 130_00, date(2026, 11, 3))
    run(NOVEMBER)

    assert sums(statement_of(account, OCTOBER)) == (0, 100_00, 0, 0, 100_00)
    assert sums(statement_of(account, NOVEMBER)) == (100_00, 0, -130_00, 0, -30_00)
    assert statement_of(account, NOVEMBER).due_cents == 0


def test_what_counts_from_a_stated_month_but_came_later_is_on_the_next_statement():
    account = an_account()
    bill(account, 100_00, date(2026, 10, 5))
    run(OCTOBER)
    pay(account, 40_00, date(2026, 10, 30))
    run(NOVEMBER)

    (line,) = statement_of(account, NOVEMBER).data["payments"]
    assert (line["cents"], line["on"], line["late"]) == (-40_00, "2026-10-30", True)
    assert sums(statement_of(account, OCTOBER))[-1] == 100_00
    assert queries.list_differences() == ()


def test_what_came_late_and_was_undone_is_told_though_it_changes_nothing():
    account = an_account()
    bill(account, 100_00, date(2026, 10, 5))
    run(OCTOBER)
    pay(account, 40_00, date(2026, 10, 30))
    post(account, 1210, 1020, 40_00, date(2026, 10, 31), "returned")
    run(NOVEMBER)

    assert sums(statement_of(account, NOVEMBER)) == (100_00, 0, 0, 0, 100_00)
    told = [line["what"] for line in statement_of(account, NOVEMBER).data["payments"]]
    assert told == ["paid_card", "returned"]


def test_what_counts_from_a_later_day_waits_for_its_month():
    account = an_account()
    bill(account, 100_00, date(2026, 11, 5))
    bill(account, 70_00, date(2026, 12, 1))
    run(NOVEMBER)
    run(DECEMBER)

    assert sums(statement_of(account, NOVEMBER))[-1] == 100_00
    assert sums(statement_of(account, DECEMBER)) == (100_00, 70_00, 0, 0, 170_00)


def test_what_was_paid_since_the_month_ended_is_not_asked_for():
    account = an_account()
    one = bill(account, 100_00, date(2026, 11, 5))
    pay(account, 60_00, date(2026, 12, 1), one)

    run(NOVEMBER)

    statement = statement_of(account, NOVEMBER)
    assert (statement.closing_cents, statement.due_cents) == (100_00, 40_00)


def test_a_bill_in_dispute_is_shown_and_not_asked_for():
    account = an_account()
    held = bill(account, 100_00, date(2026, 11, 5))
    bill(account, 20_00, date(2026, 11, 6))
    hold_bill(bill=held, held=True, reason="asked", actor=TESTER)

    run(NOVEMBER)

    statement = statement_of(account, NOVEMBER)
    assert (statement.closing_cents, statement.due_cents) == (120_00, 20_00)
    assert statement.data["held"] == 100_00


def test_a_quiet_account_gets_none_and_a_later_one_begins_at_nothing():
    account = an_account()
    run(OCTOBER)
    bill(account, 10_00, date(2026, 11, 5))
    run(NOVEMBER)

    assert statement_of(account, OCTOBER) is None
    assert sums(statement_of(account, NOVEMBER)) == (0, 10_00, 0, 0, 10_00)


def test_the_tax_credit_is_shown_where_it_lowers_the_premium():
    account = an_account()
    one = bill(account, 120_00, date(2026, 11, 10))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_premium (account_number, covers, bill_month, bill_id, coverage_type, state,"
            " gross_cents, aptc_cents, share_cents, run_id)"
            " VALUES (%s, '2026-12-01', '2026-11-01', %s, 'exchange', 'OR', 52000, 40000, 12000, 1)",
            [account.number, one.id],
        )

    run(NOVEMBER)

    assert statement_of(account, NOVEMBER).data["tax_credit"] == [
        {"covers": "2026-12-01", "gross": 52000, "credit": 40000, "share": 12000}
    ]


@pytest.mark.parametrize(
    ("debit", "credit", "part", "what"),
    [
        (5010, 1210, "adjustments", "assistance"),
        (5020, 1210, "adjustments", "write_off"),
        (5040, 1210, "adjustments", "correction"),
        (4010, 1210, "adjustments", "correction"),
        (1900, 1210, "adjustments", "moved"),
        (1210, 5030, "charges", "fee"),
        (1210, 1030, "payments", "taken_back"),
        (1030, 1210, "payments", "paid_bank"),
        (2020, 1210, "payments", "paid"),
        (2030, 2010, "payments", "refund_back"),
    ],
)
def test_every_movement_has_its_place_and_its_words(debit, credit, part, what):
    account = an_account()
    bill(account, 100_00, date(2026, 10, 5))
    if debit == 2030:
        pay(account, 150_00, date(2026, 10, 6))
        post(account, 2010, 2030, 10_00, date(2026, 10, 7))
    run(OCTOBER)
    post(account, debit, credit, 10_00, date(2026, 11, 5))

    run(NOVEMBER)

    (line,) = statement_of(account, NOVEMBER).data[part]
    assert line["what"] == what


def test_credit_used_for_a_bill_changes_nothing_and_is_no_line():
    account = an_account()
    pay(account, 50_00, date(2026, 11, 2))
    bill(account, 30_00, date(2026, 11, 5))
    post(account, 2010, 1210, 30_00, date(2026, 11, 6))

    run(NOVEMBER)

    statement = statement_of(account, NOVEMBER)
    assert sums(statement) == (0, 30_00, -50_00, 0, -20_00)


def test_it_goes_to_the_holder_in_their_language_and_form():
    home = Address("1 Main St", "", "Portland", "OR", "97201")
    member = a_member(language="es", reading_format="braille", address=home)
    account = an_account(holder=member)
    bill(account, 10_00, date(2026, 11, 5))

    run(NOVEMBER)

    statement = statement_of(account, NOVEMBER)
    assert (statement.language, statement.reading_format) == ("es", "braille")
    assert statement.data["address"] == ["Ana Ruiz", "1 Main St", "Portland, OR 97201"]
