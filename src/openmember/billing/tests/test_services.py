from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError

from openmember.accounts.services import join_numbers
from openmember.accounts.testing import an_account
from openmember.billing import queries, services
from openmember.billing.overview import get_overview
from openmember.billing.testing import a_bill
from openmember.billing.types import BillLine, BillStatus, Line
from openmember.ledger.queries import get_balance, list_differences, list_transfers
from openmember.ledger.types import Code
from openmember.members.testing import TESTER, TODAY, staff
from openmember.members.types import NotAllowed, Role

pytestmark = pytest.mark.django_db


def raise_visit(account, *, cents: int = 55_00, key: str = "visit-1", actor=TESTER, **dates: date):
    return services.raise_bill(
        account=account, key=key, line=Line.MEDICAL, title="Visit",
        lines=(BillLine("Visit", cents - 5_00), BillLine("Laboratory", 5_00)),
        issued_on=dates.get("issued_on", TODAY), due_on=dates.get("due_on", TODAY + timedelta(days=30)),
        actor=actor,
    )  # fmt: skip


def books():
    return (*list_differences(), *queries.list_differences())


def test_a_bill_is_owed_in_its_line_and_earned_as_revenue():
    account = an_account()

    bill = raise_visit(account)

    assert (bill.amount_cents, bill.open_cents, bill.status) == (55_00, 55_00, BillStatus.OPEN)
    assert get_balance(account_number=account.number).medical_cents == 55_00
    (transfer,) = list_transfers(account_number=account.number)
    assert (transfer.debit, transfer.credit) == (Code.MEDICAL_RECEIVABLE, Code.MEDICAL_REVENUE)
    assert books() == ()


def test_a_bill_keeps_its_lines_in_order():
    bill = raise_visit(an_account())

    assert [line.description for line in queries.list_lines(bill=bill)] == ["Visit", "Laboratory"]


def test_the_same_key_returns_the_bill_there_is():
    account = an_account()

    assert raise_visit(account).id == raise_visit(account).id
    assert get_balance(account_number=account.number).owed_cents == 55_00


def test_the_same_key_with_other_contents_is_refused():
    account = an_account()
    raise_visit(account)

    with pytest.raises(services.BillRefused, match="other contents"):
        raise_visit(account, cents=60_00)


@pytest.mark.parametrize("cents", [0, -5_00])
def test_a_bill_for_nothing_is_refused(cents):
    with pytest.raises(services.BillRefused):
        raise_visit(an_account(), cents=cents)


def test_a_bill_due_before_it_is_issued_is_refused():
    with pytest.raises(services.BillRefused):
        raise_visit(an_account(), due_on=TODAY - timedelta(days=1))


def test_a_joined_account_is_billed_nothing_more():
    kept, joined = an_account(), an_account()
    join_numbers(number=joined.number, into=kept.number, actor=TESTER)

    with pytest.raises(services.BillRefused, match="joined"):
        raise_visit(joined)


def test_only_those_with_the_scope_raise_bills():
    with pytest.raises(NotAllowed):
        raise_visit(an_account(), actor=staff(Role.REPRESENTATIVE))


def test_a_canceled_bill_asks_for_nothing_and_stays():
    account = an_account()
    bill = raise_visit(account)

    services.cancel_bill(
        account=account, bill=bill, reason="Billed twice", canceled_on=TODAY, actor=TESTER
    )

    (known,) = queries.list_bills(numbers=account.numbers, today=TODAY).bills
    assert (known.status, known.open_cents) == (BillStatus.CANCELED, 0)
    assert get_balance(account_number=account.number).owed_cents == 0
    assert books() == ()


def test_a_held_bill_is_on_hold_and_not_overdue():
    account = an_account()
    bill = a_bill(account, due_on=TODAY - timedelta(days=1))

    services.hold_bill(bill=bill, held=True, reason="Disputed", actor=TESTER)

    page = queries.list_bills(numbers=account.numbers, today=TODAY)
    assert (page.bills[0].status, page.overdue_cents) == (BillStatus.ON_HOLD, 0)


@pytest.mark.parametrize(
    ("line", "state", "titles"),
    [
        (None, None, ["new", "late", "other"]),
        (Line.PHARMACY, None, ["other"]),
        (None, "overdue", ["late"]),
        (None, "open", ["late", "new", "other"]),
        (None, "closed", []),
    ],
)
def test_bills_are_filtered_and_ordered(line, state, titles):
    account = an_account()
    days = timedelta(days=1)
    a_bill(account, title="late", issued_on=TODAY - 40 * days, due_on=TODAY - 9 * days)
    a_bill(account, title="new", issued_on=TODAY, due_on=TODAY + 5 * days)
    other = {"title": "other", "line": Line.PHARMACY, "issued_on": TODAY - 50 * days}
    a_bill(account, **other, due_on=TODAY + 9 * days)

    page = queries.list_bills(numbers=account.numbers, today=TODAY, line=line, state=state)

    assert [bill.title for bill in page.bills] == titles
    assert (page.total, page.open_cents, page.overdue_cents) == (len(titles), 300_00, 100_00)


def test_an_account_without_bills_says_so():
    page = queries.list_bills(numbers=an_account().numbers, today=TODAY)

    assert (page.bills, page.total, page.open_cents) == ((), 0, 0)


def test_another_accounts_bill_is_unknown():
    bill = a_bill(an_account())

    with pytest.raises(queries.UnknownBill):
        queries.get_bill(numbers=an_account().numbers, bill_id=bill.id, today=TODAY)


def test_an_overview_takes_two_statements(django_assert_num_queries):
    account = an_account()
    a_bill(account)

    with django_assert_num_queries(2):
        overview = get_overview(number=account.number, today=TODAY)

    assert (overview.due_cents, str(overview.holder_name)) == (100_00, "Ana Ruiz")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_bill SET amount_cents = 1",
        "UPDATE billing_bill SET due_on = due_on + 1",
        "DELETE FROM billing_bill",
        "UPDATE billing_line SET amount_cents = 1",
        "DELETE FROM ledger_transfer",
        "UPDATE ledger_transfer SET amount_cents = 1",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_billed(statement):
    a_bill(an_account())

    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
