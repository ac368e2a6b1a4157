"""A closed month takes nothing more, keeps its figures, and opens for two people only."""

import threading
from datetime import date

import psycopg
import pytest
from django.db import connection, connections, transaction

from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.ledger.closing import queries, services
from openmember.ledger.closing.testing import unlock_months
from openmember.ledger.closing.types import Figure
from openmember.ledger.queries import list_differences as ledger_differences
from openmember.ledger.types import Code
from openmember.members.types import Actor, NotAllowed, Role, system

pytestmark = pytest.mark.django_db

NUMBER = "1234567890"
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
AFTER = date(2026, 12, 3)
ROSA = Actor("staff", 1, roles=frozenset({Role.FINANCE}))
SAM = Actor("staff", 2, roles=frozenset({Role.FINANCE}))


def open_books() -> None:
    """Make the months and one balance: the ledger knows accounts by their number alone."""
    fetch_one("SELECT kernel_open_months('ledger_transfer', %s, %s)", [OCTOBER, AFTER])
    fetch_one("INSERT INTO ledger_balance (account_number) VALUES (%s) RETURNING 1", [NUMBER])


@pytest.fixture(autouse=True)
def books(request) -> None:
    open_books()


def post(debit: Code, credit: Code, cents: int, on: date) -> int:
    return fetch_one(
        "SELECT ledger_post(%s, %s::smallint, %s::smallint, %s, 'test', %s, 'test:1') AS id",
        [NUMBER, debit, credit, cents, on],
    ).id


def bill_and_pay() -> None:
    post(Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE, 100_00, date(2026, 10, 5))
    post(Code.CARD_CLEARING, Code.PREMIUM_RECEIVABLE, 60_00, date(2026, 11, 7))
    post(Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE, 30_00, date(2026, 11, 30))


def close(month: date, actor=ROSA, figures=()):
    return services.close_month(month=month, today=AFTER, figures=figures, actor=actor)


def closings(month: date) -> dict[Code, int]:
    return {line.code: line.closing_cents for line in queries.get_trial_balance(month=month).moved}


def test_a_month_carries_its_balances_to_the_next():
    bill_and_pay()

    assert closings(OCTOBER) == {Code.PREMIUM_RECEIVABLE: 100_00, Code.PREMIUM_REVENUE: -100_00}
    assert closings(NOVEMBER) == {
        Code.CARD_CLEARING: 60_00, Code.PREMIUM_RECEIVABLE: 70_00, Code.PREMIUM_REVENUE: -130_00,
    }  # fmt: skip
    assert queries.get_trial_balance(month=NOVEMBER).is_balanced


def test_a_closed_month_says_the_same_as_an_open_one():
    bill_and_pay()
    before = [queries.get_trial_balance(month=month).lines for month in (OCTOBER, NOVEMBER)]

    close(OCTOBER)
    close(NOVEMBER)

    after = [queries.get_trial_balance(month=month) for month in (OCTOBER, NOVEMBER)]
    assert [kept.lines for kept in after] == before
    assert all(kept.is_frozen for kept in after)


COLUMNS = "account_number, effective_on, debit, credit, amount_cents, kind, reference, seal"
ROW = f"('{NUMBER}', '2026-10-31', 1010, 2010, 5, 'test', 'test:2', 0)"
WAYS = {
    "function": f"SELECT ledger_post('{NUMBER}', 1010::smallint, 2010::smallint, 5, 't', '2026-10-31', 't:2')",
    "table": f"INSERT INTO ledger_transfer ({COLUMNS}) VALUES {ROW}",
    "partition": f"INSERT INTO ledger_transfer_202610 ({COLUMNS}) VALUES {ROW}",
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_posted_in_a_closed_month_by_any_way(way):
    bill_and_pay()
    close(OCTOBER)

    with pytest.raises(Refused) as refused, transaction.atomic():
        fetch_all(WAYS[way])

    assert refused.value.name == "month_closed"
    assert "2026-10" in refused.value.detail


def test_a_copy_into_a_closed_month_is_refused():
    bill_and_pay()
    close(OCTOBER)
    row = (NUMBER, "2026-10-31", 1010, 2010, 5, "test", "test:2", 0)

    with (
        pytest.raises(psycopg.DatabaseError, match="month_closed"),
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(f"COPY ledger_transfer ({COLUMNS}) FROM STDIN") as copy,
    ):
        copy.write_row(row)


def test_an_open_months_partition_has_no_trigger_to_pay_for():
    bill_and_pay()
    close(OCTOBER)

    on_insert = fetch_all(
        "SELECT tgrelid::regclass::text AS leaf FROM pg_trigger WHERE tgname = 'ledger_month_closed'"
        " AND tgrelid::regclass::text >= 'ledger_transfer_202610' ORDER BY 1"
    )

    assert [row.leaf for row in on_insert] == ["ledger_transfer_202610", "ledger_transfer_other"]


def test_a_month_without_a_partition_is_closed_too():
    long_ago = date(2019, 5, 1)
    post(
        Code.BANK, Code.UNAPPLIED_CREDIT, 5, date(2019, 5, 9)
    )  # Falls into the partition of the rest.
    close(long_ago)

    with pytest.raises(Refused, match="2019-05 is closed"), transaction.atomic():
        post(Code.BANK, Code.UNAPPLIED_CREDIT, 5, date(2019, 5, 31))


@pytest.mark.parametrize("on", [date(2026, 10, 5), date(2019, 5, 9)])
def test_nothing_is_posted_in_an_empty_month_before_a_closed_one(on):
    post(Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE, 60_00, date(2026, 11, 7))
    close(NOVEMBER)

    with pytest.raises(Refused, match="is closed"), transaction.atomic():
        post(Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE, 5, on)


def test_late_money_is_booked_on_the_first_open_day():
    bill_and_pay()
    close(OCTOBER)

    assert queries.open_on(day=date(2026, 10, 9)) == NOVEMBER
    assert queries.open_on(day=date(2026, 11, 9)) == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("month", "today", "words"),
    [
        (NOVEMBER, AFTER, "an earlier month is open still"),
        (OCTOBER, date(2026, 10, 31), "the month is not over yet"),
    ],
)
def test_a_month_is_closed_in_its_turn(month, today, words):
    bill_and_pay()

    with pytest.raises(services.MonthRefused, match=words):
        services.close_month(month=month, today=today, figures=(), actor=ROSA)


