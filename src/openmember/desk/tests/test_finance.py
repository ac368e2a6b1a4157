"""Finance at the desk: what is open, how a difference is worked, how a month is closed and opened."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.desk.tests.reading import words
from openmember.kernel.sql import fetch_all
from openmember.ledger.closing.queries import get_month
from openmember.members.types import Role
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.reconciliation import queries
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.reconciliation.types import Side
from openmember.payments.services import door
from openmember.payments.testing import TESTER, a_bill, an_account, serial
from openmember.payments.types import Channel, Method, PaymentRequest

pytestmark = pytest.mark.django_db
QUERIES_AT_MOST = 45


@pytest.fixture(autouse=True)
def today():
    """Pages read the clock: the month before today's is over."""
    today = timezone.localdate()
    ensure_months(today)
    return today


@pytest.fixture
def last_month(today):
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.fixture
def account():
    return an_account()


@pytest.fixture
def rosa(desk_of):
    return desk_of(Role.FINANCE)


@pytest.fixture
def sam(desk_of):
    return desk_of(Role.FINANCE)


def pay(account, cents, on):
    request = PaymentRequest(
        f"desk-{next(serial)}", cents, Method.CASH, Channel.COMMAND, "guest", on
    )
    return door.take_payment(account=account, request=request, actor=TESTER)


@pytest.fixture
def difference(account, today):
    """A deposit a dollar short of the day's cash, two weeks ago."""
    day = today - timedelta(days=14)
    pay(account, 40_00, day)
    a_bank_day(day + timedelta(days=1), a_line(39_00, "DEP17", "DEPOSIT"))
    reconcile_day(day=today, actor=TESTER)
    (line,) = queries.list_queue(today=today, side=Side.BANK).entries
    (book,) = queries.list_queue(today=today, side=Side.BOOKS).entries
    return line, book


def get(desk, name, *args, **query):
    return desk.client.get(reverse(f"desk:{name}", args=args), query)


def do(desk, name, *args, key="k1", **fields):
    fields = {"key": key, "confirmed": "yes", **fields}
    return desk.client.post(reverse(f"desk:{name}", args=args), fields, follow=True)


def test_the_overview_tells_what_is_open_and_how_the_bank_becomes_the_books(
    rosa, account, difference, today
):
    pay(account, 12_00, today)

    shown = words(get(rosa, "finance"))

    assert "2 late differences" in shown
    assert "At the bank, not in the books" in shown
    assert 'Unexplained</th><td class="om-table__amount">$0.00' in shown
    assert 'role="img" aria-label="Money by channel today"' in shown


def test_the_queue_is_narrowed_by_side_and_age(rosa, difference):
    line, book = difference

    both, bank = words(get(rosa, "finance_queue")), words(get(rosa, "finance_queue", side="bank"))

    assert line.shown in both
    assert book.shown in both
    assert line.shown in bank
    assert book.shown not in bank


def test_a_difference_is_posted_to_over_and_short(rosa, difference):
    line, book = difference
    fields = {"entries": [book.id], "difference": "5070", "reason": "A dollar short"}

    asked = rosa.client.post(
        reverse("desk:finance_match", args=[line.shown]), {"key": "k", **fields}
    )
    done = do(rosa, "finance_match", line.shown, **fields)

    assert "They differ by" in words(asked)
    assert "−$1.00" in words(asked)
    assert "Matched." in words(done)
    assert queries.list_queue(today=timezone.localdate()).total == 0
    assert check_books() == ()


def test_sides_that_differ_are_refused_in_words(rosa, difference):
    line, book = difference

    answer = do(rosa, "finance_match", line.shown, entries=[book.id], difference="", reason="Same")

    assert answer.status_code == 422
    assert "The two sides differ by -100 cents. Nothing was changed." in words(answer)


def test_a_large_difference_is_agreed_to_by_another_person(rosa, sam, today):
    a_bank_day(today - timedelta(days=10), a_line(-250_00, "FEE", "SERVICE CHARGE"))
    reconcile_day(day=today, actor=TESTER)
    (line,) = queries.list_queue(today=today, side=Side.BANK).entries

    done = do(rosa, "finance_match", line.shown, difference="5060", reason="Fees of the quarter")
    alone = do(rosa, "finance_agree", line.shown, key="k2")
    assert "waits for a second person" in words(get(sam, "finance"))
    agreed = do(sam, "finance_agree", line.shown)

    assert "This waits for a second person." in words(done)
    assert alone.status_code == 422
    assert "Agreed and posted." in words(agreed)
    assert check_books() == ()


def test_a_match_is_taken_apart(rosa, difference):
    line, book = difference
    do(rosa, "finance_match", line.shown, entries=[book.id], difference="5070", reason="Short")

    done = do(rosa, "finance_undo", line.shown, key="k2", reason="Wrong drawer")

    assert "Its entries are open again" in words(done)
    assert "Wrong drawer" in words(get(rosa, "finance_item", line.shown))
    assert check_books() == ()