def test_a_month_is_closed_once():
    bill_and_pay()
    close(OCTOBER)

    with pytest.raises(services.MonthRefused, match="closed already"):
        close(OCTOBER)


def test_reopening_takes_a_second_person_and_a_reason():
    bill_and_pay()
    close(OCTOBER)
    services.ask_reopening(month=OCTOBER, reason="A bank day was missing", actor=ROSA)

    with (
        pytest.raises(services.MonthRefused, match="a second person has to agree"),
        transaction.atomic(),
    ):
        services.reopen_month(month=OCTOBER, actor=ROSA)
    state = services.reopen_month(month=OCTOBER, actor=SAM)

    assert not state.is_closed
    step = state.steps[-1]
    assert (step.actor, step.second_actor, step.reason) == (
        "staff:1",
        "staff:2",
        "A bank day was missing",
    )
    post(Code.BANK, Code.UNAPPLIED_CREDIT, 5, date(2026, 10, 31))
    audited = fetch_all(
        "SELECT action FROM kernel_audit_entry WHERE action LIKE 'month.%' ORDER BY id"
    )
    assert [row.action for row in audited] == ["month.close", "month.ask_reopening", "month.reopen"]


def test_the_newest_closed_month_is_reopened_first():
    bill_and_pay()
    close(OCTOBER)
    close(NOVEMBER)

    with pytest.raises(services.MonthRefused, match="a later month is closed"):
        services.ask_reopening(month=OCTOBER, reason="Late", actor=ROSA)


def test_a_month_closed_again_keeps_both_closings():
    bill_and_pay()
    close(OCTOBER)
    services.ask_reopening(month=OCTOBER, reason="Late", actor=ROSA)
    services.reopen_month(month=OCTOBER, actor=SAM)
    post(Code.BANK, Code.UNAPPLIED_CREDIT, 5, date(2026, 10, 31))

    state = close(OCTOBER)

    assert [step.action for step in state.steps] == ["close", "reopen", "close"]
    assert state.steps[0].seal != state.steps[2].seal
    assert closings(OCTOBER)[Code.BANK] == 5
    assert queries.list_differences() == ()


def test_kept_figures_are_read_back_as_they_were():
    bill_and_pay()
    close(OCTOBER, figures=(Figure("ageing", 1, {"line": "premium", "cents": 100_00}),))

    (kept,) = queries.list_figures(month=OCTOBER, report="ageing")

    assert kept.facts == {"line": "premium", "cents": 100_00}
    assert queries.list_figures(month=NOVEMBER, report="ageing") is None


def test_who_may_not_close_does_not():
    bill_and_pay()

    with pytest.raises(NotAllowed):
        close(OCTOBER, actor=Actor("staff", 3, roles=frozenset({Role.BILLING})))


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE ledger_closed_balance SET transfers = 9 WHERE code = 1210", "figures of 2026-10"),
        ("UPDATE ledger_transfer SET amount_cents = amount_cents + 1", "2026-10 was closed with"),
        ("DROP TRIGGER ledger_month_closed ON ledger_transfer_202610", "takes transfers"),
    ],
)  # fmt: skip
def test_tampering_with_a_closed_month_is_found(tampering, words):
    bill_and_pay()
    close(OCTOBER)
    assert queries.list_differences() == ()

    fetch_all("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # An intruder with the owner's rights.
        cursor.execute(tampering)

    assert any(words in one.explanation for one in queries.list_differences())


def test_history_of_closings_is_refused_changes():
    bill_and_pay()
    close(OCTOBER)

    for change in ("UPDATE ledger_closing SET actor = 'x'", "DELETE FROM ledger_closed_balance"):
        with pytest.raises(Exception, match="history is never changed"), transaction.atomic():
            fetch_all(change)


@pytest.fixture
def unlocked():
    """Months that are open again for the tests that follow."""
    yield
    unlock_months()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("unlocked")
def test_a_payment_under_way_is_in_the_closing_or_refused():
    bill_and_pay()
    holds, may_commit = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                post(Code.BANK, Code.UNAPPLIED_CREDIT, 7, date(2026, 10, 31))
                holds.set()
                may_commit.wait(5)
        finally:
            connections.close_all()

    poster = threading.Thread(target=late)
    poster.start()
    holds.wait(5)
    threading.Timer(0.2, may_commit.set).start()

    close(OCTOBER, actor=system("test"))  # Waits for the poster.

    poster.join()
    assert closings(OCTOBER)[Code.BANK] == 7
    assert ledger_differences() == ()
    assert queries.list_differences() == ()