def test_timing_is_a_note_and_posts_nothing(rosa, difference):
    line, _book = difference

    do(rosa, "finance_timing", line.shown, reason="Deposited on Friday")

    assert "Deposited on Friday" in words(get(rosa, "finance_item", line.shown))
    assert queries.list_queue(today=timezone.localdate()).total == 2


def test_a_form_sent_twice_is_done_once(rosa, difference):
    line, _book = difference
    do(rosa, "finance_timing", line.shown, reason="Friday")

    twice = do(rosa, "finance_timing", line.shown, reason="Friday")

    assert "was done already" in words(twice)
    assert len(queries.list_notes(entry=line)) == 1


def test_a_month_is_closed_and_opened_again_by_two(rosa, sam, account, last_month):
    month = f"{last_month:%Y-%m}"
    a_bill(account, issued_on=last_month, due_on=last_month + timedelta(days=20))
    page = words(get(rosa, "finance_month", month))
    assert "Every bank day is in" in page

    asked = rosa.client.post(
        reverse("desk:finance_close", args=[month]), {"key": "k", "reason": "A trial"}
    )
    closed = do(rosa, "finance_close", month, reason="A trial")
    assert "Nothing has happened yet." in words(asked)
    assert "is closed." in words(closed)
    assert get_month(month=last_month).is_closed

    do(rosa, "finance_reopen", month, key="k2", reason="A bank day came late")
    again = words(get(rosa, "finance_month", month))
    assert "asks to open this month again: A bank day came late" in again
    assert reverse("desk:finance_reopen", args=[month]) not in again
    do(sam, "finance_reopen", month)

    assert not get_month(month=last_month).is_closed
    assert check_books() == ()


def test_the_request_to_open_a_month_can_be_refused(rosa, sam, account, last_month):
    month = f"{last_month:%Y-%m}"
    a_bill(account, issued_on=last_month, due_on=last_month + timedelta(days=20))
    do(rosa, "finance_close", month, reason="A trial")
    do(rosa, "finance_reopen", month, key="k2", reason="Late")

    do(sam, "finance_keep_closed", month)

    state = get_month(month=last_month)
    assert (state.is_closed, state.reopening) == (True, None)


def test_a_month_that_is_not_over_offers_no_closing(rosa, account, today):
    a_bill(account, issued_on=today.replace(day=1), due_on=today + timedelta(days=20))

    page = words(get(rosa, "finance_month", f"{today:%Y-%m}"))

    assert reverse("desk:finance_close", args=[f"{today:%Y-%m}"]) not in page


def test_reports_and_files_of_a_month(rosa, account, last_month):
    month = f"{last_month:%Y-%m}"
    a_bill(account, 100_00, issued_on=last_month, due_on=last_month + timedelta(days=20))
    pay(account, 40_00, last_month + timedelta(days=3))

    page = words(get(rosa, "finance_reports", month))
    files = {
        kind: b"".join(get(rosa, "finance_file", month, kind).streaming_content).decode()
        for kind in ("trial-balance.csv", "journal.csv", "auditfile.xaf")
    }

    assert "Premium receivable" in page
    assert "$60.00" in page
    assert "1210,Premium receivable,0.00,100.00,40.00,60.00" in files["trial-balance.csv"]
    assert (
        files["journal.csv"].count("\n") == 5
    )  # A heading, and two rows for each of two transfers.
    assert "<totalDebit>140.00</totalDebit>" in files["auditfile.xaf"]
    for text in (page, *files.values()):
        assert account.number not in re.sub(r"\D", "", text)


PAGES = [("finance",), ("finance_queue",), ("finance_months",)]


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.CASHIER, Role.BILLING])
def test_others_see_nothing_of_it(desk_of, role, last_month):
    desk = desk_of(role)
    pages = [
        *PAGES,
        ("finance_close", f"{last_month:%Y-%m}"),
        ("finance_file", f"{last_month:%Y-%m}", "journal.csv"),
    ]

    assert {get(desk, *page).status_code for page in pages} == {403}
    assert "Finance" not in words(get(desk, "find"))


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "x", "9999-01"])
def test_a_month_that_is_none_is_not_found(rosa, month):
    assert get(rosa, "finance_month", month).status_code == 404
    assert get(rosa, "finance_reports", month).status_code == 404


def test_an_entry_that_is_none_is_not_found(rosa):
    assert get(rosa, "finance_item", "E-0000-0000-0").status_code == 404
    assert get(rosa, "finance_item", "nonsense").status_code == 404


def test_a_long_queue_costs_no_more_queries(rosa, account, today, django_assert_max_num_queries):
    for _number in range(60):
        pay(account, 1_00, today - timedelta(days=20))
    reconcile_day(day=today, actor=TESTER)

    with django_assert_max_num_queries(12):
        get(rosa, "finance_queue")
    with django_assert_max_num_queries(QUERIES_AT_MOST):
        get(rosa, "finance")
    with django_assert_max_num_queries(QUERIES_AT_MOST):
        get(rosa, "finance_months")


def test_nobody_reads_members_in_the_audit_of_finance(rosa, difference):
    get(rosa, "finance")

    assert fetch_all("SELECT 1 FROM kernel_audit_entry WHERE action = 'account.read'") == []
